"""The written pages as tests see them: code blocks, commands, paths, links."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

from tests.support import ROOT

PAGES = [
    path
    for path in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md")
    if path.is_file()
] + sorted((ROOT / "docs").glob("*.md"))


@dataclass(frozen=True)
class Block:
    """A fenced block: where it stands, what it is written in, what it says."""

    page: Path
    line: int
    language: str
    text: str

    @property
    def place(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


@dataclass(frozen=True)
class Command:
    """One command of a block: what it sets in its environment, and its words."""

    place: str
    text: str
    environment: tuple[tuple[str, str], ...]
    words: tuple[str, ...]


def blocks(page: Path) -> list[Block]:
    found, opened = [], None
    for number, line in enumerate(page.read_text("utf-8").splitlines(), 1):
        if not line.startswith("```"):
            if opened is not None:
                opened[2].append(line)
        elif opened is None:
            opened = (number, line[3:].strip(), [])
        else:
            start, language, lines = opened
            found.append(Block(page, start, language, "\n".join(lines)))
            opened = None
    assert opened is None, f"{page}: a block is not closed"
    return found


def commands(block: Block) -> list[Command]:
    """The commands of a block for a shell; comments are left out, split lines joined."""
    found = []
    for line in block.text.replace("\\\n", " ").splitlines():
        words = shlex.split(line, comments=True)
        cut = 0
        while cut < len(words) and re.fullmatch(r"[A-Z][A-Z0-9_]*=.*", words[cut]):
            cut += 1
        if words[cut:]:
            pairs = tuple(tuple(word.split("=", 1)) for word in words[:cut])
            found.append(Command(block.place, line.strip(), pairs, tuple(words[cut:])))
    return found


def inline_code(page: Path) -> list[str]:
    """What stands between single backticks, outside of the blocks."""
    text = re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    return re.findall(r"`([^`\n]+)`", text)


def named_files(page: Path) -> list[str]:
    """The project's own files and folders that a page names in backticks."""
    rooms = "|".join(re.escape(entry.name) for entry in ROOT.iterdir() if entry.name[0] != ".")
    own = re.compile(rf"(?:{rooms})(?:/[\w.-]*)*")
    made = ("artifacts", "reports")  # by commands
    return [
        code
        for code in inline_code(page)
        if own.fullmatch(code) and code.split("/")[0] not in made and ("/" in code or "." in code)
    ]


def links(page: Path) -> list[str]:
    """Where a page's relative links and pictures lead."""
    found = re.findall(r"\]\(([^)\s]+)\)", page.read_text("utf-8"))
    return [target.partition("#")[0] for target in found if not re.match(r"[a-z]+:|#", target)]

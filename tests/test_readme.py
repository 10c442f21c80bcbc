"""Every command, path and line of Python in the written pages works as it stands there.

What is done with a command says its rule (`tests.page_rules`); one that no rule knows fails.
What is run, runs in a folder of its own that looks like a checkout.
"""

from __future__ import annotations

import ast
import configparser
import importlib.util
import itertools
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.command_lines import parse, parser_of
from tests.page_rules import RULES, Extras, Parse, Plan, Run, Shown, key_of, plain_words, rule_of
from tests.pages import (
    PAGES,
    Block,
    Command,
    blocks,
    commands,
    inline_code,
    links,
    named_files,
)
from tests.support import ROOT

# In the order of the pages: what one leaves, the next may take.
STEPS: list[Command | Block] = [
    step
    for page in PAGES
    for block in blocks(page)
    for step in (commands(block) if block.language == "sh" else [block])
    if isinstance(step, Command) or step.language == "python"
]


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A folder a page, shaped as a checkout is, with the photo that the README reads."""
    first = tmp_path_factory.mktemp("drawn")
    result = run_in(ROOT, ["-m", "train.scenes", "--output", str(first), "--frames", "1"])
    assert result.returncode == 0, result.stderr
    drawn = np.asarray(cv2.imread(str(first / "page.png")))
    found = {}
    for page in PAGES:
        folder = found[page.name] = tmp_path_factory.mktemp(page.stem)
        for room in ("edge", "train", "export", "benchmarks"):
            (folder / room).symlink_to(ROOT / room, target_is_directory=True)
        cv2.imwrite(str(folder / "page.jpg"), drawn)
    return found


def run_in(folder: Path, words: Sequence[str], **env: str) -> subprocess.CompletedProcess[str]:
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "PYTHONPATH")
    kept = {name: value for name, value in os.environ.items() if name not in hidden}
    return subprocess.run(
        [sys.executable, *words],
        cwd=folder,
        env=kept | {"TF_CPP_MIN_LOG_LEVEL": "3"} | env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def need(package: str) -> None:
    if importlib.util.find_spec(package) is None:
        pytest.skip(f"{package} is not installed (edge environment)")


def need_exported(text: str, folder: Path) -> None:
    without = importlib.util.find_spec("tensorflow") is None
    if without and "exported/" in text and not (folder / "exported").is_dir():
        pytest.skip("TensorFlow is not installed, so nothing was exported (edge environment)")


def check_extras(words: Sequence[str]) -> None:
    known = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    for word in words:
        if named := re.search(r"\[(.+)\]", word):
            assert set(named[1].split(",")) <= set(known["optional-dependencies"])
    for flag, value in itertools.pairwise(words):
        if flag in ("-r", "-c", "--constraint"):
            assert (ROOT / value).is_file(), f"there is no {value}"


@pytest.mark.parametrize("step", STEPS, ids=lambda one: f"{one.place} {one.text[:50]!r}")
def test_what_is_written_works(
    step: Command | Block, folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = folders[step.place.partition(":")[0].rpartition("/")[2]]
    if isinstance(step, Command):
        check_command(step, folder, monkeypatch)
    else:
        check_python(step, folder)


def check_command(command: Command, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = plain_words(command)
    rule = rule_of(command)
    match rule:
        case None:
            pytest.fail(f"{command.place}: no rule knows {command.text!r}; add one to RULES")
        case Run():
            need(rule.needs)
            need_exported(command.text, folder)
            swapped = [dict(rule.swap).get(word, word) for word in words[1:]]
            result = run_in(folder, [*swapped, *rule.add], **dict(command.environment))
            assert result.returncode in rule.codes, result.stdout + result.stderr
            assert "Traceback" not in result.stderr
        case Parse():
            parse(words, monkeypatch)
        case Plan():
            if shutil.which("make") is None:
                pytest.skip("make is not installed")
            subprocess.run(
                ["make", "--dry-run", *words[1:]], cwd=ROOT, check=True, capture_output=True
            )
        case Extras():
            check_extras(words)
        case Shown():
            assert rule.why


def check_python(block: Block, folder: Path) -> None:
    """Runs it; what is printed is what the comment behind the print says."""
    need("tensorflow" if "keras" in block.text else "cv2")
    need_exported(block.text, folder)
    result = run_in(folder, ["-c", block.text])
    assert result.returncode == 0, result.stderr
    printed = result.stdout.splitlines()
    for line in block.text.splitlines():
        if not line.startswith("print("):
            continue
        try:
            promised = ast.literal_eval(line.partition("#")[2].strip())
        except (SyntaxError, ValueError):
            continue  # words, no value
        assert str(promised) in printed


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_blocks_files_links_and_options_are_real(
    page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for block in blocks(page):
        assert block.language in {"sh", "python", "ini"}, f"{block.place}: {block.language}"
        if block.language == "ini":
            configparser.ConfigParser().read_string(f"[it]\n{block.text}")
    for target in links(page):
        assert (page.parent / target).exists(), f"{page.name} links to {target}"
    for name in named_files(page):
        assert (ROOT / name).exists(), f"{page.name} names {name}"
    for code in inline_code(page):
        if code.startswith("make ") and shutil.which("make"):
            subprocess.run(
                ["make", "--dry-run", *code.split()[1:]], cwd=ROOT, check=True, capture_output=True
            )
        if not (
            named := re.match(
                r"python -m ([\w.]+)( gate| compare| photos| pages| hands| speed)?", code
            )
        ):
            continue
        try:
            with monkeypatch.context() as patch:
                parser = parser_of(named[1], (named[2] or "").split(), patch)
        except pytest.skip.Exception:
            continue  # needs TensorFlow; the full environment looks
        for option in re.findall(r"--[a-z][a-z-]+", code):
            assert option in parser.format_help(), f"{page.name}: {code}"


@pytest.mark.parametrize("key", [key for key, rule in RULES.items() if isinstance(rule, Parse)])
def test_what_is_only_parsed_here_is_run_by_another_test(key: str) -> None:
    rule = RULES[key]
    assert isinstance(rule, Parse)
    file, _, name = rule.run_by.partition(".")
    nodes = list(ast.walk(ast.parse((ROOT / "tests" / f"{file}.py").read_text("utf-8"))))
    assert name in {node.name for node in nodes if isinstance(node, ast.FunctionDef)}
    typed = {node.value for node in nodes if isinstance(node, ast.Constant)}
    called = {node.module for node in nodes if isinstance(node, ast.ImportFrom)}
    assert set(key.split()[2:]) <= typed | called, f"{rule.run_by} does not run {key}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_command_in_a_sentence_has_a_rule_as_well(page: Path) -> None:
    inside = [re.sub(r"[\[\]]", "", code).split() for code in inline_code(page)]
    typed = [plain_words(one) for one in STEPS if isinstance(one, Command)]
    for words in [*inside, *typed]:
        if words[:2] != ["python", "-m"]:
            continue
        key = key_of(words)
        assert key, f"{page.name}: no rule knows {words}"
        task = words[3] if len(words) > 3 else ""
        if task.isalpha() and task.islower():  # of a command that has several
            assert task in key.split(), f"{page.name}: no rule knows {words[:4]}"


def test_a_command_that_nobody_knows_is_noticed() -> None:
    block = Block(ROOT / "README.md", 1, "sh", "X=1 curl example \\\n  | sh  # never\n\nmake demo")
    unknown, known = commands(block)
    assert unknown.environment == (("X", "1"),)
    assert rule_of(unknown) is None
    assert rule_of(known) == Plan()

"""What `tests/test_readme.py` does with each command that stands in a written page."""

from __future__ import annotations

from dataclasses import dataclass

from tests.pages import Command

PYTHONS = ("python", ".venv-pi/bin/python", ".venv/bin/python")


@dataclass(frozen=True)
class Run:
    """Really run, in the page's folder: with other words, and words added, to be quick."""

    swap: tuple[tuple[str, str], ...] = ()
    add: tuple[str, ...] = ()
    needs: str = "cv2"
    codes: tuple[int, ...] = (0,)


@dataclass(frozen=True)
class Parse:
    """Too long, or asks for a camera: its arguments are parsed by the command itself."""


@dataclass(frozen=True)
class Plan:
    """make says what it would do."""


@dataclass(frozen=True)
class Extras:
    """pip: the extras and the files that are named exist."""


@dataclass(frozen=True)
class Shown:
    """Changes the machine, or asks for another one: not run, for this reason."""

    why: str


Rule = Run | Parse | Plan | Extras | Shown

SYSTEM = Shown("changes the system it is typed on")
ELSEWHERE = Shown("talks to a machine of the reader's")
IN_A_SHELL = Shown("is the shell's own")

RULES: dict[str, Rule] = {
    "python -m train --list": Run(needs="tensorflow"),
    "python -m train": Parse(),
    "python -m train.scenes": Run(add=("--frames", "4")),
    "python -m train.ship": Parse(),
    "python -m export --model my.keras": Run(needs="tensorflow"),
    "python -m export": Parse(),
    "python -m export.tflite": Parse(),
    "python -m export.onnx": Parse(),
    "python -m export.lint": Run(needs="tensorflow"),
    "python -m export.c_array": Parse(),
    "python -m export.study": Parse(),
    "python -m benchmarks": Parse(),
    "python -m benchmarks.live": Parse(),
    "python -m edge.read": Run(),
    "python -m edge.doctor": Run(codes=(0, 3)),
    "python -m edge.webcam --list": Run(codes=(0, 3)),
    "python -m edge.webcam --source demo": Run(
        swap=(("127.0.0.1:8080", "127.0.0.1:0"), ("0.0.0.0:8080", "127.0.0.1:0")),
        add=("--frames", "4", "--no-window"),
    ),
    "python -m edge.webcam": Parse(),
    "python -m pip install": Extras(),
    "python -m pytest": Shown("is what runs this"),
    "pip install": Extras(),
    "pip-audit": Shown("asks a database on the internet"),
    "python3 -m venv": Shown("makes an environment, which takes long"),
    "make": Plan(),
    "sudo": SYSTEM,
    "journalctl": SYSTEM,
    "rm -rf .venv-pi": SYSTEM,
    "ssh": ELSEWHERE,
    "mosquitto_sub": ELSEWHERE,
    "read -rs": IN_A_SHELL,
    "export": IN_A_SHELL,
    "source": IN_A_SHELL,
}


def plain_words(command: Command) -> list[str]:
    """The words with every environment's Python called python."""
    first, *rest = command.words
    return ["python" if first in PYTHONS else first, *rest]


def rule_of(command: Command) -> Rule | None:
    """The rule with the longest beginning, in whole words."""
    words = plain_words(command)
    known = [key for key in RULES if words[: len(key.split())] == key.split()]
    return RULES[max(known, key=len)] if known else None

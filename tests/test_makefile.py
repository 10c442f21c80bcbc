"""The targets of the Makefile: each is told by `make help`, and types what its commands take."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess

import pytest

from tests.command_lines import parse
from tests.support import ROOT

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")

PHONY = re.search(
    r"^\.PHONY:(.*?[^\\])$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE | re.DOTALL
)
TARGETS = re.findall(r"[\w-]+", PHONY[1] if PHONY else "")
OURS = re.compile(r"\S*python -m ((?:train|export|edge|benchmarks)\b.*)")


def make(*words: str) -> str:
    result = subprocess.run(
        ["make", "--no-print-directory", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_help_names_every_target_that_is_no_part_of_another() -> None:
    told = set(re.findall(r"^make ([\w-]+)", make("help"), re.MULTILINE))
    assert told <= set(TARGETS)
    parts = {"test-full", "test-edge", "test-legacy"}  # of test
    assert set(TARGETS) - told == parts | {"help"}


@pytest.mark.parametrize("target", TARGETS)
def test_what_a_target_types_is_what_the_commands_take(
    target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All variables are given: to find its images, make would run a command."""
    given = ("IMAGES=drawn", "SOURCE=demo", "MINUTES=1")
    planned = make("--dry-run", target, *given).replace("\\\n", " ")
    for line in planned.splitlines():
        if typed := OURS.match(line.strip()):
            with monkeypatch.context() as patch:
                parse(["python", "-m", *shlex.split(typed[1])], patch)

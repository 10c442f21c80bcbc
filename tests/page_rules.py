"""What `tests/test_readme.py` does with each command that stands in a written page."""

from __future__ import annotations

from collections.abc import Sequence
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
    """Too long, or asks for a camera: its arguments are parsed by the command itself.

    Attributes:
        run_by: FILE.NAME of the test, or of what a test is given, that really runs the command,
            on less or from elsewhere.
    """

    run_by: str


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
    "python -m train": Parse("test_train.trained"),
    "python -m train --all": Parse("test_train_every.test_all_can_be_summed_up_without_training"),
    "python -m train --sweep": Parse("test_sweep_processes.in_sequence"),
    "python -m train.scenes": Run(add=("--frames", "4")),
    "python -m train.ship": Parse("test_ship.test_what_was_trained_ships"),
    "python -m export --model my.keras": Run(needs="tensorflow"),
    "python -m export": Parse("test_export.exported"),
    "python -m export.tflite": Parse("test_export.test_an_int8_file_may_take_and_give_float"),
    "python -m export.onnx": Parse(
        "test_export.test_a_model_of_one_output_is_exported_after_its_training"
    ),
    "python -m export.lint": Run(needs="tensorflow"),
    "python -m export.c_array": Parse("test_c_array.written"),
    "python -m export.study": Parse("test_export_study.test_a_small_study_runs_from_end_to_end"),
    "python -m benchmarks": Parse("test_benchmarks.test_the_command_compares_the_shipped_models"),
    "python -m benchmarks --edge": Parse("test_benchmark_page.reports"),
    "python -m benchmarks compare": Parse("test_benchmark_page.test_two_results_are_compared"),
    "python -m benchmarks gate": Parse(
        "test_gate_baseline.test_the_shipped_models_pass_the_committed_baseline"
    ),
    "python -m benchmarks hands": Parse("test_hands.test_the_command_writes_a_table_and_a_picture"),
    "python -m benchmarks pages": Parse("test_page_kinds.test_the_command_reads_pages_by_kind"),
    "python -m benchmarks photos": Parse("test_photos.test_the_command_writes_table_json_and_plot"),
    "python -m benchmarks speed": Parse(
        "test_page_kinds.test_time_grows_slower_than_digits_and_pixels"
    ),
    "python -m benchmarks.live": Parse("test_live_benchmark.test_it_runs_and_reports"),
    "python -m edge.read": Run(),
    "python -m edge.doctor": Run(codes=(0, 3)),
    "python -m edge.webcam --list": Run(codes=(0, 3)),
    "python -m edge.webcam --source demo": Run(
        swap=(("127.0.0.1:8080", "127.0.0.1:0"), ("0.0.0.0:8080", "127.0.0.1:0")),
        add=("--frames", "4", "--no-window"),
    ),
    "python -m edge.webcam": Parse("filmed.webcam"),
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
    return RULES.get(key_of(plain_words(command)))


def key_of(words: Sequence[str]) -> str:
    """Which of the rules' keys a command falls under; "" for none."""
    known = [key for key in RULES if list(words[: len(key.split())]) == key.split()]
    return max(known, key=len, default="")

"""The table of sets as Markdown and JSON, and the mistakes as a picture."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.hands.formats import HandSet
from benchmarks.hands.score import HandScore
from benchmarks.table import markdown_cells
from edge.files import write_text
from edge.prediction import IS_DIGIT_THRESHOLD, Prediction

SCHEMA_VERSION = 1
JSON_NAME, MARKDOWN_NAME = "hands.json", "hands.md"
_HEADER = ("set", "most frequent mistakes", "digits", "read right", "turned away")
_ACROSS, _MOST = 20, 200


@dataclass(frozen=True, slots=True)
class HandsBenchmark:
    """Everything that was measured: the command, the model, a score for each set."""

    command: str
    model: str
    model_sha256: str
    scores: Sequence[HandScore]

    def to_json(self) -> dict[str, Any]:
        """A JSON object."""
        return {
            "schema_version": SCHEMA_VERSION,
            "command": self.command,
            "model": {"file": self.model, "sha256": self.model_sha256},
            "sets": [score.to_json() for score in self.scores],
        }


def to_markdown(benchmark: HandsBenchmark) -> str:
    """The table with its circumstances."""
    text = [
        "# Digits by other hands",
        (
            f"Read with {benchmark.model} (sha256 {benchmark.model_sha256[:12]}), each digit "
            "scaled and centred by the input contract. Turned away: taken for no digit; such a "
            "digit counts as read right all the same when its label is."
        ),
        markdown_cells(_HEADER, [_cells(score) for score in benchmark.scores], words=2),
        f"Again: `{benchmark.command}`",
    ]
    return "\n\n".join(text) + "\n"


def write_reports(benchmark: HandsBenchmark, folder: Path) -> list[Path]:
    """Writes hands.json and hands.md; returns the paths.

    Raises:
        InputError: the folder cannot be written.
    """
    paths = [folder / JSON_NAME, folder / MARKDOWN_NAME]
    write_text(paths[0], json.dumps(benchmark.to_json(), indent=2, allow_nan=False) + "\n")
    write_text(paths[1], to_markdown(benchmark))
    return paths


def draw_mistakes(read: HandSet, said: Prediction, path: Path) -> Path | None:
    """A picture of what was read wrong, by label; None, and no file, where nothing was.

    Raises:
        ModuleNotFoundError: there is no matplotlib.
    """
    from train.style import QUIET, WRONG, digit, figure, panel, save

    wrong = np.flatnonzero(said.labels != read.labels)
    if not len(wrong):
        return None
    shown = wrong[np.argsort(read.labels[wrong], kind="stable")][:_MOST]
    lines = -(-len(shown) // _ACROSS)
    title = f"{read.name}: {len(wrong):,} of {len(read.labels):,} read wrong"
    note = "The label and, behind the arrow, the answer; each as the network sees it. "
    note += "Grey: taken for no digit as well."
    made = figure(0.6 + 0.62 * _ACROSS, 1.0 + 0.86 * lines, title, note)
    height = made.get_size_inches()[1]
    for place, row in enumerate(shown):
        left, top = 0.3 + place % _ACROSS * 0.62, 0.95 + place // _ACROSS * 0.86
        digit(panel(made, left, top, 0.54, 0.54), read.images[row])
        text = f"{read.labels[row]} \N{RIGHTWARDS ARROW} {said.labels[row]}"
        refused = said.is_digit is not None and said.is_digit[row] < IS_DIGIT_THRESHOLD
        made.text(
            left / made.get_size_inches()[0],
            1 - (top + 0.68) / height,
            text,
            color=QUIET if refused else WRONG,
            fontsize=8,
            va="center",
        )
    save(made, path)
    return path


def _cells(score: HandScore) -> tuple[str, ...]:
    mistakes = ", ".join(f"{label} as {answer}: {n}" for label, answer, n in score.confusions)
    refused = "-" if score.refused is None else f"{score.refused / score.images:.2%}"
    return (score.name, mistakes or "none", f"{score.images:,}", f"{score.accuracy:.2%}", refused)

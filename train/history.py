"""history.csv: a row an epoch, and what can be told from it when a training goes on."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from edge.files import atomic_path
from train.output import SECONDS, WAITING


@dataclass(frozen=True, slots=True)
class TimeSpent:
    """What the epochs of a training took, those before an interruption included.

    Attributes:
        seconds_per_epoch: mean wall time of an epoch, its validation included.
        waiting_share: the share of that time in which the training step stood still
            because the next batch of images was not there yet, in [0, 1].
    """

    seconds_per_epoch: float
    waiting_share: float


def read_history(path: Path) -> list[dict[str, float]]:
    """The rows of a history.csv, by the names of its columns; none where there is no file."""
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as stream:
        return [
            {name: float(value) for name, value in row.items()} for row in csv.DictReader(stream)
        ]


def keep_epochs(path: Path, done: int) -> list[dict[str, float]]:
    """Drops the rows of epochs that will be made again; the file goes with its last row.

    Args:
        path: a history.csv, or where one may be.
        done: how many epochs the checkpoint knows as finished.

    Returns:
        The rows that stay.
    """
    if not path.is_file():
        return []
    header, *lines = path.read_text("utf-8").splitlines()
    kept = [line for line in lines if int(float(line.split(",", 1)[0])) < done]
    if kept:
        with atomic_path(path) as temporary:
            temporary.write_text("\n".join([header, *kept]) + "\n", "utf-8")
    else:
        path.unlink()
    return read_history(path)


def time_spent(rows: list[dict[str, float]]) -> TimeSpent | None:
    """What the epochs took, from the rows of a history.csv; None where it does not say."""
    if not rows or SECONDS not in rows[0]:
        return None
    seconds = sum(row[SECONDS] for row in rows)
    return TimeSpent(
        round(seconds / len(rows), 3), round(sum(row[WAITING] for row in rows) / seconds, 4)
    )

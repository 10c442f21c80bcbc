"""What a trial's process is told: everything that its result depends on."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from train.images import Dataset, Images
from train.sweep.plan import Trial


@dataclass(frozen=True, slots=True)
class Job:
    """A trial and its settings, but for the places where files lie.

    Attributes:
        trial: what to train.
        epochs: passes at most, or None for the recipe's own number.
        split: one of `train.data.SPLITS`.
        threads: that TensorFlow computes with; sums are rounded otherwise with others.
        dataset: name of the data set.
        dataset_sha256: its hash.
        facts: what else a record says of it.
        teachers: files of trained networks to learn from, if any.
    """

    trial: Trial
    epochs: int | None
    split: str
    threads: int
    dataset: str
    dataset_sha256: str
    facts: Mapping[str, str]
    teachers: Sequence[str] = ()

    def for_trial(self, trial: Trial) -> Job:
        """The same settings for another trial."""
        return replace(self, trial=trial)

    def to_json(self) -> dict[str, Any]:
        """As JSON values."""
        return asdict(self) | {"facts": dict(self.facts)}

    @staticmethod
    def from_text(text: str) -> Job:
        """From the text of what `to_json` made."""
        told = json.loads(text)
        return Job(**told | {"trial": Trial(**told["trial"])})


def pack(dataset: Dataset, path: Path) -> None:
    """Writes the images for the trials' processes, wherever they run."""
    arrays: dict[str, Any] = {
        "x_train": dataset.train.images,
        "y_train": dataset.train.labels,
        "x_test": dataset.test.images,
        "y_test": dataset.test.labels,
    }
    if dataset.train_writers is not None:
        arrays["train_writers"] = dataset.train_writers
    np.savez_compressed(path, **arrays)


def unpack(job: Job, path: Path) -> Dataset:
    """The data set again, from what `pack` wrote."""
    with np.load(path, allow_pickle=False) as arrays:
        return Dataset(
            job.dataset,
            Images(arrays["x_train"], arrays["y_train"]),
            Images(arrays["x_test"], arrays["y_test"]),
            job.dataset_sha256,
            arrays["train_writers"] if "train_writers" in arrays.files else None,
            job.facts,
        )

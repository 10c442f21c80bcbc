"""How one set is read: right, wrong, turned away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.hands.formats import HandSet
from edge.artifact import ModelArtifact
from edge.errors import InputError
from edge.prediction import IS_DIGIT_THRESHOLD, Prediction

_TOP = 5


@dataclass(frozen=True, slots=True)
class HandScore:
    """What a model made of a set.

    Attributes:
        name: the set's.
        images: how many it holds.
        right: how many were given their label, turned away or not.
        refused: how many were taken for no digit, or None where the model does not say.
        confusions: (label, answer, count), the most frequent first.
    """

    name: str
    images: int
    right: int
    refused: int | None
    confusions: tuple[tuple[int, int, int], ...]

    @property
    def accuracy(self) -> float:
        """Share given their label, in [0, 1]."""
        return self.right / self.images

    def to_json(self) -> dict[str, Any]:
        """A JSON object."""
        return {
            "name": self.name,
            "images": self.images,
            "right": self.right,
            "accuracy": round(self.accuracy, 6),
            "refused": self.refused,
            "confusions": [
                {"label": label, "answer": answer, "count": count}
                for label, answer, count in self.confusions
            ],
        }


def by_digit(said: Prediction, artifact: ModelArtifact) -> Prediction:
    """What a model says, its labels in the order of the digits.

    Raises:
        InputError: its labels are not the ten digits.
    """
    if sorted(artifact.labels) != [str(digit) for digit in range(10)]:
        raise InputError(
            f"{artifact.path.name} names {', '.join(artifact.labels)}; sets of digits are read by "
            "a model that names the ten digits"
        )
    order = [artifact.labels.index(str(digit)) for digit in range(10)]
    return Prediction(said.probabilities[:, order], said.is_digit)


def score(read: HandSet, said: Prediction) -> HandScore:
    """Counts what `said`, whose labels are the digits in their order, makes of a set."""
    counts = np.zeros((10, 10), np.int64)
    np.add.at(counts, (read.labels, said.labels), 1)
    right = int(np.trace(counts))
    np.fill_diagonal(counts, 0)
    worst = np.argsort(-counts, axis=None, kind="stable")[:_TOP]
    return HandScore(
        name=read.name,
        images=len(read.labels),
        right=right,
        refused=None if said.is_digit is None else int((said.is_digit < IS_DIGIT_THRESHOLD).sum()),
        confusions=tuple(
            (int(place) // 10, int(place) % 10, int(counts.flat[place]))
            for place in worst
            if counts.flat[place]
        ),
    )

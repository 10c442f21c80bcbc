"""What every model is shown: test digits, the same spoiled in every way, and non-digits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from benchmarks.corruptions import CORRUPTIONS, corrupt
from edge.arrays import UInt8Array
from edge.errors import InputError
from edge.prediction import Prediction
from train.data import Images
from train.nondigits import draw_nondigits

DIGITS, STRANGERS = "digits", "non-digits"
_SEED = 0xBE7C


@dataclass(frozen=True, slots=True)
class Exam:
    """The images, in one fixed order.

    Attributes:
        digits: the test images and their labels.
        spoiled: (m, 28, 28) uint8 by kind of corruption: the first m digits each.
        strangers: (k, 28, 28) uint8 images of no digit; k may be 0.
    """

    digits: Images
    spoiled: Mapping[str, UInt8Array]
    strangers: UInt8Array

    def __post_init__(self) -> None:
        if any(len(images) > len(self.digits) for images in self.spoiled.values()):
            raise InputError("more spoiled images than digits")

    @property
    def images(self) -> UInt8Array:
        """(n, 28, 28) uint8: all of them."""
        return np.concatenate([self.digits.images, *self.spoiled.values(), self.strangers])

    def parts(self, answers: Prediction) -> dict[str, Prediction]:
        """What was said of each part; `DIGITS`, the kinds of corruption, `STRANGERS`.

        Args:
            answers: of all `images`, in their order.
        """
        names = [DIGITS, *self.spoiled, STRANGERS]
        counts = [len(self.digits), *map(len, self.spoiled.values()), len(self.strangers)]
        ends = np.cumsum(counts)
        if ends[-1] != len(answers.probabilities):
            raise InputError(f"{len(answers.probabilities)} answers to {ends[-1]} images")
        return {
            name: _slice(answers, end - count, end)
            for name, count, end in zip(names, counts, ends, strict=True)
        }


def set_exam(digits: Images, *, spoiled: int, strangers: int) -> Exam:
    """Makes the exam; the same for the same digits, on any day.

    Args:
        digits: test images.
        spoiled: how many of them to spoil in each way, the first ones.
        strangers: how many non-digits to draw.
    """
    few = digits.images[:spoiled]
    kinds = {
        kind: corrupt(kind, few, np.random.default_rng([_SEED, number]))
        for number, kind in enumerate(CORRUPTIONS)
        if len(few)
    }
    rng = np.random.default_rng([_SEED, len(CORRUPTIONS)])
    return Exam(digits, kinds, draw_nondigits(strangers, rng, digits.images))


def _slice(answers: Prediction, begin: int, end: int) -> Prediction:
    known = answers.is_digit
    return Prediction(answers.probabilities[begin:end], None if known is None else known[begin:end])

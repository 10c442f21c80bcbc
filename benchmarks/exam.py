"""What every model is shown: test digits, the same spoiled and turned, and non-digits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from benchmarks.corruptions import CORRUPTIONS, corrupt, turn
from edge.arrays import UInt8Array
from edge.errors import InputError
from edge.normalize import FIELD
from edge.prediction import Prediction
from train.data import Images
from train.nondigits import draw_nondigits

DIGITS, STRANGERS, TURNED = "digits", "non-digits", "turned digits"

FARTHEST_DEG = 30.0
"""By how much digits are turned at most, to either side."""

_SEED = 0xBE7C


def _no_images() -> UInt8Array:
    return np.zeros((0, FIELD, FIELD), np.uint8)


@dataclass(frozen=True, slots=True)
class Exam:
    """The images, in one fixed order.

    Attributes:
        digits: the test images and their labels.
        spoiled: (m, 28, 28) uint8 by kind of corruption: the first m digits each.
        strangers: (k, 28, 28) uint8 images of no digit; k may be 0.
        turned: uint8, every digit turned by up to `FARTHEST_DEG`; or none.
    """

    digits: Images
    spoiled: Mapping[str, UInt8Array]
    strangers: UInt8Array
    turned: UInt8Array = field(default_factory=_no_images)

    def __post_init__(self) -> None:
        if any(len(images) > len(self.digits) for images in self.spoiled.values()):
            raise InputError("more spoiled images than digits")
        if len(self.turned) not in (0, len(self.digits)):
            raise InputError("every digit is turned, or none")

    @property
    def images(self) -> UInt8Array:
        """(n, 28, 28) uint8: all of them."""
        return np.concatenate([self.digits.images, *self._others().values()])

    def parts(self, answers: Prediction) -> dict[str, Prediction]:
        """What was said of each part; `DIGITS`, the kinds of corruption, `STRANGERS`, `TURNED`.

        Args:
            answers: of all `images`, in their order.
        """
        counts = {DIGITS: len(self.digits)} | {k: len(v) for k, v in self._others().items()}
        ends = np.cumsum(list(counts.values()))
        if ends[-1] != len(answers.probabilities):
            raise InputError(f"{len(answers.probabilities)} answers to {ends[-1]} images")
        return {
            name: _slice(answers, end - count, end)
            for (name, count), end in zip(counts.items(), ends, strict=True)
        }

    def _others(self) -> dict[str, UInt8Array]:
        return {**self.spoiled, STRANGERS: self.strangers, TURNED: self.turned}


def set_exam(digits: Images, *, spoiled: int, strangers: int) -> Exam:
    """Makes the exam; the same for the same digits, on any day.

    Args:
        digits: test images.
        spoiled: how many of them to spoil in each way, the first ones.
        strangers: how many non-digits to draw; without any, no digit is turned either.
    """
    few = digits.images[:spoiled]
    kinds = {
        kind: corrupt(kind, few, np.random.default_rng([_SEED, number]))
        for number, kind in enumerate(CORRUPTIONS)
        if len(few)
    }
    rng = np.random.default_rng([_SEED, len(CORRUPTIONS)])
    foreign = draw_nondigits(strangers, rng, digits.images)
    rng = np.random.default_rng([_SEED, len(CORRUPTIONS) + 1])
    turned = turn(digits.images, rng, FARTHEST_DEG) if strangers else _no_images()
    return Exam(digits, kinds, foreign, turned)


def _slice(answers: Prediction, begin: int, end: int) -> Prediction:
    known = answers.is_digit
    return Prediction(answers.probabilities[begin:end], None if known is None else known[begin:end])

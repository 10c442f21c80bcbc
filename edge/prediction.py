"""What a model says of images: the value that every session gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from edge.arrays import Float32Array, Float64Array, Int64Array

IS_DIGIT_THRESHOLD = 0.5
"""From where on an image counts as a digit, where nobody says otherwise."""


@dataclass(frozen=True)  # without slots, so that what is asked for again is kept
class Prediction:
    """What a model says of n images.

    Attributes:
        probabilities: (n, labels) float32; each row sums to 1 within the quantization's step.
        is_digit: (n,) float32 in [0, 1], how surely the image is a digit at all, or None
            when the model has no such output.
    """

    probabilities: Float32Array
    is_digit: Float32Array | None

    @cached_property
    def labels(self) -> Int64Array:
        """(n,) index of the most probable label."""
        return np.asarray(self.probabilities.argmax(axis=1), np.int64)

    @cached_property
    def sureness(self) -> Float64Array:
        """(n,) probability of the label times that of being a digit, in [0, 1]."""
        best = self.probabilities.max(axis=1, initial=0.0).astype(np.float64)
        return best if self.is_digit is None else np.asarray(best * self.is_digit, np.float64)

    def take(self, rows: Sequence[int]) -> Prediction:
        """What it says of some of the images."""
        chosen = np.asarray(rows, np.int64)
        return Prediction(
            self.probabilities[chosen], None if self.is_digit is None else self.is_digit[chosen]
        )

    def joined(self, other: Prediction) -> Prediction:
        """This one's rows, then those of another of the same model."""
        both = np.concatenate([self.probabilities, other.probabilities])
        if self.is_digit is None or other.is_digit is None:
            return Prediction(both, None)
        return Prediction(both, np.concatenate([self.is_digit, other.is_digit]))

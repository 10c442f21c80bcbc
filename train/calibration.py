"""Whether a confidence means what it says: of answers given with 0.9, nine in ten are right."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from edge.arrays import Float32Array, Int64Array
from edge.errors import InputError

BINS = 15
"""As in the paper that made the error common: Guo et al. 2017."""


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Answers whose confidence lies in one stretch of [0, 1].

    Attributes:
        count: how many.
        confidence: their mean confidence.
        accuracy: the share of them that is right.
    """

    count: int
    confidence: float
    accuracy: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """Confidence against truth.

    Attributes:
        error: expected calibration error in [0, 1]: the mean distance between confidence
            and accuracy, each stretch weighted by its answers.
        bins: the stretches that hold any answer, from unsure to sure.
    """

    error: float
    bins: tuple[ReliabilityBin, ...]


def calibrate(probabilities: Float32Array, labels: Int64Array) -> Calibration:
    """Sorts answers by confidence into `BINS` equal stretches.

    Source: Guo et al. 2017, "On Calibration of Modern Neural Networks", equation 3.

    Args:
        probabilities: (n, classes) float32.
        labels: (n,).

    Raises:
        InputError: there are no answers.
    """
    if not len(labels):
        raise InputError("no answers to compare with their confidence")
    confidence = probabilities.max(axis=1).astype(np.float64)
    right = probabilities.argmax(axis=1) == labels
    place = np.minimum((confidence * BINS).astype(int), BINS - 1)
    bins = tuple(
        ReliabilityBin(
            int(inside.sum()), float(confidence[inside].mean()), float(right[inside].mean())
        )
        for inside in (place == number for number in range(BINS))
        if inside.any()
    )
    error = sum(one.count * abs(one.confidence - one.accuracy) for one in bins) / len(labels)
    return Calibration(float(error), bins)

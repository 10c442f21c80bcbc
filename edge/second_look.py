"""A second look at what the network is not sure of: the same ink, turned and slanted a little.

An answer near the threshold depends on the pixels that the ink happens to fall on; the mean over
a few slight changes depends on the ink. That is done for the unsure few alone: what is surely
read, or surely no digit, costs nothing.
"""

from __future__ import annotations

import math

import cv2
import numpy as np

from edge.acceptance import Acceptance
from edge.arrays import BoolArray, Float64Array, UInt8Array
from edge.normalize import CENTER, FIELD
from edge.prediction import Prediction
from edge.session import Session

ODDS = 4.0
"""Where the odds of an answer are within so many times those of the threshold, either way, the
network is asked again: beside a threshold of 0.5 between 0.2 and 0.8."""

TURN_DEG = 8.0
"""By how much the ink is turned, and by how much its verticals are slanted, to either side."""


def looked_again(
    images: UInt8Array, prediction: Prediction, session: Session, acceptance: Acceptance
) -> Prediction:
    """The prediction, the unsure rows averaged with what the network says of slight changes.

    Args:
        images: (n, 28, 28) uint8 under the input contract; ink is turned about the centre of the
            field, which is its own, so that what is looked at again is under the contract too.
        prediction: what the network said of each.
        session: the network.
        acceptance: the threshold that an answer is near or not.
    """
    rows = np.flatnonzero(_is_unsure(prediction, acceptance))
    if not len(rows):
        return prediction
    looks = [
        cv2.warpAffine(images[row], change, (FIELD, FIELD)) for row in rows for change in _CHANGES
    ]
    said = session.run(np.stack(looks).astype(np.uint8, copy=False))
    count = len(_CHANGES)
    probabilities = prediction.probabilities.copy()
    others = said.probabilities.reshape(len(rows), count, -1).sum(axis=1)
    probabilities[rows] = (probabilities[rows] + others) / (count + 1)
    if prediction.is_digit is None or said.is_digit is None:
        return Prediction(probabilities, None)
    is_digit = prediction.is_digit.copy()
    others = said.is_digit.reshape(len(rows), count).sum(axis=1)
    is_digit[rows] = (is_digit[rows] + others) / (count + 1)
    return Prediction(probabilities, is_digit)


def _is_unsure(prediction: Prediction, acceptance: Acceptance) -> BoolArray:
    """(n,): which answers are near the threshold."""
    alone = prediction.is_digit is None
    threshold = acceptance.probability_alone if alone else acceptance.is_digit
    sure = prediction.sureness
    here, there = sure * (1 - threshold), threshold * (1 - sure)
    near: BoolArray = (ODDS * here >= there) & (here <= ODDS * there)
    return near


def _about_the_centre(matrix: Float64Array) -> Float64Array:
    """(2, 3): a (2, 2) change of the plane that leaves the centre of the field where it is."""
    centre = np.full(2, CENTER - 0.5)  # OpenCV counts from the centre of the first pixel
    return np.column_stack([matrix, centre - matrix @ centre])


def _changes() -> list[Float64Array]:
    turn = math.radians(TURN_DEG)
    cos, sin, slant = math.cos(turn), math.sin(turn), math.tan(turn)
    matrices = (
        [[cos, -sin], [sin, cos]],
        [[cos, sin], [-sin, cos]],
        [[1, slant], [0, 1]],
        [[1, -slant], [0, 1]],
    )
    return [_about_the_centre(np.array(matrix, np.float64)) for matrix in matrices]


_CHANGES = _changes()

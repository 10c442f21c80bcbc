"""A camera held askew: what was written upright is seen turned."""

from __future__ import annotations

import cv2
import numpy as np

from edge.arrays import UInt8Array
from edge.normalize import FIELD

FARTHEST_DEG = 32.0
"""Largest turn to either side, in degrees."""

_MIDDLE = ((FIELD - 1) / 2, (FIELD - 1) / 2)


def tilt_some(images: UInt8Array, rng: np.random.Generator, share: float) -> UInt8Array:
    """A copy of (n, 28, 28) uint8 images of which about `share` are turned, each by another angle.

    All angles up to `FARTHEST_DEG` are as likely.
    """
    tilted = images.copy()
    for row in np.flatnonzero(rng.random(len(images)) < share):
        angle = float(rng.uniform(-FARTHEST_DEG, FARTHEST_DEG))
        matrix = cv2.getRotationMatrix2D(_MIDDLE, angle, 1.0)
        tilted[row] = cv2.warpAffine(tilted[row], matrix, (FIELD, FIELD))
    return tilted

"""Lines that climb or fall steeply: their digits may stand upright, or lean with the line.

Which of the two only the reading tells: where the digits are read more surely once they are
turned back by the line's slope, the page was tilted.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import cv2
import numpy as np

from edge.arrays import UInt8Array
from edge.layout import neighbours_slope, slope
from edge.median import median
from edge.normalize import FIELD, normalize
from edge.prediction import Prediction
from edge.segment import Candidate
from edge.session import Session

LEAST_DEG = 12.0
"""Slope of a page's lines from which on it is looked at; the network reads less by itself."""

LEAST_SLOPE = math.tan(math.radians(LEAST_DEG))
"""The same as rise over run."""

MARGIN = 0.5
"""By how much, in digits surely read, the tilted reading must be better."""

_FEWEST = 3  # digits that make a line
_SURE = 0.5  # of a candidate, from which on it says where lines run


def straightened(
    candidates: Sequence[Candidate], images: UInt8Array, prediction: Prediction, session: Session
) -> tuple[UInt8Array, Prediction]:
    """What the network sees and says, the digits turned upright where their lines are steep.

    Args:
        candidates: n candidates.
        images: (n, 28, 28) uint8, what the network saw of each as it stands.
        prediction: what it said of each.
        session: the network.
    """
    sure = prediction.sureness
    digits = [c.box for c, one in zip(candidates, sure, strict=True) if one >= _SURE]
    if len(digits) < _FEWEST:
        return images, prediction
    # Lines run as their neighbours say or less; what they say takes a third of the time.
    if abs(neighbours_slope(digits)) < LEAST_SLOPE:
        return images, prediction
    angle_deg = float(np.degrees(np.arctan(slope(digits))))
    if abs(angle_deg) < LEAST_DEG:
        return images, prediction
    turned = np.empty((len(candidates), FIELD, FIELD), np.uint8)
    for row, candidate in enumerate(candidates):
        turned[row] = normalize(rotated(candidate.ink, angle_deg))
    said = session.run(turned)
    # Specks are sure now and then, whichever way they are turned.
    large = np.array([c.box[3] for c in candidates]) >= 0.5 * median([b[3] for b in digits])
    better = float(said.sureness[large].sum()) > float(sure[large].sum()) + MARGIN
    return (turned, said) if better else (images, prediction)


def rotated(ink: UInt8Array, angle_deg: float) -> UInt8Array:
    """Ink turned anticlockwise, nothing of it cut off.

    Args:
        ink: (h, w) uint8, bright on 0.
        angle_deg: in degrees.
    """
    height, width = ink.shape
    moved = cv2.getRotationMatrix2D((width / 2, height / 2), angle_deg, 1.0)
    cos, sin = abs(moved[0, 0]), abs(moved[0, 1])
    size = (
        int(np.ceil(height * sin + width * cos)) + 2,
        int(np.ceil(height * cos + width * sin)) + 2,
    )
    moved[:, 2] += (size[0] - width) / 2, (size[1] - height) / 2
    return np.asarray(cv2.warpAffine(ink, moved, size, flags=cv2.INTER_LINEAR), np.uint8)

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
from edge.median import median
from edge.normalize import normalize_all
from edge.prediction import Prediction
from edge.segment import Candidate
from edge.session import Session
from edge.slope import slope
from edge.strength import Box

LEAST_DEG = 12.0
"""Slope of a page's lines from which on it is looked at; the network reads less by itself."""

LEAST_SLOPE = math.tan(math.radians(LEAST_DEG))
"""The same as rise over run."""

MARGIN = 0.5
"""By how much, in digits surely read, the tilted reading must be better."""

_FEWEST = 3  # digits that make a line
_SURE = 0.5  # of a candidate, from which on it says where lines run


def surely_read(candidates: Sequence[Candidate], prediction: Prediction) -> list[Box]:
    """The boxes of the candidates that are sure enough to say where lines run."""
    pairs = zip(candidates, prediction.sureness.tolist(), strict=True)
    return [candidate.box for candidate, sure in pairs if sure >= _SURE]


def straightened(
    candidates: Sequence[Candidate],
    images: UInt8Array,
    prediction: Prediction,
    session: Session,
    steepest: float,
) -> tuple[UInt8Array, Prediction]:
    """What the network sees and says, the digits turned upright where their lines are steep.

    Args:
        candidates: n candidates.
        images: (n, 28, 28) uint8, what the network saw of each as it stands.
        prediction: what it said of each.
        session: the network.
        steepest: what `edge.slope.neighbours_slope` says of those that are `surely_read`.
    """
    # Lines run as their neighbours say or less.
    if abs(steepest) < LEAST_SLOPE:
        return images, prediction
    digits = surely_read(candidates, prediction)
    angle_deg = float(np.degrees(np.arctan(slope(digits))))
    if len(digits) < _FEWEST or abs(angle_deg) < LEAST_DEG:
        return images, prediction
    turned = normalize_all([rotated(candidate.ink, angle_deg) for candidate in candidates])
    said = session.run(turned)
    # Specks are sure now and then, whichever way they are turned.
    large = np.array([c.box[3] for c in candidates]) >= 0.5 * median([b[3] for b in digits])
    better = float(said.sureness[large].sum()) > float(prediction.sureness[large].sum()) + MARGIN
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

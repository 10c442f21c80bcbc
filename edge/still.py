"""Whether a frame shows what the last ones showed: such a scene need not be read again.

A frame is compared with the last one that was read, on a picture of a few thousand
averages: a camera's noise averages out, a pen's stroke of a few pixels does not. Compared
with the last frame instead, a slow change would never be seen.
"""

from __future__ import annotations

import cv2
import numpy as np

from edge.arrays import UInt8Array
from edge.halving import halved

_LONG_SIDE = 160  # averages along the frame's long side
_LEAST = 9.0
"""Least difference of an average, in grey values, that is a change."""

_OF_NOISE = 7.0
"""The same in standard deviations of what the frame's averages differ by anyway."""


class StillScene:
    """Remembers the scene that was read last."""

    def __init__(self) -> None:
        """Nothing was read yet."""
        self._read: UInt8Array | None = None
        self._seen: UInt8Array | None = None

    def is_still(self, image: UInt8Array) -> bool:
        """Whether a (h, w, 3) uint8 frame shows the scene that was read last."""
        self._seen = _averages(image)
        known = self._read
        if known is None or known.shape != self._seen.shape:
            return False
        difference = cv2.absdiff(known, self._seen)
        # Most of a still scene's differences are noise. The standard deviation of |x| is 0.6
        # of that of x; light that changes everywhere leaves it as it is.
        noise = 1.66 * float(cv2.meanStdDev(difference)[1][0, 0])
        return float(cv2.minMaxLoc(difference)[1]) <= max(_LEAST, min(_OF_NOISE * noise, 24.0))

    def remember(self) -> None:
        """The frame that was asked about last is read now."""
        self._read = self._seen


def _averages(image: UInt8Array) -> UInt8Array:
    """A small grey copy, (h, w) uint8, of area averages."""
    height, width = image.shape[:2]
    factor = max(1, round(max(height, width) / _LONG_SIDE))
    size = (max(1, width // factor), max(1, height // factor))
    # Halved as often as can be, which is by far the fastest way down.
    while factor % 2 == 0 and min(image.shape[:2]) > 1:
        image, factor = halved(image), factor // 2
    # Reduced first: three channels of few averages are cheaper than one of all pixels.
    if image.shape[1::-1] != size:
        image = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), np.uint8)

"""How much a moving sheet smears in a frame: what is smeared looks like many a 1."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from edge.median import median

LEAST = 0.1
"""Weight of what is seen while the sheet moves fast; a sheet at rest has 1."""

_EXPOSURE_S = 1 / 30  # as long as a camera exposes indoors
_SHARP, _SMEARED = 0.1, 0.4
"""Length of the smear, in heights of a digit, up to which nothing is lost of it, and from
which on there is no telling what it was."""

_AFTERWARDS = 0.5
"""What a frame keeps of the smear of the one before: cameras deliver a frame twice, which
then does not seem to move, and a jerk has a second half."""


class Smear:
    """Follows the motion of a sheet."""

    def __init__(self) -> None:
        """It rests."""
        self._length = 0.0

    def sharpness(
        self, shift: tuple[float, float], heights: Sequence[float], passed_s: float
    ) -> float:
        """What a sighting in this frame counts, in [LEAST, 1].

        Args:
            shift: x and y, in pixels, by which the sheet moved since the last frame.
            heights: of the digits that moved, in pixels; none where nothing is known of it.
            passed_s: since the last frame.
        """
        length = 0.0
        if heights and passed_s > 0:
            speed = float(np.hypot(*shift)) / median(heights) / passed_s
            length = min(1.0, speed * _EXPOSURE_S)
        self._length = max(length, _AFTERWARDS * self._length)
        lost = (self._length - _SHARP) / (_SMEARED - _SHARP)
        return LEAST + (1.0 - LEAST) * (1.0 - min(1.0, max(0.0, lost)))

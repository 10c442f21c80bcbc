"""Whether a page's writing is dark on light, or light on dark as on a board."""

from __future__ import annotations

import cv2

from edge.arrays import UInt8Array
from edge.halving import halved
from edge.paper import neighbourhood

_LIGHT_SKEWNESS = 0.1
"""Skewness of a page's brightness, against its surroundings, from which on the writing is
likelier light. Photographed pages had -10 to 0.05, chalk on a board is mostly above 1."""

_DOUBTFUL_SKEWNESS = (-0.4, 0.6)
"""Between these both are possible: a sheet on a dark desk, a board in a bright room."""

_ENOUGH = 80
"""Long side, in pixels, of a picture that shows it; larger ones are halved."""


def polarity(grey: UInt8Array) -> tuple[bool, bool]:
    """Whether the writing of a (h, w) uint8 picture is light, and whether that is in doubt."""
    skewness = brightness_skewness(grey)
    return skewness > _LIGHT_SKEWNESS, _DOUBTFUL_SKEWNESS[0] < skewness < _DOUBTFUL_SKEWNESS[1]


def is_enough(grey: UInt8Array) -> bool:
    """Whether a (h, w) picture is large enough to tell."""
    return bool(max(grey.shape) >= _ENOUGH)


def brightness_skewness(grey: UInt8Array) -> float:
    """Whether what stands out of a (h, w) uint8 picture is bright (above 0) or dark (below).

    Writing covers little: what differs most from its surroundings is ink, so that the
    skewness of the difference tells on which side it lies; 0 for a picture without any.
    """
    while max(grey.shape) >= 2 * _ENOUGH:
        grey = halved(grey)
    side = neighbourhood(grey.shape)
    difference = cv2.subtract(grey, cv2.blur(grey, (side, side)), dtype=cv2.CV_32F)
    square = cv2.multiply(difference, difference)
    spread = cv2.mean(square)[0]
    third = cv2.mean(cv2.multiply(square, difference, square))[0]
    return float(third / spread**1.5) if spread > 0 else 0.0

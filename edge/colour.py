"""In which channel of a picture all ink shows, so that one is enough to be looked at.

Black ink shows in the frame's brightness as in every channel, and blue ink in red: a reduced
picture tells.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from enum import IntEnum

import cv2
import numpy as np

from edge.arrays import UInt8Array
from edge.halving import quartered
from edge.paper import paper_of
from edge.polarity import brightness_skewness, is_enough
from edge.strength import share

_AS_STRONG, _SLACK = 0.85, 4
"""Share of its greatest strength in which ink shows in a channel, and strength more or less."""

_FAINT = 14
"""Strength on the reduced picture from which on it is ink: a thin stroke covers half a pixel."""

_UNSEEN = 0.002
"""Share of the ink that need not show: a fifth of one digit of a hundred."""

_ENOUGH = 80
"""Long side, in pixels, of a picture made of some pixels that tells the colours of strokes."""


class Channel(IntEnum):
    """What of a BGR picture is looked at."""

    BLUE = 0
    GREEN = 1
    RED = 2
    BRIGHTNESS = 3


_LIGHT = 0.6
"""Skewness of a channel's brightness from which on its writing is light beyond doubt."""

_LIKELIEST = (Channel.RED, Channel.BLUE, Channel.GREEN)
"""By how likely all ink shows in one of them: blue ink shows in red."""


def telling_channels(frame: UInt8Array) -> tuple[Channel, ...]:
    """The one in which all dark ink of a (h, w, 3) BGR picture shows, or all that it takes.

    In a channel in which ink is brighter than its paper, as blue ink is on yellow paper in blue,
    the paper between its strokes would pass for ink: those are left out.
    """
    tiny = _sampled(frame) if max(frame.shape) >= 4 * _ENOUGH else quartered(frame)
    paper = paper_of(tiny)
    bright = share(brightness(tiny), brightness(paper))
    lost = [np.asarray(plane, np.uint8) for plane in cv2.split(share(tiny, paper))]
    if _shows_all(bright, _largest(lost)):
        return (Channel.BRIGHTNESS,)
    dark = [one for one in _LIKELIEST if not _is_light(tiny, one)] or list(_LIKELIEST)
    most = _largest([lost[one] for one in dark])
    if len(dark) < len(lost) and _shows_all(bright, most):
        return (Channel.BRIGHTNESS,)
    return next(((one,) for one in dark if _shows_all(lost[one], most)), tuple(dark))


def _is_light(picture: UInt8Array, channel: Channel) -> bool:
    """Whether the writing of a (h, w, 3) picture is surely bright in a channel."""
    plane = np.asarray(cv2.extractChannel(picture, channel), np.uint8)
    return is_enough(plane) and brightness_skewness(plane) > _LIGHT


def _largest(planes: Sequence[UInt8Array]) -> UInt8Array:
    """(h, w) uint8: the largest value of each pixel."""
    return functools.reduce(lambda one, other: np.asarray(cv2.max(one, other), np.uint8), planes)


def brightness(picture: UInt8Array) -> UInt8Array:
    """(h, w) uint8: a (h, w, 3) BGR picture in grey."""
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), np.uint8)


def _sampled(frame: UInt8Array) -> UInt8Array:
    """Which colours there are: a quarter of the size, by 4 of 16 pixels, or an eighth, by 8 of 64.

    Linear interpolation looks at the two in the middle of those that one place covers.
    """
    height, width = frame.shape[:2]
    if max(height, width) < 8 * _ENOUGH:
        return _resized(frame, width // 4, height // 4)
    return _resized(_resized(frame, width // 4, height // 8), width // 8, height // 8)


def _resized(frame: UInt8Array, width: int, height: int) -> UInt8Array:
    return np.asarray(cv2.resize(frame, (max(1, width), max(1, height))), np.uint8)


def _shows_all(lost: UInt8Array, most: UInt8Array) -> bool:
    """Whether ink that shows in any channel, as strong as `most`, shows in one as well."""
    _, inked = cv2.threshold(most, _FAINT, 255, cv2.THRESH_BINARY)
    least = cv2.bitwise_and(cv2.convertScaleAbs(most, alpha=_AS_STRONG, beta=-_SLACK), inked)
    hidden = cv2.countNonZero(cv2.compare(lost, least, cv2.CMP_LT))
    return hidden <= _UNSEEN * cv2.countNonZero(inked)

"""The light on a page is divided out; what remains is what a pen left.

Ink is where a pixel is darker than the paper around it, in any colour channel: blue ink
on yellow paper shows in red. Every size is relative to the frame.
"""

from __future__ import annotations

import functools

import cv2
import numpy as np

from edge.arrays import UInt8Array
from edge.halving import enlarged, halved, quartered

NEIGHBOURHOOD = 0.14
"""Side of the neighbourhood that knows the paper's brightness, as a share of the frame's
long side: larger than any pen stroke, smaller than most shadows."""

_CHANNELS = (2, 0, 1)
"""Red, blue, green, by how likely all ink shows in one of them: blue ink shows in red."""

_BRIGHTNESS, _ALL = 3, 4
"""What is no channel of its own, but may be looked at in place of one."""

_AS_STRONG, _SLACK = 0.85, 4
"""Share of its greatest strength in which ink shows in a channel, and strength more or less."""

_FAINT = 14
"""Strength on the reduced picture from which on it is ink: a thin stroke covers half a pixel."""

_UNSEEN = 0.002
"""Share of the ink that need not show: a fifth of one digit of a hundred."""


_LARGE = 480
"""Long side, in pixels, from which on an eighth of it tells the colours of strokes."""

_BARE = 5
"""Strength on a picture of half the size up to which there is no ink: the faintest that is
looked for, 13 where the page is pale, is as strong as that after it was smoothed."""


def neighbourhood(shape: tuple[int, ...]) -> int:
    """Side in pixels, odd, of the neighbourhood on a picture of (h, w, ...)."""
    return max(3, int(NEIGHBOURHOOD * max(shape[:2]))) | 1


@functools.lru_cache(maxsize=64)  # sizes follow the frame's
def square(side: int) -> UInt8Array:
    """A structuring element of side times side pixels."""
    return np.ones((side, side), np.uint8)


def flatten(
    frame: UInt8Array, grey: UInt8Array | None = None, small: UInt8Array | None = None
) -> UInt8Array:
    """The strength of dark ink, 1 - value / paper, its largest value over the channels.

    The paper's brightness is the closing of each channel: what is left when everything
    dark and smaller than the neighbourhood is filled with its surroundings. Black ink shows
    in the frame's brightness as in every channel, and blue ink in red: a reduced picture tells
    whether one of them is enough.

    Args:
        frame: (h, w, 3) BGR or (h, w) grey uint8.
        grey: (h, w) uint8, its brightness, where it is known.
        small: (h // 4, w // 4) uint8, that `quartered`, where it is known.

    Returns:
        (h, w) uint8; 255 is black on any paper.
    """
    if frame.ndim == 2:
        return _of_one(frame, small)
    channel = _telling(_sampled(frame) if max(frame.shape) >= _LARGE else quartered(frame))
    if channel == _ALL:
        blue, green, red = (_of_one(_plane(frame, one)) for one in range(3))
        return np.asarray(cv2.max(cv2.max(blue, green, blue), red, blue), np.uint8)
    if channel != _BRIGHTNESS:
        return _of_one(_plane(frame, channel))
    return _of_one(_brightness(frame) if grey is None else grey, small)


def _of_one(plane: UInt8Array, small: UInt8Array | None = None) -> UInt8Array:
    """The strength of ink in one channel; where half of the page is bare, 0 there.

    Args:
        plane: (h, w) uint8.
        small: (h // 4, w // 4) uint8, that `quartered`, where it is known.
    """
    paper = _paper(quartered(plane) if small is None else small)
    height, width = plane.shape
    _, inked = cv2.threshold(_lost(halved(plane), paper), _BARE, 255, cv2.THRESH_BINARY)
    x, y, w, h = cv2.boundingRect(inked)
    if 8 * w * h > height * width or not w:
        return _lost(plane, paper)
    x, y, w, h = max(0, 2 * x - 2), max(0, 2 * y - 2), 2 * w + 4, 2 * h + 4
    here = slice(y, min(height, y + h)), slice(x, min(width, x + w))
    strength = np.zeros_like(plane)
    strength[here] = _share(plane[here], enlarged(paper, 4, (x, y, *strength[here].shape[::-1])))
    return strength


def _sampled(frame: UInt8Array) -> UInt8Array:
    """(h // 8, w // 8, 3) uint8: which colours there are, by 8 pixels of 64 each."""
    height, width = (max(8, side) for side in frame.shape[:2])
    for columns in (width // 4, width // 8):
        frame = np.asarray(cv2.resize(frame, (columns, height // 8)), np.uint8)
    return frame


def _telling(tiny: UInt8Array) -> int:
    """The channel in which all ink of a (h, w, 3) picture shows."""
    paper = _paper(tiny)
    bright = _share(_brightness(tiny), _brightness(paper))
    lost = [np.asarray(plane, np.uint8) for plane in cv2.split(_share(tiny, paper))]
    most = np.asarray(cv2.max(cv2.max(lost[0], lost[1]), lost[2]), np.uint8)
    if _shows_all(bright, most):
        return _BRIGHTNESS
    return next((one for one in _CHANNELS if _shows_all(lost[one], most)), _ALL)


def _shows_all(lost: UInt8Array, most: UInt8Array) -> bool:
    """Whether ink that shows in any channel, as strong as `most`, shows in one as well."""
    _, inked = cv2.threshold(most, _FAINT, 255, cv2.THRESH_BINARY)
    least = cv2.bitwise_and(cv2.convertScaleAbs(most, alpha=_AS_STRONG, beta=-_SLACK), inked)
    hidden = cv2.countNonZero(cv2.compare(lost, least, cv2.CMP_LT))
    return hidden <= _UNSEEN * cv2.countNonZero(inked)


def _lost(plane: UInt8Array, paper: UInt8Array) -> UInt8Array:
    """(h, w) uint8: how much of the paper's light one channel lost.

    Args:
        plane: (h, w) uint8, one channel.
        paper: the brightness of its paper, or a reduced picture of it.
    """
    light = cv2.resize(paper, plane.shape[::-1], interpolation=cv2.INTER_LINEAR)
    return _share(plane, np.asarray(light, np.uint8))


def _share(plane: UInt8Array, light: UInt8Array) -> UInt8Array:
    """`_lost` where the light of every pixel is known; it is written into that array."""
    # Fetching memory takes as long as the arithmetic.
    share = cv2.divide(plane, light, light, scale=255)
    return np.asarray(cv2.bitwise_not(share, share), np.uint8)


def _plane(picture: UInt8Array, channel: int) -> UInt8Array:
    """One channel of a (h, w, 3) picture."""
    return np.asarray(cv2.extractChannel(picture, channel), np.uint8)


def _brightness(picture: UInt8Array) -> UInt8Array:
    """(h, w) uint8: a (h, w, 3) BGR picture in grey."""
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), np.uint8)


def _paper(small: UInt8Array) -> UInt8Array:
    """The brightness of the bare paper of a picture that was reduced: light changes slowly.

    Beyond the frame it is continued as it falls at its edge. A closing takes the brightest in
    reach. At the edge of a vignette that lies inside the picture, so that dark corners would
    pass for ink; mirrored at the edge's own value (2 * edge - inside), brightness goes on
    falling there.
    """
    side = neighbourhood(small.shape)
    edge, inside = (
        cv2.copyMakeBorder(small, side, side, side, side, how)
        for how in (cv2.BORDER_REPLICATE, cv2.BORDER_REFLECT_101)
    )
    wide = cv2.addWeighted(edge, 2, inside, -1, 0)
    # Inside the frame edge and inside are the same picture.
    closed = cv2.morphologyEx(wide, cv2.MORPH_CLOSE, square(side))
    closed = cv2.blur(cv2.erode(closed, square(3)), (3, 3))
    rows, columns = small.shape[:2]
    paper = closed[side : side + rows, side : side + columns]
    return np.asarray(np.maximum(paper, 1), np.uint8)  # it is divided by

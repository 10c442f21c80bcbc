"""The light on a page is divided out; what remains is what a pen left.

Ink is where a pixel is darker than the paper around it, in any colour channel: blue ink
on yellow paper shows in red. Every size is relative to the frame.
"""

from __future__ import annotations

import cv2
import numpy as np

from edge.arrays import UInt8Array
from edge.halving import quartered

NEIGHBOURHOOD = 0.14
"""Side of the neighbourhood that knows the paper's brightness, as a share of the frame's
long side: larger than any pen stroke, smaller than most shadows."""

_CHANNELS = (2, 0, 1)
"""Red, blue, green, by how likely all ink shows in one of them: blue ink shows in red."""

_AS_STRONG, _SLACK = 0.85, 4
"""Share of its greatest strength in which ink shows in a channel, and strength more or less."""

_FAINT = 14
"""Strength on the reduced picture from which on it is ink: a thin stroke covers half a pixel."""

_UNSEEN = 0.002
"""Share of the ink that need not show: a fifth of one digit of a hundred."""


def neighbourhood(shape: tuple[int, ...]) -> int:
    """Side in pixels, odd, of the neighbourhood on a picture of (h, w, ...)."""
    return max(3, int(NEIGHBOURHOOD * max(shape[:2]))) | 1


def flatten(frame: UInt8Array, grey: UInt8Array | None = None) -> UInt8Array:
    """The strength of dark ink, 1 - value / paper, its largest value over the channels.

    The paper's brightness is the closing of each channel: what is left when everything
    dark and smaller than the neighbourhood is filled with its surroundings. Black ink shows
    in the frame's brightness as in every channel, and blue ink in red: a reduced picture tells
    whether one of them is enough.

    Args:
        frame: (h, w, 3) BGR or (h, w) grey uint8.
        grey: (h, w) uint8, its brightness, where it is known.

    Returns:
        (h, w) uint8; 255 is black on any paper.
    """
    small = quartered(frame)
    paper = np.maximum(_paper(small), 1)
    if frame.ndim == 2:
        return _lost(frame, paper)
    light = _planes(paper)
    lost = [_lost(*one) for one in zip(_planes(small), light, strict=True)]
    most = np.asarray(cv2.max(cv2.max(lost[0], lost[1]), lost[2]), np.uint8)
    bright = _brightness(paper)
    if _shows_all(_lost(_brightness(small), bright), most):
        return _lost(_brightness(frame) if grey is None else grey, bright)
    for channel in _CHANNELS:
        if _shows_all(lost[channel], most):
            return _lost(np.asarray(cv2.extractChannel(frame, channel), np.uint8), light[channel])
    blue, green, red = (_lost(*one) for one in zip(_planes(frame), light, strict=True))
    return np.asarray(cv2.max(cv2.max(blue, green, blue), red, blue), np.uint8)


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
    # Written into the array that is there: fetching memory takes as long as the arithmetic.
    share = cv2.divide(plane, light, light, scale=255)
    return np.asarray(cv2.bitwise_not(share, share), np.uint8)


def _planes(picture: UInt8Array) -> list[UInt8Array]:
    """The channels of a (h, w, 3) picture."""
    return [np.asarray(cv2.extractChannel(picture, channel), np.uint8) for channel in range(3)]


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
    closed = cv2.morphologyEx(wide, cv2.MORPH_CLOSE, np.ones((side, side), np.uint8))
    closed = cv2.blur(cv2.erode(closed, np.ones((3, 3), np.uint8)), (3, 3))
    rows, columns = small.shape[:2]
    return np.asarray(closed[side : side + rows, side : side + columns], np.uint8)

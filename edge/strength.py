"""How strong the ink of a page is: half its size at once, in full only where it is asked for.

Most of a page is bare paper. A picture of half the size shows where there may be ink, and
what surrounds that is never worked out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from edge.arrays import UInt8Array
from edge.halving import Reduced, enlarged, halved

Box = tuple[int, int, int, int]
"""x, y, width, height in pixels."""

_BARE = 5
"""Strength on a picture of half the size up to which there is no ink: the faintest that is
looked for, 13 where the page is pale, is as strong as that after it was smoothed."""


@dataclass(frozen=True, slots=True)
class Strength:
    """The strength of a page's ink, 0 for paper to 255 for ink that reflects nothing.

    Attributes:
        shape: (h, w) of the page in pixels.
        half: (h // 2, w // 2) uint8, of the page at half its size.
        part: the (height, width) uint8 in a box of the page.
        sample: of every nth pixel across and down.
        inked: where all ink lies, if there is any and that is less than half of the page, else
            all of the page.
    """

    shape: tuple[int, int]
    half: UInt8Array
    part: Callable[[Box], UInt8Array]
    sample: Callable[[int], UInt8Array]
    inked: Box

    @property
    def is_bare(self) -> bool:
        """Whether half of the page or more is bare around the ink: `inked` is less than the page.

        False on a wholly bare page as well, on which there is no ink to have bare paper around,
        and for `known` strength, of which nothing is left to be worked out.
        """
        return self.inked[2:] != (self.shape[1], self.shape[0])

    def whole(self) -> UInt8Array:
        """(h, w) uint8, of all of the page; where half of it is bare, 0 there."""
        if not self.is_bare:
            return self.part(self.inked)
        strength = np.zeros(self.shape, np.uint8)
        x, y, w, h = self.inked
        strength[y : y + h, x : x + w] = self.part(self.inked)
        return strength


def known(strength: UInt8Array) -> Strength:
    """The strength of a page of which that of every pixel is known, (h, w) uint8."""
    height, width = strength.shape

    def part(box: Box) -> UInt8Array:
        x, y, w, h = box
        return strength[y : y + h, x : x + w]

    def sample(every: int) -> UInt8Array:
        return strength[::every, ::every]

    return Strength((height, width), halved(strength), part, sample, (0, 0, width, height))


def divided(planes: Sequence[Reduced], papers: Sequence[UInt8Array]) -> Strength:
    """The strength of ink, 1 - value / paper, the largest over the channels.

    Args:
        planes: one or more channels.
        papers: the brightness of the paper in each, (h // 4, w // 4) uint8, at least 1.
    """
    pairs = list(zip(planes, papers, strict=True))
    height, width = planes[0].whole.shape
    half = _largest([lost(one.half, paper) for one, paper in pairs])
    _, above = cv2.threshold(half, _BARE, 255, cv2.THRESH_BINARY)
    x, y, w, h = cv2.boundingRect(above)
    left, top = max(0, 2 * x - 2), max(0, 2 * y - 2)
    right, bottom = min(width, left + 2 * w + 4), min(height, top + 2 * h + 4)
    inked = left, top, right - left, bottom - top
    if 8 * w * h > height * width or not w:
        inked = 0, 0, width, height

    kept: list[UInt8Array] = []  # all that is inked, once somebody has asked for it

    def part(box: Box) -> UInt8Array:
        x, y, w, h = box
        left, top = x - inked[0], y - inked[1]
        if kept and min(left, top) >= 0 and left + w <= inked[2] and top + h <= inked[3]:
            return kept[0][top : top + h, left : left + w]
        here = slice(y, y + h), slice(x, x + w)
        found = _largest([share(one.whole[here], enlarged(paper, 4, box)) for one, paper in pairs])
        if box == inked:
            kept.append(found)
        return found

    def sample(every: int) -> UInt8Array:
        # Light changes slowly: that some pixels aside is as good.
        return _largest([lost(one.whole[::every, ::every], paper) for one, paper in pairs])

    return Strength((height, width), half, part, sample, inked)


def _largest(parts: Sequence[UInt8Array]) -> UInt8Array:
    """The largest value of each pixel; it is written into the first of the pictures."""
    largest = parts[0]
    for one in parts[1:]:
        largest = np.asarray(cv2.max(largest, one, largest), np.uint8)
    return largest


def lost(plane: UInt8Array, paper: UInt8Array) -> UInt8Array:
    """(h, w) uint8: how much of the paper's light one channel lost.

    Args:
        plane: (h, w) uint8, one channel.
        paper: the brightness of its paper, or a reduced picture of it.
    """
    light = cv2.resize(paper, plane.shape[::-1], interpolation=cv2.INTER_LINEAR)
    return share(plane, np.asarray(light, np.uint8))


def share(plane: UInt8Array, light: UInt8Array) -> UInt8Array:
    """`lost` where the light of every pixel is known; it is written into that array."""
    # Fetching memory takes as long as the arithmetic.
    quotient = cv2.divide(plane, light, light, scale=255)
    return np.asarray(cv2.bitwise_not(quotient, quotient), np.uint8)

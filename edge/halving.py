"""A picture at half and at a quarter of its size: what changes slowly needs no more."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from edge.arrays import UInt8Array


def halved(picture: UInt8Array) -> UInt8Array:
    """The means of 2 x 2 pixels, the one reduction that OpenCV does as fast as it copies.

    Args:
        picture: (h, w) or (h, w, channels) uint8.

    Returns:
        (h // 2, w // 2), channels as given; an odd row or column at the end is left out, a
        side of one pixel stays.
    """
    height, width = picture.shape[:2]
    size = max(1, width // 2), max(1, height // 2)
    even = picture[: max(1, height // 2 * 2), : max(1, width // 2 * 2)]
    return np.asarray(cv2.resize(even, size, interpolation=cv2.INTER_AREA), np.uint8)


def quartered(picture: UInt8Array) -> UInt8Array:
    """`halved` twice.

    Halves are rounded up, which makes a picture brighter by an eighth each time; on a dark
    desk that shows. The second time the picture is turned to its negative, and they cancel.
    """
    return Reduced.of(picture).quarter


@dataclass(frozen=True, slots=True)
class Reduced:
    """A picture in one channel with what `halved` and `quartered` make of it.

    Attributes:
        whole: (h, w) uint8.
        half: (h // 2, w // 2) uint8.
        quarter: (h // 4, w // 4) uint8.
    """

    whole: UInt8Array
    half: UInt8Array
    quarter: UInt8Array

    @classmethod
    def of(cls, picture: UInt8Array) -> Reduced:
        """Of any picture."""
        half = halved(picture)
        quarter = halved(np.asarray(cv2.bitwise_not(half), np.uint8))
        return cls(picture, half, np.asarray(cv2.bitwise_not(quarter, quarter), np.uint8))

    def negative(self) -> Reduced:
        """Dark where this one is bright."""
        return Reduced(
            *(
                np.asarray(cv2.bitwise_not(one), np.uint8)
                for one in (self.whole, self.half, self.quarter)
            )
        )


def shortened(picture: UInt8Array) -> UInt8Array:
    """The means of four rows each: upright lines stay as they are, only shorter.

    Args:
        picture: (h, w) uint8.

    Returns:
        (h // 4, w); up to three rows at the end are left out.
    """
    height = picture.shape[0] // 4 * 4
    one, two, three, four = (picture[row:height:4] for row in range(4))
    upper, lower = cv2.addWeighted(one, 0.5, two, 0.5, 0), cv2.addWeighted(three, 0.5, four, 0.5, 0)
    return np.asarray(cv2.addWeighted(upper, 0.5, lower, 0.5, 0), np.uint8)


def enlarged(picture: UInt8Array, times: int, box: tuple[int, int, int, int]) -> UInt8Array:
    """Part of the picture that was `halved` or `quartered`, in proportion between its pixels.

    Args:
        picture: (h // times, w // times) uint8.
        times: 2 or 4.
        box: x, y, width, height of the part, in pixels of the (h, w) picture.

    Returns:
        (height, width) uint8.
    """
    x, y, w, h = box
    # A pixel more on each side to lie between, and one for rows and columns that were left out.
    wide = cv2.copyMakeBorder(picture, 1, 2, 1, 2, cv2.BORDER_REPLICATE)
    part = wide[y // times : -(-(y + h) // times) + 2, x // times : -(-(x + w) // times) + 2]
    size = times * part.shape[1], times * part.shape[0]
    large = cv2.resize(part, size, interpolation=cv2.INTER_LINEAR)
    return np.asarray(large[times + y % times :, times + x % times :][:h, :w], np.uint8)

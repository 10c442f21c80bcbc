"""How bright the bare paper of a page is, place by place, whatever is written on it.

Every size is relative to the frame.
"""

from __future__ import annotations

import functools

import cv2
import numpy as np

from edge.arrays import UInt8Array

NEIGHBOURHOOD = 0.14
"""Side of the neighbourhood that knows the paper's brightness, as a share of the frame's
long side: larger than any pen stroke, smaller than most shadows."""

_LEAST = np.ones(1)  # paper is divided by


def neighbourhood(shape: tuple[int, ...]) -> int:
    """Side in pixels, odd, of the neighbourhood on a picture of (h, w, ...)."""
    return max(3, int(NEIGHBOURHOOD * max(shape[:2]))) | 1


@functools.lru_cache(maxsize=64)  # sizes follow the frame's
def square(side: int) -> UInt8Array:
    """A structuring element of side times side pixels."""
    return np.ones((side, side), np.uint8)


def paper_of(small: UInt8Array) -> UInt8Array:
    """The brightness of the bare paper of a picture that was reduced: light changes slowly.

    It is the closing: what is left when everything dark and smaller than the neighbourhood is
    filled with its surroundings. Beyond the frame the picture is continued as it falls at its
    edge. A closing takes the brightest in reach. At the edge of a vignette that lies inside the
    picture, so that dark corners would pass for ink; mirrored at the edge's own value
    (2 * edge - inside), brightness goes on falling there.

    Args:
        small: (h, w) or (h, w, channels) uint8.

    Returns:
        The same shape, at least 1: it is divided by.
    """
    rows, columns = small.shape[:2]
    side = neighbourhood(small.shape)
    reach = side + 1  # of the closing, and of what smooths it
    # OpenCV works on 32 pixels at once, on those that are left over one by one.
    right = reach + -(columns + 2 * reach) % 32
    edge, inside = (
        cv2.copyMakeBorder(small, reach, reach, reach, right, how)
        for how in (cv2.BORDER_REPLICATE, cv2.BORDER_REFLECT_101)
    )
    # Inside the frame edge and inside are the same picture.
    wide = cv2.addWeighted(edge, 2, inside, -1, 0)
    closed = cv2.morphologyEx(wide, cv2.MORPH_CLOSE, square(side))
    near = closed[side - 1 : side + rows + 3, side - 1 : side + columns + 3]
    smooth = cv2.max(cv2.blur(cv2.erode(near, square(3)), (3, 3)), _LEAST)
    return np.asarray(smooth[2:-2, 2:-2], np.uint8)

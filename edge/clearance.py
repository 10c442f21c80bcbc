"""How much darker ink is than the ground beside it, on its darkest side.

The edge of a sheet on a dark desk passes for ink, but it is itself one of its sides. A digit
across which a shadow ends has a dark side as well; each of its strokes is darker than what is
beside it all the same.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from edge.arrays import BoolArray, Float64Array, Int64Array, UInt8Array
from edge.median import median
from edge.normalize import stroke_width
from edge.paper import square
from edge.strength import Box

_LEAST = 0.4
"""How much darker than its darkest side a digit is, as a share of its strength against the
page. A shadow across a digit halves it; at the edge of a sheet nothing is left."""

_LEAST_OF_STROKES = 0.7
"""How much darker each of its strokes is than the ground beside it, in the same measure."""

_ALONG, _AWAY = 8, 4
"""Pixels of the ground on a side of a digit, along and away from it, that tell its median."""

_SAMPLES = _ALONG * _AWAY

_BITS = 7
"""Places are in parts of 128: the middles of all steps, along and away, are whole ones."""


def _places() -> Int64Array:
    """(2, 4, samples): how far to the right and down on each side of a digit they lie."""
    along, away = ((2 * np.arange(n) + 1 << _BITS) // (2 * n) for n in (_ALONG, _AWAY))
    one, other = (grid.ravel() for grid in np.meshgrid(along, away))
    return np.array([[other, other, one, one], [one, one, other, other]])


_PLACES = _places()


def is_edge(clearance: float, level: float) -> bool:
    """Whether ink of a strength, 0 to 255, is hardly darker than one of its sides."""
    return 255 * clearance < _LEAST * level


def has_strokes(strokes: float, level: float) -> bool:
    """Whether each stroke of ink of a strength, 0 to 255, is as dark beside its own ground."""
    return 255 * strokes >= _LEAST_OF_STROKES * level


def sides_clearance(grey: UInt8Array, boxes: Sequence[Box], ink: Float64Array) -> Float64Array:
    """(n,): 1 - ink / ground, the ground that on the darkest side of the box.

    Args:
        grey: (h, w) uint8, the page's brightness.
        boxes: n boxes.
        ink: (n,) brightness of the ink in each.
    """
    return np.asarray(1 - (ink + 1) / (_darkest_side(grey, boxes) + 1), np.float64)


def strokes_clearance(grey: UInt8Array, box: Box, own: BoolArray) -> float:
    """1 - ink / ground, the ground that on the darker side of each stroke; the median of it.

    That ground is the closing, by little more than a stroke is wide: it fills strokes, and
    leaves a side that is dark.

    Args:
        grey: (h, w) uint8, the page's brightness.
        box: where the ink lies.
        own: (height, width) of the box, where it is ink.
    """
    side = 2 * round(stroke_width(own.view(np.uint8))) + 3
    x, y, w, h = box
    left, top = max(0, x - side), max(0, y - side)
    around = grey[top : y + h + side, left : x + w + side]
    ground = cv2.morphologyEx(around, cv2.MORPH_CLOSE, square(side))
    inside = slice(y - top, y - top + h), slice(x - left, x - left + w)
    ratio = (around[inside][own] + 1.0) / (ground[inside][own] + 1.0)
    return 1 - median(ratio)


def _darkest_side(grey: UInt8Array, boxes: Sequence[Box]) -> Float64Array:
    """(n,): how bright the ground is on the darkest side of n boxes, by the medians of pixels.

    Where the frame ends there is no side; where it ends on all four, paper, 255.
    """
    x, y, w, h = np.array(boxes, np.int64).T
    margin = np.maximum(2, np.maximum(w, h) // 6)
    height, width = grey.shape
    left, right = np.maximum(0, x - margin), np.minimum(width, x + w + margin)
    top, bottom = np.maximum(0, y - margin), np.minimum(height, y + h + margin)
    # Columns and rows of the four sides, those to the left, to the right, above and below.
    first = np.array([[left, x + w, left, left], [top, top, top, y + h]])
    size = np.array([[x, right, right, right], [bottom, bottom, y, bottom]]) - first
    columns, rows = first[..., None] + (size[..., None] * _PLACES[:, :, None] >> _BITS)
    pixels = grey.take(rows * width + columns, mode="clip")
    pixels.partition((_SAMPLES // 2 - 1, _SAMPLES // 2), axis=2)
    middle = 0.5 * pixels[..., _SAMPLES // 2 - 1] + 0.5 * pixels[..., _SAMPLES // 2]
    middle[~size.all(axis=0)] = 255
    return np.asarray(middle.min(axis=0), np.float64)

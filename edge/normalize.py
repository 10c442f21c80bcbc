"""The input contract: how ink becomes the 28x28 image that a network sees.

MNIST was made this way (LeCun et al. 1998, "Gradient-based learning applied to
document recognition", III.A): the digit is scaled into a 20x20 box with its
aspect ratio kept and placed in a 28x28 field with its centre of mass at the centre (of pixel 14).
Ink is bright on 0. Training, calibration, evaluation and the live loop all call
this file; no other place scales or centres a digit.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence

import cv2
import numpy as np

from edge.arrays import Float64Array, UInt8Array
from edge.errors import InputError

FIELD = 28
"""Side of the image that the network sees, in pixels."""

BOX = 20
"""Longest side of the digit's ink inside the field, in pixels."""

CENTER = 14.5
"""Row and column of the centre of mass, in pixels, pixel i covering [i, i + 1)."""

THINNEST = 1.9
"""Stroke width, in pixels of the field, below which strokes are thickened.

Nine in ten MNIST digits are wider; a fine pen seen from afar is 0.5 to 1.5.
"""


def normalize(ink: UInt8Array) -> UInt8Array:
    """Scales and centres one digit's ink as MNIST's authors did.

    Args:
        ink: (h, w) uint8, 0 where there is paper, up to 255 where there is ink.
            Whatever surrounds the digit must be 0.

    Returns:
        (28, 28) uint8 with the ink's centre of mass at the centre of the field;
        all 0 when `ink` holds none.

    Raises:
        InputError: `ink` is not a two-dimensional uint8 array.
    """
    return np.asarray(normalize_all([ink])[0], np.uint8)


def normalize_all(inks: Sequence[UInt8Array]) -> UInt8Array:
    """(n, 28, 28) uint8: each of n as `normalize` does it, sooner than one after the other."""
    boxes = [_boxed(ink) for ink in inks]
    corner = np.zeros((len(inks), BOX, BOX), np.uint8)
    for scaled, box in zip(corner, boxes, strict=True):
        scaled[: box.shape[0], : box.shape[1]] = box
    # MNIST's centre is the centre of pixel 14 (measured: 14.49 and 14.50 over the training
    # set). The shift is by whole pixels, as there, and never pushes ink out of the field.
    shifts = np.rint(CENTER - centers_of_mass(corner)).astype(np.int64).tolist()
    fields = np.zeros((len(inks), FIELD, FIELD), np.uint8)
    for field, box, (down, right) in zip(fields, boxes, shifts, strict=True):
        rows, columns = box.shape
        top = min(max(down, 0), FIELD - rows)
        left = min(max(right, 0), FIELD - columns)
        field[top : top + rows, left : left + columns] = box
    return fields


def centers_of_mass(inks: UInt8Array) -> Float64Array:
    """(n, 2): row and column of each (n, h, w) ink's centre, pixel i having its at i + 0.5."""
    count, height, width = inks.shape
    # Sums of whole numbers: exact.
    moments = inks.reshape(count, height * width).astype(np.float64) @ _weights(height, width)
    return np.asarray(moments[:, 1:] / np.maximum(moments[:, :1], 1) + 0.5, np.float64)


@functools.lru_cache(maxsize=8)  # the reader's boxes have one size
def _weights(height: int, width: int) -> Float64Array:
    """(h * w, 3): by what pixels are weighed for the mass, and the moments down and across."""
    rows, columns = np.divmod(np.arange(height * width), width)
    return np.stack([np.ones(height * width), rows, columns], axis=1)


def _boxed(ink: UInt8Array) -> UInt8Array:
    """(h, w) uint8, its longer side BOX: the ink alone, its strokes wide enough."""
    if ink.ndim != 2 or ink.dtype != np.uint8:
        raise InputError(f"ink must be (h, w) uint8, not {ink.shape} {ink.dtype}")
    x, y, width, height = cv2.boundingRect(ink) if ink.size else (0, 0, 0, 0)
    if width == 0:
        return np.zeros((1, 1), np.uint8)
    return _scale_to_box(thicken(ink[y : y + height, x : x + width]))


def stroke_width(ink: UInt8Array) -> float:
    """Mean width of the pen's stroke, in pixels of `ink`.

    In a long stroke of width w the distance to the edge grows linearly from 0 to
    w / 2, so that its mean is w / 4.
    """
    padded = cv2.copyMakeBorder(ink, 1, 1, 1, 1, cv2.BORDER_CONSTANT)
    distance = cv2.distanceTransform(padded, cv2.DIST_L2, 3)
    # distanceTransform measures to the centre of the nearest paper pixel, half a pixel
    # beyond the edge.
    return 4.0 * max(cv2.mean(distance, padded)[0] - 0.5, 0.25)


def thicken(ink: UInt8Array) -> UInt8Array:
    """Widens the strokes of a digit that scaling would make thinner than MNIST's.

    Args:
        ink: (h, w) uint8, cropped to the ink.

    Returns:
        The same array when its strokes are wide enough, else a larger one with a
        margin for the wider strokes.
    """
    scale = BOX / max(ink.shape[0], ink.shape[1])
    missing = THINNEST / scale - stroke_width(ink)
    grow = int(missing // 2) + 1 if missing > 0.5 else 0
    if grow == 0:
        return ink
    grow = min(grow, max(ink.shape) // 12)
    if grow == 0:
        return ink
    padded = cv2.copyMakeBorder(ink, grow, grow, grow, grow, cv2.BORDER_CONSTANT)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * grow + 1, 2 * grow + 1))
    return cv2.dilate(padded, disc).astype(np.uint8, copy=False)


def _scale_to_box(ink: UInt8Array) -> UInt8Array:
    """Scales the ink so that its longer side measures BOX pixels, its aspect kept."""
    height, width = ink.shape
    scale = BOX / max(height, width)
    size = (round(width * scale) or 1, round(height * scale) or 1)
    smooth = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(ink, size, interpolation=smooth), np.uint8)

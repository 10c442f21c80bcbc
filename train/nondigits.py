"""What a camera also sees: images that are no digit, to learn what to turn away."""

from __future__ import annotations

import cv2
import numpy as np

from edge.arrays import UInt8Array
from edge.normalize import FIELD, normalize
from train.marks import draw_mark
from train.parts import draw_parts
from train.strokes import draw_digit


def draw_nondigits(count: int, rng: np.random.Generator, digits: UInt8Array) -> UInt8Array:
    """Draws images of things that are no digit.

    Args:
        count: how many.
        rng: source of everything random.
        digits: (n, 28, 28) uint8 images of digits, to grow together in pairs and to be cut.

    Returns:
        (count, 28, 28) uint8 under the input contract.
    """
    images = np.zeros((count, FIELD, FIELD), np.uint8)
    parts = []
    for row in range(count):
        kind = rng.random()
        if kind < 0.6:
            images[row] = normalize(draw_mark(rng))
        elif kind < 0.69:
            parts.append(row)
        elif kind < 0.84:
            images[row] = normalize(_pair(digits, rng))
        elif kind < 0.92:
            images[row] = normalize(_rules(rng))
        elif kind < 0.97:
            images[row] = normalize(_struck_out(rng))
        # else: empty paper
    images[parts] = draw_parts(len(parts), rng, digits)
    return images


def _pair(digits: UInt8Array, rng: np.random.Generator) -> UInt8Array:
    """Two or three digits side by side or one above the other, grown together."""
    parts = []
    for index in rng.integers(len(digits), size=int(rng.choice([2, 2, 2, 3]))):
        image = digits[index]
        x, y, w, h = cv2.boundingRect(image)
        if w:
            parts.append(image[y : y + h, x : x + w])
    canvas = np.zeros((100, 100), np.uint8)
    upright = rng.random() < 0.85
    at = 10
    for part in parts:
        h, w = part.shape
        drift = int(rng.integers(0, 8))
        top, left = (30 + drift, at) if upright else (at, 30 + drift)
        region = canvas[top : top + h, left : left + w]
        np.maximum(region, part, out=region)
        # One or two pixels of overlap: the strokes touch.
        at += max(3, (w if upright else h) - int(rng.integers(0, 3)))
    return canvas


def _rules(rng: np.random.Generator) -> UInt8Array:
    """A piece of a ruled line or of a grid."""
    side = 80
    canvas = np.zeros((side, side), np.uint8)
    thickness = int(rng.integers(1, 5))
    horizontal = rng.random() < 0.5
    for at in rng.integers(10, side - 10, size=int(rng.integers(1, 4))):
        lean = int(rng.integers(-3, 4))
        ends = ((2, int(at)), (side - 3, int(at) + lean))
        start, stop = ends if horizontal else (ends[0][::-1], ends[1][::-1])
        cv2.line(canvas, start, stop, 255, thickness, cv2.LINE_AA)
    if rng.random() < 0.6 or not horizontal:  # a lone upright line would be a 1
        at = int(rng.integers(10, side - 10))
        crossing = ((at, 2), (at, side - 3)) if horizontal else ((2, at), (side - 3, at))
        cv2.line(canvas, *crossing, 255, thickness, cv2.LINE_AA)
    return canvas


def _struck_out(rng: np.random.Generator) -> UInt8Array:
    """A digit under a scribble or several strokes."""
    canvas = draw_digit(int(rng.integers(10)), rng)
    side = len(canvas)
    for _ in range(int(rng.integers(3, 7))):
        ends = rng.integers(side // 6, side - side // 6, size=(2, 2))
        cv2.line(
            canvas,
            (int(ends[0, 0]), int(ends[0, 1])),
            (int(ends[1, 0]), int(ends[1, 1])),
            255,
            int(rng.integers(3, 9)),
            cv2.LINE_AA,
        )
    return canvas

"""Digits, or any form, drawn by a pen that no two times moves alike.

A form of `train.forms` is bent (slant, proportions, displaced knots), written with a
tremor and a width that changes along the stroke, and scaled by the input contract like
anything that a camera sees. Needs NumPy and OpenCV, nothing else.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import cv2
import numpy as np

from edge.arrays import Float64Array, Int64Array, UInt8Array
from edge.normalize import FIELD, normalize
from train.forms.digits import DIGITS
from train.forms.stroke import Form, Point

_PER_KNOT = 8  # samples between two knots of a curve
MARGIN = 0.16
"""Of the canvas, around the unit square."""


@dataclass(frozen=True, slots=True)
class Hand:
    """How somebody writes.

    Attributes:
        bend: (2, 2) float64, proportions, slant and rotation of the unit square.
        pen: width of the stroke, as a share of the canvas.
    """

    bend: Float64Array
    pen: float

    def again(self, rng: np.random.Generator) -> Hand:
        """The same hand a moment later: no two characters come out alike."""
        wobble = np.eye(2) + rng.normal(0, 0.05, (2, 2))
        return Hand(self.bend @ wobble, self.pen * float(rng.uniform(0.92, 1.08)))


def draw_hand(rng: np.random.Generator) -> Hand:
    """Somebody's hand and pen."""
    return Hand(draw_bend(rng), float(rng.uniform(0.035, 0.11)))


def draw_digits(count: int, rng: np.random.Generator) -> tuple[UInt8Array, Int64Array]:
    """Draws digits, all ten equally often, in random order.

    Returns:
        Images (count, 28, 28) uint8 under the input contract, and labels (count,) int64.
    """
    labels = rng.permutation(np.arange(count, dtype=np.int64) % 10)
    images = np.empty((count, FIELD, FIELD), np.uint8)
    for row, label in enumerate(labels):
        images[row] = normalize(draw_digit(int(label), rng))
    return images, labels


def draw_digit(
    label: int, rng: np.random.Generator, *, side: int = 96, hand: Hand | None = None
) -> UInt8Array:
    """One digit's ink, (side, side) uint8, bright on 0, not yet under the input contract.

    `hand` writes it; None is a new hand each time.
    """
    forms = DIGITS[label]
    return draw_form(forms[rng.integers(len(forms))], rng, side=side, hand=hand)


def draw_form(
    form: Form, rng: np.random.Generator, *, side: int = 96, hand: Hand | None = None
) -> UInt8Array:
    """Writes one form.

    Args:
        form: the strokes to write.
        rng: source of the hand, where none is given, and of the tremor.
        side: side of the square canvas, in pixels.
        hand: who writes; None is a new hand each time.

    Returns:
        (side, side) uint8 ink, bright on 0.
    """
    hand = hand or draw_hand(rng)
    pen = side * hand.pen
    canvas = np.zeros((side, side), np.uint8)
    inner = side * (1 - 2 * MARGIN)
    moved: dict[Point, Float64Array] = {}
    for stroke in form:
        knots = np.array([_moved(point, moved, rng) for point in stroke.points])
        path = _spline(knots) if stroke.smooth else _polyline(knots, rng)
        path = path + _tremor(len(path), rng)
        pixels = (path - 0.5) @ hand.bend.T * inner + side / 2
        widths = pen * (1 + 0.22 * _drift(len(path), rng))
        _ink(canvas, pixels, widths)
    return canvas


def _moved(
    point: Point, moved: dict[Point, Float64Array], rng: np.random.Generator
) -> Float64Array:
    """A knot where this hand puts it; strokes that share a knot go on meeting there."""
    if point not in moved:
        moved[point] = np.asarray(point, np.float64) + rng.normal(0, 0.032, 2)
    return moved[point]


def draw_bend(rng: np.random.Generator) -> Float64Array:
    """A 2x2 matrix of proportions, slant and rotation."""
    slant = np.tan(np.radians(np.clip(rng.normal(8, 12), -22, 38)))  # positive leans to the right
    angle = np.radians(rng.normal(0, 5))
    # One hand in five writes as wide as tall.
    narrow = np.exp(rng.normal(*((0.1, 0.25) if rng.random() < 0.2 else (-0.35, 0.22))))
    scale = np.diag([narrow, 1.0])
    shear = np.array([[1.0, -slant], [0.0, 1.0]])
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    matrix: Float64Array = turn @ shear @ scale
    return matrix / max(1.0, float(np.abs(matrix).sum(axis=1).max()) / 1.15)


def _spline(knots: Float64Array) -> Float64Array:
    """A Catmull-Rom spline through the knots, (m, 2); the ends are mirrored."""
    padded = np.vstack([2 * knots[0] - knots[1], knots, 2 * knots[-1] - knots[-2]])
    t = np.linspace(0, 1, _PER_KNOT, endpoint=False)[:, None]
    pieces = []
    for a, b, c, d in zip(padded[:-3], padded[1:-2], padded[2:-1], padded[3:], strict=True):
        pieces.append(
            0.5
            * (
                2 * b
                + (c - a) * t
                + (2 * a - 5 * b + 4 * c - d) * t**2
                + (3 * b - a - 3 * c + d) * t**3
            )
        )
    return np.vstack([*pieces, knots[-1:]])


def _polyline(knots: Float64Array, rng: np.random.Generator) -> Float64Array:
    """Straight pieces between the knots, each with the slight bow of a real hand."""
    t = np.linspace(0, 1, _PER_KNOT, endpoint=False)[:, None]
    pieces = []
    for a, b in itertools.pairwise(knots):
        along = b - a
        bow = np.array([-along[1], along[0]]) * rng.normal(0, 0.05)
        pieces.append(a + along * t + bow * 4 * t * (1 - t))
    return np.vstack([*pieces, knots[-1:]])


def _drift(count: int, rng: np.random.Generator) -> Float64Array:
    """(count,) slowly changing values of about unit size."""
    phase = rng.uniform(0, 2 * np.pi, 3)
    t = np.linspace(0, 1, count)
    waves = [np.sin(2 * np.pi * (k + 0.5) * t + p) / (k + 1) for k, p in enumerate(phase)]
    return np.asarray(np.sum(waves, axis=0), np.float64)


def _tremor(count: int, rng: np.random.Generator) -> Float64Array:
    """(count, 2) small displacements along the path."""
    strength = abs(rng.normal(0, 0.008))
    return np.stack([_drift(count, rng), _drift(count, rng)], axis=1) * strength


def _ink(canvas: UInt8Array, pixels: Float64Array, widths: Float64Array) -> None:
    """Draws a path of changing width with anti-aliasing."""
    points = np.round(pixels * 16).astype(np.int32)
    for start, stop, width in zip(points[:-1], points[1:], widths, strict=False):
        cv2.line(
            canvas,
            (int(start[0]), int(start[1])),
            (int(stop[0]), int(stop[1])),
            255,
            max(1, round(float(width))),
            cv2.LINE_AA,
            4,
        )

"""Digits and marks drawn by a pen that no two times moves alike.

A form of `train.glyphs` is bent (slant, proportions, displaced knots), written with a
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
from train.glyphs import DIGITS, MARKS, Form, Point, Stroke
from train.letters import LETTER_FORMS, LETTERS
from train.typefaces import draw_type, typefaces

_PER_KNOT = 8  # samples between two knots of a curve
_MARGIN = 0.16  # of the canvas, around the unit square
_FONTS = (
    cv2.FONT_HERSHEY_SIMPLEX,
    cv2.FONT_HERSHEY_DUPLEX,
    cv2.FONT_HERSHEY_COMPLEX,
    cv2.FONT_HERSHEY_TRIPLEX,
    cv2.FONT_HERSHEY_SCRIPT_SIMPLEX,
    cv2.FONT_HERSHEY_SCRIPT_COMPLEX,
    cv2.FONT_HERSHEY_PLAIN,
)


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
    return Hand(_bend(rng), float(rng.uniform(0.035, 0.11)))


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


def draw_mark(rng: np.random.Generator, *, side: int = 96) -> UInt8Array:
    """The ink of something that is no digit: a letter, an operator, a scribble, a speck."""
    kind = rng.choice(["letter", "mark", "scribble", "speck"], p=[0.45, 0.4, 0.1, 0.05])
    if kind == "letter":
        return _letter(rng, side)
    if kind == "mark":
        forms = MARKS[str(rng.choice(list(MARKS)))]
        return draw_form(forms[rng.integers(len(forms))], rng, side=side)
    if kind == "scribble":
        knots = rng.random((int(rng.integers(6, 16)), 2))
        return draw_form((Stroke(tuple((float(x), float(y)) for x, y in knots)),), rng, side=side)
    return _speck(rng, side)


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
    inner = side * (1 - 2 * _MARGIN)
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


def _bend(rng: np.random.Generator) -> Float64Array:
    """A 2x2 matrix of proportions, slant and rotation."""
    slant = np.tan(np.radians(np.clip(rng.normal(8, 12), -22, 38)))  # positive leans to the right
    angle = np.radians(rng.normal(0, 5))
    # One hand in eight writes as wide as tall.
    narrow = np.exp(rng.normal(*((0.1, 0.25) if rng.random() < 0.125 else (-0.35, 0.22))))
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


def _letter(rng: np.random.Generator, side: int) -> UInt8Array:
    """A letter by hand or in print; in print sometimes two or three."""
    if rng.random() < 0.45:
        forms = LETTER_FORMS[str(rng.choice(list(LETTER_FORMS)))]
        return draw_form(forms[rng.integers(len(forms))], rng, side=side)
    letters = "".join(rng.choice(list(LETTERS), int(rng.choice([1, 1, 1, 2, 3]))))
    faces = typefaces()
    # Drawn either way, so that what follows does not depend on what is installed.
    face, by_opencv = rng.random(), rng.random() < 0.4
    if faces and not by_opencv:
        return _under_a_hand(draw_type(letters, faces[int(face * len(faces))], 2 * side), rng, side)
    thickness = int(rng.integers(2, 9))
    font = _FONTS[int(face * len(_FONTS))]
    (width, height), base = cv2.getTextSize(letters, font, 3.0, thickness)
    page = np.zeros((height + base + 40, width + 40), np.uint8)
    cv2.putText(page, letters, (20, 20 + height), font, 3.0, 255, thickness, cv2.LINE_AA)
    return _under_a_hand(page, rng, side)


def _under_a_hand(page: UInt8Array, rng: np.random.Generator, side: int) -> UInt8Array:
    """What stands on a page, slanted and turned as a hand would, in a square of `side`."""
    x, y, w, h = cv2.boundingRect(page)
    scale = side * (1 - 2 * _MARGIN) / max(w, h, 1)
    bend = _bend(rng)
    bend = bend / max(1e-6, float(np.abs(np.linalg.det(bend))) ** 0.5) * scale * 0.8
    center = np.array([x + w / 2, y + h / 2])
    matrix = np.column_stack([bend, side / 2 - bend @ center])
    return cv2.warpAffine(page, matrix, (side, side), flags=cv2.INTER_AREA).astype(np.uint8)


def _speck(rng: np.random.Generator, side: int) -> UInt8Array:
    """A blot: a filled ellipse with a ragged edge."""
    canvas = np.zeros((side, side), np.uint8)
    for _ in range(int(rng.integers(1, 5))):
        center = rng.normal(side / 2, side * 0.06, 2)
        axes = rng.uniform(side * 0.08, side * 0.3, 2)
        cv2.ellipse(
            canvas,
            (int(center[0]), int(center[1])),
            (int(axes[0]), int(axes[1])),
            float(rng.uniform(0, 180)),
            0,
            360,
            255,
            -1,
            cv2.LINE_AA,
        )
    return canvas

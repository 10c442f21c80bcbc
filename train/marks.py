"""One thing that is no digit: a letter, an operator, a doodle, a scribble or a speck."""

from __future__ import annotations

import cv2
import numpy as np

from edge.arrays import UInt8Array
from train.forms.doodles import DOODLES
from train.forms.letters import LETTER_FORMS, LETTERS
from train.forms.marks import MARKS
from train.forms.stroke import Stroke
from train.strokes import MARGIN, draw_bend, draw_form
from train.typefaces import draw_type, typefaces

_FONTS = (
    cv2.FONT_HERSHEY_SIMPLEX,
    cv2.FONT_HERSHEY_DUPLEX,
    cv2.FONT_HERSHEY_COMPLEX,
    cv2.FONT_HERSHEY_TRIPLEX,
    cv2.FONT_HERSHEY_SCRIPT_SIMPLEX,
    cv2.FONT_HERSHEY_SCRIPT_COMPLEX,
    cv2.FONT_HERSHEY_PLAIN,
)


def draw_mark(rng: np.random.Generator, *, side: int = 96) -> UInt8Array:
    """The ink of something that is no digit: a letter, an operator, a doodle, a scribble, a speck.

    Letters are the most: a page of words in which they pass for digits spoils a whole reading,
    a doodle that passes a number.
    """
    kinds = ["letter", "mark", "doodle", "scribble", "speck"]
    kind = rng.choice(kinds, p=[0.5, 0.3, 0.07, 0.09, 0.04])
    if kind == "letter":
        return _letter(rng, side)
    if kind in ("mark", "doodle"):
        things = MARKS if kind == "mark" else DOODLES
        forms = things[str(rng.choice(list(things)))]
        return draw_form(forms[rng.integers(len(forms))], rng, side=side)
    if kind == "scribble":
        knots = rng.random((int(rng.integers(6, 16)), 2))
        return draw_form((Stroke(tuple((float(x), float(y)) for x, y in knots)),), rng, side=side)
    return _speck(rng, side)


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
    scale = side * (1 - 2 * MARGIN) / max(w, h, 1)
    bend = draw_bend(rng)
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

"""A page: written on a sheet, then photographed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

from edge.arrays import Float64Array, UInt8Array
from edge.segment import Box
from train.scenes.camera import photograph, place_sheet, warp
from train.scenes.kinds import LOOKS, SceneKind
from train.scenes.sheet import Sheet, print_words
from train.scenes.text import check_text, draw_text, plain_text, signed_text
from train.scenes.writing import Writing, drawn_digits, given_digits, write_line
from train.strokes import draw_hand

if TYPE_CHECKING:  # where the digits come from is no business of the pen
    from train.data import Images

PAGE_SIZE = (960, 720)
"""Width and height of a drawn page, in pixels."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A drawn picture and what stands in it.

    Attributes:
        image: (h, w, 3) uint8 BGR.
        digits: label and box (x, y, w, h in pixels) of each digit, in reading order.
        lines: the digits of each line that holds any, a space between numbers.
        signed: the same with minus signs and decimal points, as in "-3.14".
        nondigits: boxes of signs, letters and print.
    """

    image: UInt8Array
    digits: tuple[tuple[int, Box], ...]
    lines: tuple[str, ...]
    signed: tuple[str, ...] = ()
    nondigits: tuple[Box, ...] = ()


def draw_page(
    lines: Sequence[str] | None,
    rng: np.random.Generator,
    *,
    kind: SceneKind = SceneKind.PLAIN,
    digits: Images | None = None,
    size: tuple[int, int] = PAGE_SIZE,
    noise: float | None = None,
    tilt_deg: float = 3.0,
) -> Scene:
    """Writes lines of numbers on a sheet of paper and photographs it.

    The same seed gives the same page, as far as OpenCV draws the same.

    Args:
        lines: digits, with spaces between numbers, signs and letters of `train.forms`;
            None draws lines that suit the kind.
        rng: source of the handwriting, the pen, the light and the noise.
        kind: what makes the page hard to read.
        digits: images to take the digits from, such as MNIST's; None draws them.
        size: (width, height) of the picture in pixels.
        noise: standard deviation of the sensor's noise, in grey values; None is the kind's.
        tilt_deg: largest rotation of the sheet, in degrees.

    Raises:
        InputError: a line holds what cannot be written.
    """
    look = LOOKS[kind] if noise is None else replace(LOOKS[kind], noise=noise)
    lines = draw_text(rng, kind) if lines is None else lines
    check_text(lines)
    width, height = size
    page = Writing(np.zeros((height, width), np.uint8))
    row_height = height / (len(lines) + 0.6)
    hand = draw_hand(rng)
    if look.pen:
        hand = replace(hand, pen=float(rng.uniform(*look.pen)))
    source = given_digits(digits) if digits else drawn_digits
    printed = "print" in look.adds
    for row, line in enumerate(lines):
        foot = row_height * (row + 1)
        room = row_height * (0.72 if printed else 0.8 if look.climb_deg else 1.0)
        write_line(page, line, foot, room, hand, rng, look, source)
    sheet = Sheet(page.ink)
    if printed:
        print_words(sheet, len(lines), row_height, rng)
    turn = place_sheet(size, look, rng, tilt_deg)
    return Scene(
        image=photograph(sheet, look, turn, rng),
        digits=tuple((label, _moved_box(stamp, turn)) for label, stamp in page.digits),
        lines=plain_text(lines),
        signed=signed_text(lines),
        nondigits=(
            *(_moved_box(stamp, turn) for stamp in page.others),
            *(_moved_corners(box, turn) for box in sheet.printed),
        ),
    )


def _moved_box(stamp: UInt8Array, turn: Float64Array) -> Box:
    x, y, w, h = cv2.boundingRect((warp(stamp, turn) > 96).astype(np.uint8))
    return int(x), int(y), int(w), int(h)


def _moved_corners(box: Box, turn: Float64Array) -> Box:
    """The upright box around a moved one."""
    x, y, w, h = box
    corners = np.array([[[x, y], [x + w, y], [x + w, y + h], [x, y + h]]], np.float64)
    moved = cv2.perspectiveTransform(corners, turn)[0]
    left, top = np.floor(moved.min(axis=0)).astype(int)
    right, bottom = np.ceil(moved.max(axis=0)).astype(int)
    return int(left), int(top), int(right - left), int(bottom - top)

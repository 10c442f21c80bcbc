"""A hand writes lines on a sheet: digits, and whatever stands between them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

from edge.arrays import Int32Array, UInt8Array
from train.forms.letters import LETTER_FORMS
from train.forms.marks import MARKS
from train.forms.stroke import Form
from train.scenes.kinds import Look
from train.scenes.text import BRACKETS, SIGNS
from train.strokes import Hand, draw_digit, draw_form

if TYPE_CHECKING:  # where the digits come from is no business of the pen
    from train.data import Images

DigitSource = Callable[[int, np.random.Generator, int, Hand], UInt8Array]
"""From (label, rng, side, hand) to (side, side) uint8 ink, bright on 0."""


@dataclass(slots=True)
class Writing:
    """What has been written so far.

    Attributes:
        ink: (h, w) uint8, all of it, bright on 0.
        digits: label and ink of each digit, on a page of its own, in reading order.
        others: the same for what is no digit.
    """

    ink: UInt8Array
    digits: list[tuple[int, UInt8Array]] = field(default_factory=list)
    others: list[UInt8Array] = field(default_factory=list)

    def put(self, drawn: UInt8Array, left: int, top: int) -> UInt8Array:
        """Puts ink on the page; returns it on a page of its own."""
        stamp = np.zeros_like(self.ink)
        height, width = drawn.shape
        stamp[top : top + height, left : left + width] = drawn
        np.maximum(self.ink, stamp, out=self.ink)
        return stamp


def given_digits(images: Images) -> DigitSource:
    """Digits of a data set in place of drawn ones: an image of the label, chosen at random."""
    places = [np.flatnonzero(images.labels == label) for label in range(10)]

    def draw(label: int, rng: np.random.Generator, side: int, hand: Hand) -> UInt8Array:
        image = images.images[int(rng.choice(places[label]))]
        large = cv2.resize(image, (side, side), interpolation=cv2.INTER_CUBIC).astype(np.float32)
        # Enlarged ink has edges as wide as its strokes; a pen's are sharp.
        return np.asarray(np.clip((large - 110) * 4 + 128, 0, 255), np.uint8)

    return draw


def drawn_digits(label: int, rng: np.random.Generator, side: int, hand: Hand) -> UInt8Array:
    """Digits that this project draws."""
    return draw_digit(label, rng, side=side, hand=hand)


def write_line(
    page: Writing,
    line: str,
    baseline: float,
    row_height: float,
    hand: Hand,
    rng: np.random.Generator,
    look: Look,
    source: DigitSource,
) -> None:
    """Writes one line from left to right, its feet on a baseline given in pixels.

    A hand that writes wide runs out of paper: then the line is written smaller.

    Args:
        page: what stands there already; the line is added to it.
        line: digits, signs, letters and spaces that `train.scenes.text.check_text` lets pass.
        baseline: row of the feet at the left edge, in pixels from the top.
        row_height: room for the line, in pixels; a digit takes about half of it.
        hand: who writes.
        rng: source of sizes, gaps and wobble.
        look: of the page's kind: how steep lines are, whether digits touch.
        source: draws the digits.
    """
    width = page.ink.shape[1]
    cell = min(row_height * 0.78, width / (len(line) + 2) / 0.72)
    state = rng.bit_generator.state
    while True:
        written = Writing(np.zeros_like(page.ink))
        end = _write(written, line, baseline, cell, hand, rng, look, source)
        if end <= width or cell < 24:
            break
        rng.bit_generator.state = state
        cell *= 0.85
    np.maximum(page.ink, written.ink, out=page.ink)
    page.digits += written.digits
    page.others += written.others


def _write(
    page: Writing,
    line: str,
    baseline: float,
    cell: float,
    hand: Hand,
    rng: np.random.Generator,
    look: Look,
    source: DigitSource,
) -> float:
    """Writes one line with characters of a given size; returns how far it reached."""
    height, width = page.ink.shape
    at, end, climb = width * 0.06, 0.0, 0.0
    if look.climb_deg:
        climb = np.tan(np.radians(float(rng.uniform(-1, 1)) * 2))
    joined = False  # whether the character before this one was a digit
    for character in line:
        if character == " ":
            at += cell * 0.75
            joined = False
            continue
        foot = baseline + climb * at
        if not character.isdigit():
            at += _write_other(page, character, at, foot, cell, hand, rng)
            end, joined = at, False
            continue
        side = max(16, int(cell * rng.uniform(0.92, 1.08)))
        drawn = source(int(character), rng, 4 * side, hand.again(rng))
        digit = cv2.resize(drawn, (side, side), interpolation=cv2.INTER_AREA)
        x, y, w, h = cv2.boundingRect(digit)
        top = int(np.clip(foot - h + rng.normal(0, 0.03 * cell), 0, height - h))
        end = at + w
        left = int(min(at, width - w))
        cut = np.asarray(digit[y : y + h, x : x + w], np.uint8)
        if "touching" in look.adds and joined and rng.random() < 0.6:
            left = _touch(page.ink, cut, left, top)
        joined = True
        page.digits.append((int(character), page.put(cut, left, top)))
        at = (left if "touching" in look.adds else at) + w + cell * rng.uniform(0.16, 0.28)
    return end


def _write_other(
    page: Writing,
    character: str,
    at: float,
    foot: float,
    cell: float,
    hand: Hand,
    rng: np.random.Generator,
) -> float:
    """Writes a sign or a letter; returns how far the pen moved on."""
    height, width = page.ink.shape
    tall = 0.66 * cell  # about the height of a digit
    if character in ".,":
        drawn = _point(character, max(2.0, 1.3 * hand.pen * cell), tall)
        top = foot - drawn.shape[1]
        before, after = -0.04, 0.1  # nearer to the digit before it, as pens put it
    else:
        drawn, rise = _sign(character, cell, hand, rng)
        top = foot - (0.5 * tall + 0.5 * drawn.shape[0] if rise else drawn.shape[0])
        before, after = (0.04, 0.2) if character != "-" else (0.1, 0.16)
    h, w = drawn.shape
    left = int(np.clip(at + before * cell, 0, width - w))
    page.others.append(page.put(drawn, left, int(np.clip(top, 0, height - h))))
    return float(w + (before + after + rng.uniform(0.0, 0.06)) * cell)


def _sign(
    character: str, cell: float, hand: Hand, rng: np.random.Generator
) -> tuple[UInt8Array, bool]:
    """The ink of a sign or letter, and whether it stands at half the digits' height."""
    share, rise = 1.0, False
    if character in BRACKETS:
        form: Form = MARKS["parenthesis"][BRACKETS[character]]
    elif character in SIGNS:
        form, share, rise = MARKS[SIGNS[character]][0], 0.6, True
    else:
        forms = LETTER_FORMS[character]
        form = forms[rng.integers(len(forms))]
        share = 1.0 if character.isupper() or character in "bdfhklt" else 0.7
    side = max(12, int(cell * share))
    # The pen is as wide on a small sign as on a digit.
    again = hand.again(rng)
    again = replace(again, pen=min(0.3, again.pen / share))
    drawn = draw_form(form, rng, side=4 * side, hand=again)
    small = cv2.resize(drawn, (side, side), interpolation=cv2.INTER_AREA)
    x, y, w, h = cv2.boundingRect(small)
    return np.asarray(small[y : y + h, x : x + w], np.uint8), rise


def _point(character: str, pen: float, tall: float) -> UInt8Array:
    """A decimal point, or a comma whose tail hangs below the line."""
    scale = 8
    side = int(np.ceil(pen)) + 1
    tail = 0 if character == "." else int(0.22 * tall)
    large = np.zeros(((side + tail) * scale, side * scale), np.uint8)
    center = side * scale // 2
    cv2.circle(large, (center, center), int(pen * scale / 2), 255, -1)
    if tail:
        end = (int(0.2 * center), (side + tail) * scale - scale)
        cv2.line(large, (center, center), end, 255, max(1, int(0.6 * pen * scale)))
    size = (side, side + tail)
    return np.asarray(cv2.resize(large, size, interpolation=cv2.INTER_AREA), np.uint8)


def _touch(before: UInt8Array, digit: UInt8Array, left: int, top: int) -> int:
    """The column at which a digit's ink just meets what is written in its line."""
    height, width = digit.shape
    right_of = _edges(before[top : top + height], last=True)
    left_of = _edges(digit, last=False)
    both = (right_of >= 0) & (left_of >= 0)
    if not both.any():
        return left
    # The first contact, and a pixel or two of overlap, as strokes that touch have.
    meet = int((right_of - left_of)[both].max()) - 1
    return int(np.clip(min(left, meet), 0, before.shape[1] - width))


def _edges(ink: UInt8Array, *, last: bool) -> Int32Array:
    """(h,) int32: the first or last column of ink in each row, -1 where there is none."""
    dark = ink > 127
    columns = dark.shape[1] - 1 - dark[:, ::-1].argmax(axis=1) if last else dark.argmax(axis=1)
    return np.asarray(np.where(dark.any(axis=1), columns, -1), np.int32)

"""What was read in a frame: digits, the numbers they form, the lines these stand in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from edge.arrays import Float32Array, UInt8Array
from edge.layout import group_lines
from edge.segment import Box
from edge.signs import Spelled, spell


@dataclass(frozen=True, slots=True)
class Detection:
    """One digit that was read.

    Attributes:
        box: x, y, width, height in pixels of the frame.
        digit: the label, "0" to "9".
        confidence: probability of the label times that of being a digit, in [0, 1]; where the
            network was unsure, after a second look (`edge/second_look.py`).
        probabilities: (10,) float32, one for each label; likewise.
        image: (28, 28) uint8, what the network saw.
    """

    box: Box
    digit: str
    confidence: float
    probabilities: Float32Array
    image: UInt8Array


@dataclass(frozen=True, slots=True)
class Number:
    """Digits written without a wide gap between them, from left to right.

    Attributes:
        text: its digits; where signs are read as well, what `float` takes: "-3.14".
        box: x, y, width, height in pixels of the frame, signs included.
    """

    text: str
    box: Box


@dataclass(frozen=True, slots=True)
class Sign:
    """A minus sign or a decimal point that belongs to a number.

    Attributes:
        box: x, y, width, height in pixels of the frame.
        text: "-" or "."; a decimal comma is a point as well.
    """

    box: Box
    text: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What stands in a frame.

    Attributes:
        detections: the digits in reading order.
        numbers: the numbers in reading order.
        lines: the text of each line, from top to bottom, a space between numbers.
        stages_us: microseconds that each stage of the reading took.
        signs: of the numbers, in reading order; () unless they were asked for.
    """

    detections: tuple[Detection, ...] = ()
    numbers: tuple[Number, ...] = ()
    lines: tuple[str, ...] = ()
    stages_us: Mapping[str, float] = field(default_factory=dict)
    signs: tuple[Sign, ...] = ()


def arrange(
    detections: Sequence[Detection], marks: Sequence[Box] = (), steepest: float | None = None
) -> Reading:
    """Puts detections in reading order, with their numbers and lines.

    Args:
        detections: digits, in any order.
        marks: ink that is no digit, among which signs are looked for; none by default.
        steepest: what `edge.slope.neighbours_slope` says of them, where that is known.
    """
    return lay_out(detections, lambda boxes, line: spell(boxes, line, marks), steepest)


def lay_out(
    detections: Sequence[Detection],
    spelling: Callable[[Sequence[Box], Sequence[int]], Sequence[Spelled]],
    steepest: float | None = None,
) -> Reading:
    """Puts detections in reading order, with the numbers that `spelling` makes of a line.

    Args:
        detections: digits, in any order.
        spelling: takes the boxes of all digits, and the indices of one line's from left to
            right; gives its numbers from left to right.
        steepest: as in `arrange`.
    """
    boxes = [one.box for one in detections]
    ordered: list[Detection] = []
    numbers: list[Number] = []
    lines: list[str] = []
    signs: list[Sign] = []
    for line in group_lines(boxes, steepest):
        texts = []
        for one in spelling(boxes, line):
            text = _text_of(one, detections)
            numbers.append(Number(text, _around([*(boxes[i] for i in one.members), *one.signs])))
            texts.append(text)
            signs += [Sign(one.minus, "-")] if one.minus else []
            signs += [Sign(one.point[1], ".")] if one.point else []
        lines.append(" ".join(texts))
        ordered.extend(detections[i] for i in line)
    return Reading(tuple(ordered), tuple(numbers), tuple(lines), signs=tuple(signs))


def relabelled(reading: Reading, detections: Sequence[Detection]) -> Reading:
    """A reading without signs whose digits stay where they are and may be called otherwise.

    Args:
        reading: digits, numbers and lines that are in order.
        detections: in place of its own, of the same boxes, in the same order.
    """

    def renamed(texts: Iterable[str]) -> Iterator[str]:
        digits = (one.digit for one in detections)
        for text in texts:
            yield "".join(" " if letter == " " else next(digits) for letter in text)

    names = renamed(number.text for number in reading.numbers)
    return replace(
        reading,
        detections=tuple(detections),
        numbers=tuple(Number(next(names), number.box) for number in reading.numbers),
        lines=tuple(renamed(reading.lines)),
    )


def _text_of(number: Spelled, detections: Sequence[Detection]) -> str:
    digits = [detections[i].digit for i in number.members]
    if number.point:
        digits.insert(number.point[0], ".")
    return ("-" if number.minus else "") + "".join(digits)


def _around(boxes: Sequence[Box]) -> Box:
    left, top, _, _ = map(min, zip(*boxes, strict=True))
    right = max([x + w for x, _, w, _ in boxes])
    bottom = max([y + h for _, y, _, h in boxes])
    return left, top, right - left, bottom - top

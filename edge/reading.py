"""What was read in a frame: digits, the numbers they form, the lines these stand in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from edge.arrays import Float32Array, UInt8Array
from edge.layout import group_lines, split_numbers
from edge.segment import Box


@dataclass(frozen=True, slots=True)
class Detection:
    """One digit that was read.

    Attributes:
        box: x, y, width, height in pixels of the frame.
        digit: the label, "0" to "9".
        confidence: probability of the label times that of being a digit, in [0, 1].
        probabilities: (10,) float32, one for each label.
        image: (28, 28) uint8, what the network saw.
    """

    box: Box
    digit: str
    confidence: float
    probabilities: Float32Array
    image: UInt8Array


@dataclass(frozen=True, slots=True)
class Number:
    """Digits written without a wide gap between them, from left to right."""

    text: str
    box: Box


@dataclass(frozen=True, slots=True)
class Reading:
    """What stands in a frame.

    Attributes:
        detections: the digits in reading order.
        numbers: the numbers in reading order.
        lines: the text of each line, from top to bottom, a space between numbers.
        stages_us: microseconds that each stage of the reading took.
    """

    detections: tuple[Detection, ...] = ()
    numbers: tuple[Number, ...] = ()
    lines: tuple[str, ...] = ()
    stages_us: Mapping[str, float] = field(default_factory=dict)


def arrange(detections: Sequence[Detection]) -> Reading:
    """Puts detections in reading order, with their numbers and lines."""
    boxes = [one.box for one in detections]
    ordered: list[Detection] = []
    numbers: list[Number] = []
    lines: list[str] = []
    for line in group_lines(boxes):
        texts = []
        for members in split_numbers(boxes, line):
            text = "".join(detections[i].digit for i in members)
            numbers.append(Number(text, _around([boxes[i] for i in members])))
            texts.append(text)
        lines.append(" ".join(texts))
        ordered.extend(detections[i] for i in line)
    return Reading(tuple(ordered), tuple(numbers), tuple(lines))


def _around(boxes: Sequence[Box]) -> Box:
    x, y = min(b[0] for b in boxes), min(b[1] for b in boxes)
    right, bottom = max(b[0] + b[2] for b in boxes), max(b[1] + b[3] for b in boxes)
    return x, y, right - x, bottom - y

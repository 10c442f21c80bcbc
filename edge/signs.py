"""Minus signs and decimal points: small ink that belongs to a number because of where it stands.

No network looks at it. A dash is a minus sign only to the left of a number, at half the
height of its first digit, with no digit close before it: in "3-5" it is an operator. A blob
is a decimal point only on the base line, between two digits that stand close together.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np

from edge.arrays import UInt8Array
from edge.layout import NUMBER_GAP, split_numbers
from edge.median import median
from edge.segment import Box
from edge.slope import slope

# All that follows is in heights of the line's median digit.
_DASH_LONG, _DASH_THICK = (0.22, 1.15), 0.32
_FLAT = 1.6  # width over height of a dash, at least
_OFF_MIDDLE = 0.22  # how far from half the digit's height a dash may stand
_DASH_GAP = 0.6  # between a dash and its number
_FRACTION_GAP = 0.4  # between a fraction's line and its digits
_POINT_SMALL, _POINT_LARGE = 0.045, 0.34
_COMMA_TALL = 0.55
_ABOVE_BASE, _BELOW_BASE = 0.24, 0.36  # where a point's top may stand
POINT_GAP = 1.0  # between the digits on either side of a point
_AS_LARGE = 0.6  # ink as tall as this may be a digit that was not read


class NumberStyle(StrEnum):
    """What counts as part of a number."""

    PLAIN = "plain"
    """Digits alone; signs are left out."""
    SIGNED = "signed"
    """A minus sign before it and a decimal point in it as well: "-3.14"."""


@dataclass(frozen=True, slots=True)
class Spelled:
    """One number of a line.

    Attributes:
        members: indices of its digits, from left to right.
        minus: the box of its minus sign, or None.
        point: how many of its digits stand before the point and the point's box, or None.
    """

    members: tuple[int, ...]
    minus: Box | None = None
    point: tuple[int, Box] | None = None

    @property
    def signs(self) -> tuple[Box, ...]:
        """The boxes of its signs."""
        return tuple(
            box for box in (self.minus, self.point[1] if self.point else None) if box is not None
        )


def find_marks(mask: UInt8Array, digits: Sequence[Box]) -> list[Box]:
    """The boxes of all ink that is no digit.

    Args:
        mask: (h, w) uint8, 255 for ink; ruled lines are left out.
        digits: boxes of what was read, in the same pixels.
    """
    if not digits:
        return []
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    boxes = np.asarray(stats[1:, :4], np.int64)
    least = max(2.0, _POINT_SMALL * median([box[3] for box in digits]))
    boxes = boxes[boxes[:, 2:].max(axis=1, initial=0) >= least]
    inside = np.zeros(len(boxes))
    for x, y, w, h in digits:
        right = np.minimum(boxes[:, 0] + boxes[:, 2], x + w) - np.maximum(boxes[:, 0], x)
        below = np.minimum(boxes[:, 1] + boxes[:, 3], y + h) - np.maximum(boxes[:, 1], y)
        inside = np.maximum(inside, np.maximum(right, 0) * np.maximum(below, 0))
    own = inside > 0.6 * boxes[:, 2] * boxes[:, 3]
    return [(x, y, w, h) for x, y, w, h in boxes[~own].tolist()]


def spell(boxes: Sequence[Box], line: Sequence[int], marks: Sequence[Box]) -> list[Spelled]:
    """Parts a line into numbers, with their signs.

    Args:
        boxes: every digit of the page.
        line: indices of one line's digits, from left to right.
        marks: ink that is no digit; without any, numbers are those of `split_numbers`.

    Returns:
        Numbers from left to right. Each has one point at most: a date or 1,234,567 has none.
    """
    if not line or not marks:
        return [Spelled(tuple(part)) for part in split_numbers(boxes, line)]
    tall = median([boxes[i][3] for i in line])
    level = slope(boxes)
    numbers: list[Spelled] = []
    for group in _joined(boxes, line, marks, tall, level):
        points = [
            (place, mark)
            for place, pair in enumerate(itertools.pairwise(group), 1)
            if (mark := _point_between(boxes[pair[0]], boxes[pair[1]], marks, tall, level))
        ]
        if len(points) > 1:
            numbers += [Spelled(tuple(part)) for part in split_numbers(boxes, group)]
        else:
            numbers.append(Spelled(tuple(group), point=points[0] if points else None))
    return [
        Spelled(one.members, _minus_of(boxes, one.members[0], marks, tall, level), one.point)
        for one in numbers
    ]


def _joined(
    boxes: Sequence[Box], line: Sequence[int], marks: Sequence[Box], tall: float, level: float
) -> list[list[int]]:
    """The numbers of a line; a point holds together what its width has parted."""
    groups: list[list[int]] = []
    for part in split_numbers(boxes, line):
        if groups and _point_between(boxes[groups[-1][-1]], boxes[part[0]], marks, tall, level):
            groups[-1] += part
        else:
            groups.append(list(part))
    return groups


def _point_between(
    left: Box, right: Box, marks: Sequence[Box], tall: float, level: float
) -> Box | None:
    """The decimal point or comma between two neighbours, if there is one."""
    begin, end = left[0] + left[2], right[0]
    if end - begin > POINT_GAP * tall:
        return None
    between = [
        mark
        for mark in marks
        if begin - 0.12 * tall <= mark[0] + mark[2] / 2 <= end + 0.12 * tall
        and _height_in(left, right, mark, tall) is not None
    ]
    points = [mark for mark in between if _is_point(left, right, mark, tall, level)]
    # With other ink above it, it is the foot of a colon, of a division or of a letter.
    return points[0] if len(points) == 1 and len(between) == 1 else None


def _height_in(left: Box, right: Box, mark: Box, tall: float) -> float | None:
    """How far a mark's top is above the base line, where it is level with two digits at all."""
    base = (left[1] + left[3] + right[1] + right[3]) / 2
    above = (base - mark[1]) / tall
    reaches = mark[1] + mark[3] >= min(left[1], right[1]) and above >= -_BELOW_BASE
    return above if reaches and max(mark[2], mark[3]) >= _POINT_SMALL * tall else None


def _is_point(left: Box, right: Box, mark: Box, tall: float, level: float) -> bool:
    x, y, w, h = mark
    # The base line from the one foot to the other; digits that hang low shift it.
    middle = x + w / 2
    feet = [box[1] + box[3] + level * (middle - box[0] - box[2] / 2) for box in (left, right)]
    top = (sum(feet) / 2 - y) / tall
    size = max(w, h) / tall
    comma = h > w and h <= _COMMA_TALL * tall and w <= _POINT_LARGE * tall
    small = size <= _POINT_LARGE and max(w, h) <= 2.2 * min(w, h)
    return -_BELOW_BASE <= top <= _ABOVE_BASE + 0.1 and (small or comma)


def _minus_of(
    boxes: Sequence[Box], first: int, marks: Sequence[Box], tall: float, level: float
) -> Box | None:
    """The minus sign of the number that begins with a digit, if there is one."""
    x, y, _, h = boxes[first]
    for mark in sorted(marks, key=lambda one: -one[0]):
        mx, my, mw, mh = mark
        gap = (x - mx - mw) / tall
        middle = my + mh / 2 + level * (x - mx - mw / 2)
        if (
            _DASH_LONG[0] * tall <= mw <= _DASH_LONG[1] * tall
            and mh <= _DASH_THICK * tall
            and mw >= _FLAT * mh
            and -0.1 <= gap <= _DASH_GAP
            and abs(middle - y - h / 2) <= _OFF_MIDDLE * tall
            and not _is_operator(mark, first, boxes, marks, tall)
        ):
            return mark
    return None


def _is_operator(
    dash: Box, first: int, boxes: Sequence[Box], marks: Sequence[Box], tall: float
) -> bool:
    """Whether a dash stands between two numbers, or is a part of an equals or division sign."""
    x, y, w, h = dash
    # Between two numbers it stands about as far from the one as from the other.
    near = max(NUMBER_GAP * tall, 2 * (boxes[first][0] - x - w))
    for place, other in enumerate(boxes):
        level = other[1] <= y + h and y <= other[1] + other[3]
        if place != first and level and x - near <= other[0] + other[2] <= x + 0.5 * w:
            return True
        # A fraction: a digit right above or below.
        close = max(other[1] - y - h, y - other[1] - other[3]) <= _FRACTION_GAP * tall
        if place != first and close and _shared(dash, other) > 0.5 * min(w, other[2]):
            return True
    for other in marks:
        if other == dash:
            continue
        apart = abs(other[1] + other[3] / 2 - y - h / 2)
        if _shared(dash, other) > 0 and apart <= 0.8 * tall and max(other[2:]) >= 0.2 * w:
            return True
        level = other[1] <= y + h and y <= other[1] + other[3]
        large = other[3] >= _AS_LARGE * tall and other[2] >= 0.4 * other[3]
        if large and level and x - near <= other[0] + other[2] <= x + 0.5 * w:
            return True
    return False


def _shared(one: Box, other: Box) -> int:
    """How many columns two boxes share."""
    return min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])

"""The signs of digits that are followed: believed by what several frames say.

A sign belongs to a digit: a minus to the one after it, a point to the one before it. So it
moves with its digit, is kept as long as it, and is a second label of its track: there, or
not there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from edge.layout import split_numbers
from edge.median import median
from edge.reading import Reading
from edge.segment import Box
from edge.signs import POINT_GAP, Spelled

MINUS, POINT = "-", "."


@dataclass(slots=True)
class _Belief:
    """One sign of one digit; `offset` is its box, x and y from the digit's corner."""

    share: float
    offset: Box
    shown: bool


@dataclass(slots=True)
class TrackedSigns:
    """What frames say of the signs beside one digit.

    Attributes:
        margin: by how much the share of frames with a sign must lead over those without, or
            the other way round, before what is shown changes.
    """

    margin: float
    _beliefs: dict[str, _Belief] = field(default_factory=dict)

    def see(self, digit: Box, signs: Mapping[str, Box], share: float) -> None:
        """Takes what one frame says.

        Args:
            digit: the digit's box in it.
            signs: the boxes of the digit's signs in it, by `MINUS` and `POINT`.
            share: what this frame counts, in (0, 1]; 1 forgets all others.
        """
        for text, (x, y, w, h) in signs.items():
            offset = (x - digit[0], y - digit[1], w, h)
            known = self._beliefs.setdefault(text, _Belief(0.0, offset, shown=False))
            known.offset = offset
        for text, belief in self._beliefs.items():
            belief.share += share * ((text in signs) - belief.share)
            lead = 2 * belief.share - 1
            belief.shown = lead > (-self.margin if belief.shown else self.margin)

    def shown(self, digit: Box) -> dict[str, Box]:
        """The boxes of the signs that show, beside a digit that lies here."""
        return {
            text: (digit[0] + one.offset[0], digit[1] + one.offset[1], *one.offset[2:])
            for text, one in self._beliefs.items()
            if one.shown
        }


def signs_by_digit(reading: Reading) -> list[dict[str, Box]]:
    """For each detection of a reading, in its order, the boxes of its signs."""
    found: list[dict[str, Box]] = [{} for _ in reading.detections]
    boxes = iter(reading.signs)
    place = 0
    # Numbers, their digits and their signs stand in the same order.
    for number in reading.numbers:
        for letter in number.text:
            if letter == MINUS:
                found[place][MINUS] = next(boxes).box
            elif letter == POINT:
                found[place - 1][POINT] = next(boxes).box
            else:
                place += 1
    return found


def spell_known(
    boxes: Sequence[Box], line: Sequence[int], signs: Sequence[Mapping[str, Box]]
) -> list[Spelled]:
    """Parts a line into numbers whose signs are known.

    A sign that no longer suits its place is left out: a minus within a number, a point
    after its last digit, a second point.

    Args:
        boxes: every digit of the page.
        line: indices of one line's digits, from left to right.
        signs: those of each digit of the page.
    """
    tall = median([boxes[i][3] for i in line])
    groups: list[list[int]] = []
    for part in split_numbers(boxes, line):
        last = groups[-1][-1] if groups else part[0]
        gap = boxes[part[0]][0] - boxes[last][0] - boxes[last][2]
        if groups and POINT in signs[last] and gap <= POINT_GAP * tall:
            groups[-1] += part
        else:
            groups.append(list(part))
    numbers: list[Spelled] = []
    for group in groups:
        points = [
            (place, signs[index][POINT])
            for place, index in enumerate(group[:-1], 1)
            if POINT in signs[index]
        ]
        parts = [group] if len(points) < 2 else split_numbers(boxes, group)
        point = points[0] if len(points) == 1 else None
        numbers += [
            Spelled(tuple(part), signs[part[0]].get(MINUS), point if len(parts) == 1 else None)
            for part in parts
        ]
    return numbers

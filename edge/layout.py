"""From digits in a plane to text: lines in reading order, numbers parted by wide gaps."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence

import numpy as np

from edge.arrays import Float64Array
from edge.median import median
from edge.regroup import regroup
from edge.slope import WIDEST_GAP, places_of, slope_of
from edge.strength import Box

NUMBER_GAP = 0.55
"""Gap between two numbers, in sizes of the median digit, where a line's others do not tell."""

_NARROWEST = 0.4  # of a digit's place, in digit sizes
_GAPS = (0.1, 1.2)  # closer is touching, farther is another number, by however much
_CLEAR = 1.6  # times as wide as the next narrower gap
_PARTS_GAP = (0.45, 0.85)  # gaps that part numbers, and that do not, whatever the others are


def group_lines(boxes: Sequence[Box], steepest: float | None = None) -> list[list[int]]:
    """Groups boxes into written lines, slanted ones too.

    Args:
        boxes: n boxes.
        steepest: what `edge.slope.neighbours_slope` says of them, where that is known.

    Returns:
        Lines from top to bottom, each a list of indices from left to right. What was linked
        to a neighbour, but stands nearer to the next line, is moved there.
    """
    if len(boxes) < 2:
        return [[0]] if boxes else []
    places = places_of(boxes)
    middles = _middles(places, slope_of(places, steepest))
    lines = _linked(places, middles)
    if len(lines) < 2:
        return lines
    heights = middles.tolist()
    return _from_the_top(regroup(lines, boxes, heights, WIDEST_GAP), heights)


def link_lines(boxes: Sequence[Box], level: float) -> list[list[int]]:
    """Links boxes to written lines by their neighbours alone, thousands of them as well.

    The page's slope is taken out; then each box is linked to its nearest neighbour on the
    right whose middle lies at about its own height. What is linked is one line.

    Args:
        boxes: n boxes.
        level: the page's slope.

    Returns:
        Lines from top to bottom, each a list of indices from left to right.
    """
    if not boxes:
        return []
    places = places_of(boxes)
    return _linked(places, _middles(places, level))


def _middles(places: Float64Array, level: float) -> Float64Array:
    """(n,) heights of boxes on the page, its slope taken out."""
    x, y, w, h = places
    return np.asarray(y + h / 2 - level * (x + w / 2), np.float64)


def _linked(places: Float64Array, middles: Float64Array) -> list[list[int]]:
    """`link_lines` of (4, n) boxes, their heights on the page known."""
    leader = list(range(len(middles)))

    def find(index: int) -> int:
        while leader[index] != index:
            leader[index] = leader[leader[index]]
            index = leader[index]
        return index

    order = (places[0] + places[2] / 2).argsort(kind="stable")
    for left, neighbour in _right_neighbours(places[:, order], middles[order], order.tolist()):
        leader[find(neighbour)] = find(left)
    lines: dict[int, list[int]] = {}
    for index in order.tolist():
        lines.setdefault(find(index), []).append(index)
    return _from_the_top(lines.values(), middles.tolist())


def _from_the_top(lines: Iterable[list[int]], middles: Sequence[float]) -> list[list[int]]:
    """Lines by the mean height of their boxes on the page."""
    return sorted(lines, key=lambda line: sum([middles[i] for i in line]) / len(line))


def split_numbers(boxes: Sequence[Box], line: Sequence[int]) -> list[list[int]]:
    """Parts a line into numbers, by the gaps between its digits.

    Where some gaps are clearly wider than the others, those part the numbers. Where all are
    alike, the line is one number or each digit is one: gaps of more than half a digit part.
    """
    if not line:
        return []
    gaps = digit_gaps(boxes, line)
    least = number_gap(gaps)
    numbers = [[line[0]]]
    for right, gap in zip(line[1:], gaps, strict=True):
        if gap > least:
            numbers.append([])
        numbers[-1].append(right)
    return numbers


def digit_gaps(boxes: Sequence[Box], line: Sequence[int]) -> list[float]:
    """The gaps between a line's digits, in sizes of its median digit.

    A digit's size is its height, or its width where digits are written flat; a thin 1 takes
    the place of half a digit at least.
    """
    size = max(median([boxes[i][2] for i in line]), median([boxes[i][3] for i in line]))
    ends = []
    for x, _, w, _ in (boxes[i] for i in line):
        half = max(w, _NARROWEST * size) / 2
        ends.append((x + w / 2 - half, x + w / 2 + half))
    return [(right[0] - left[1]) / size for left, right in itertools.pairwise(ends)]


def number_gap(gaps: Sequence[float]) -> float:
    """The gap, in digit sizes, above which a new number begins in a line with these gaps."""
    ordered = sorted(min(max(gap, _GAPS[0]), _GAPS[1]) for gap in gaps)
    jumps = [(wide / narrow, narrow, wide) for narrow, wide in itertools.pairwise(ordered)]
    if jumps:
        ratio, narrow, wide = max(jumps)
        if ratio >= _CLEAR:
            return min(max(math.sqrt(narrow * wide), _PARTS_GAP[0]), _PARTS_GAP[1])
        return -1.0 if median(ordered) > NUMBER_GAP else float("inf")
    return NUMBER_GAP


def _right_neighbours(
    ordered: Float64Array, middle: Float64Array, order: Sequence[int]
) -> list[tuple[int, int]]:
    """Each box that has a neighbour on its right in the same line, with that neighbour.

    Args:
        ordered: (4, n) boxes from left to right.
        middle: (n,) their heights on the page, its slope taken out.
        order: what they are called.
    """
    x, _, w, h = ordered
    gap = x - (x + w)[:, None]
    height = np.maximum(h, h[:, None])
    rise = np.abs(middle - middle[:, None])
    clear = np.maximum(gap, 0)
    # The farther away, the more a crooked line may have risen.
    reach = (gap <= WIDEST_GAP * height) & (rise <= 0.5 * height + 0.12 * clear)
    each = np.arange(len(x))
    ahead = reach & (each > each[:, None])
    distance = np.where(ahead, clear + 2 * rise, np.inf)
    nearest = distance.argmin(axis=1).tolist()
    return [(order[i], order[nearest[i]]) for i in np.flatnonzero(ahead.any(axis=1)).tolist()]

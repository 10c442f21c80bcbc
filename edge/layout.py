"""From digits in a plane to text: lines in reading order, numbers parted by wide gaps."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence

import numpy as np

from edge.arrays import Float64Array
from edge.median import median
from edge.regroup import regroup
from edge.segment import Box

NUMBER_GAP = 0.55
"""Gap between two numbers, in sizes of the median digit, where a line's others do not tell."""

STEEPEST = 1.2
"""Steepest line of writing, as rise over run."""

_NARROWEST = 0.4  # of a digit's place, in digit sizes
_GAPS = (0.1, 1.2)  # closer is touching, farther is another number, by however much
_CLEAR = 1.6  # times as wide as the next narrower gap
_PARTS_GAP = (0.45, 0.85)  # gaps that part numbers, and that do not, whatever the others are
_WIDEST_GAP = 6.0  # between two digits of one line, in digit heights


def group_lines(boxes: Sequence[Box]) -> list[list[int]]:
    """Groups boxes into written lines, slanted ones too.

    Returns:
        Lines from top to bottom, each a list of indices from left to right. What was linked
        to a neighbour, but stands nearer to the next line, is moved there.
    """
    level = slope(boxes)
    lines = link_lines(boxes, level)
    if len(lines) < 2:
        return lines
    x, y, w, h = np.array(boxes, np.float64).T
    middles = y + h / 2 - level * (x + w / 2)
    settled = regroup(lines, boxes, middles, _WIDEST_GAP)
    return _from_the_top(settled, middles)


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
    x, y, w, h = np.array(boxes, np.float64).T
    middles = y + h / 2 - level * (x + w / 2)
    leader = list(range(len(boxes)))

    def find(index: int) -> int:
        while leader[index] != index:
            leader[index] = leader[leader[index]]
            index = leader[index]
        return index

    order = sorted(range(len(boxes)), key=lambda i: x[i] + w[i] / 2)
    for left, neighbour in _right_neighbours(boxes, middles, order):
        leader[find(neighbour)] = find(left)
    lines: dict[int, list[int]] = {}
    for index in order:
        lines.setdefault(find(index), []).append(index)
    return _from_the_top(lines.values(), middles)


def _from_the_top(lines: Iterable[list[int]], middles: Float64Array) -> list[list[int]]:
    """Lines by the mean height of their boxes on the page."""
    at = middles.tolist()
    return sorted(lines, key=lambda line: sum(at[i] for i in line) / len(line))


def slope(boxes: Sequence[Box]) -> float:
    """How steeply the page's lines run, as rise over run; positive falls to the right.

    What neighbours say, or less, where that draws the lines together: scattered digits have
    neighbours, too.
    """
    steepest = neighbours_slope(boxes)
    if not steepest:
        return 0.0
    x, y, w, h = np.array(boxes, np.float64).T
    slopes = steepest * np.linspace(0, 1, 5)
    covered = _covered(y + h / 2 - slopes[:, None] * (x + w / 2), median(h))
    return float(slopes[int(covered.argmin())])


def neighbours_slope(boxes: Sequence[Box]) -> float:
    """How steeply a page's lines run from each box to the next, as rise over run.

    The median over each box's nearest neighbour on the right. Steps that small digits make
    beside large ones even out; 0 where neighbours point anywhere.
    """
    if len(boxes) < 3:
        return 0.0
    x, y, w, h = np.array(boxes, np.float64).T
    center = np.stack([x + w / 2, y + h / 2], axis=1)
    step = center[None] - center[:, None]
    ahead = (step[..., 0] > 0) & (np.abs(step[..., 1]) <= STEEPEST * step[..., 0])
    distance = np.where(ahead, np.hypot(step[..., 0], step[..., 1]), np.inf)
    nearest = distance.argmin(axis=1)
    near = distance[np.arange(len(boxes)), nearest] < _WIDEST_GAP * h
    if near.sum() < 2:
        return 0.0
    step = step[np.arange(len(boxes)), nearest][near]
    slopes = step[:, 1] / step[:, 0]
    middle = median(slopes)
    agree = median(np.abs(slopes - middle))
    return middle if agree < 0.25 else 0.0


def _covered(middles: Float64Array, tall: float) -> Float64Array:
    """How much of a page's height its lines cover: least where they are seen along.

    Args:
        middles: (m, n) heights of n digits, seen in m directions.
        tall: height of a digit.

    Returns:
        (m,) in pixels.
    """
    steps = np.diff(np.sort(middles, axis=1), axis=1)
    return np.asarray(np.minimum(steps, 0.5 * tall).sum(axis=1), np.float64)


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
    boxes: Sequence[Box], middles: Float64Array, order: Sequence[int]
) -> list[tuple[int, int]]:
    """Each box that has a neighbour on its right in the same line, with that neighbour.

    Args:
        boxes: n boxes.
        middles: (n,) their heights on the page, its slope taken out.
        order: the boxes from left to right.
    """
    ordered = np.array(boxes, np.float64)[order]
    x, w, h, middle = ordered[:, 0], ordered[:, 2], ordered[:, 3], middles[order]
    gap = x[None] - (x + w)[:, None]
    height = np.maximum(h[None], h[:, None])
    rise = np.abs(middle[None] - middle[:, None])
    # The farther away, the more a crooked line may have risen.
    reach = (gap <= _WIDEST_GAP * height) & (rise <= 0.5 * height + 0.12 * np.maximum(gap, 0))
    ahead = np.triu(reach, 1)
    distance = np.where(ahead, np.maximum(gap, 0) + 2 * rise, np.inf)
    nearest = distance.argmin(axis=1)
    return [(order[i], order[nearest[i]]) for i in np.flatnonzero(ahead.any(axis=1)).tolist()]

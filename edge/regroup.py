"""Second look at lines: what was linked to a neighbour may belong to the line above or below.

Links know neighbours alone. Where writing is scattered, a digit between two lines is linked
to whichever neighbour comes first; only whole lines tell to which of them it is nearer.
"""

from __future__ import annotations

from collections.abc import Sequence

from edge.median import median
from edge.segment import Box

# All that follows is in heights of the page's median digit.
_OFF_LINE = 0.6  # from the middle of its line on which a digit may belong to another
_STEP = 0.5  # from the neighbour in its line, likewise: a line that bends has small steps
_LEVEL = 0.35  # between the middles of two parts of one line
_BESIDE = 3.0  # between such parts
_BETWEEN = 0.9  # off the line of digits on both of its sides that a lone one may stand

_NEARER = 0.95
"""Share of the way to its own line within which another line is nearer."""


def regroup(
    lines: Sequence[Sequence[int]], boxes: Sequence[Box], middles: Sequence[float], reach: float
) -> list[list[int]]:
    """Moves digits to the line they are nearest to, and joins parts of one line.

    Args:
        lines: indices of each line's boxes, from left to right.
        boxes: n boxes.
        middles: (n,) their heights on the page, its slope taken out.
        reach: farthest neighbour in a line, in digit heights.

    Returns:
        Lines as they were given, in no particular order, each from left to right.
    """
    found = [list(line) for line in lines]
    if len(found) < 2:
        return found
    tall = median([box[3] for box in boxes])
    # A move makes two lines straighter; that every digit moved once is more than enough.
    for _ in range(len(boxes)):
        move = _best_move(found, boxes, middles, tall, reach)
        if move is None:
            break
        member, source, target = move
        found[source].remove(member)
        found[target] = sorted([*found[target], member], key=lambda i: _center(boxes[i]))
    return _joined([line for line in found if line], boxes, middles, tall)


def _best_move(
    lines: Sequence[Sequence[int]],
    boxes: Sequence[Box],
    middles: Sequence[float],
    tall: float,
    reach: float,
) -> tuple[int, int, int] | None:
    """The digit farthest off its line that another line is nearer to: it, from, to."""
    best, far = None, _OFF_LINE * tall
    for source, line in enumerate(lines):
        if len(line) < 3:
            continue
        for place, member in enumerate(line):
            off = abs(middles[member] - median([middles[i] for i in line if i != member]))
            beside = [*line[max(0, place - 1) : place], *line[place + 1 : place + 2]]
            step = min(abs(middles[member] - middles[i]) for i in beside)
            if off <= far or step <= _STEP * tall:
                continue
            for target, other in enumerate(lines):
                if target == source or len(other) < 2:
                    continue
                nearest = min(_gap(boxes[member], boxes[i]) for i in other)
                away = abs(middles[member] - median([middles[i] for i in other]))
                if nearest <= reach * tall and away < _NEARER * off:
                    best, far = (member, source, target), off
    return best


def _joined(
    lines: Sequence[list[int]], boxes: Sequence[Box], middles: Sequence[float], tall: float
) -> list[list[int]]:
    """Joins parts of a line that follow each other, and what stands between its digits."""
    joined: list[list[int]] = []
    levels: list[float] = []  # of each of these
    for line in sorted(lines, key=lambda line: (-len(line), boxes[line[0]][0])):
        level = median([middles[i] for i in line])
        for place, other in enumerate(joined):
            off = abs(level - levels[place])
            goes_on = off <= _LEVEL * tall and _follows(line, other, boxes, tall)
            if goes_on or (off <= _BETWEEN * tall and _is_between(line, other, boxes)):
                other[:] = sorted([*other, *line], key=lambda i: _center(boxes[i]))
                levels[place] = median([middles[i] for i in other])
                break
        else:
            joined.append(line)
            levels.append(level)
    return joined


def _follows(line: Sequence[int], other: Sequence[int], boxes: Sequence[Box], tall: float) -> bool:
    """Whether one line begins a little after the other has ended, or the other way round."""
    (left, right), (start, end) = _ends(line, boxes), _ends(other, boxes)
    return -0.5 * tall <= max(left, start) - min(right, end) <= _BESIDE * tall


def _is_between(line: Sequence[int], other: Sequence[int], boxes: Sequence[Box]) -> bool:
    """Whether a lone digit stands between two digits of a line, over or under neither."""
    if len(line) > 1:
        return False
    gaps = [_gap(boxes[line[0]], boxes[i]) for i in other]
    before = any(_center(boxes[i]) < _center(boxes[line[0]]) for i in other)
    after = any(_center(boxes[i]) > _center(boxes[line[0]]) for i in other)
    return before and after and min(gaps) >= 0


def _ends(line: Sequence[int], boxes: Sequence[Box]) -> tuple[int, int]:
    return min(boxes[i][0] for i in line), max(boxes[i][0] + boxes[i][2] for i in line)


def _gap(one: Box, other: Box) -> int:
    """Columns between two boxes, negative where they share some."""
    return max(one[0], other[0]) - min(one[0] + one[2], other[0] + other[2])


def _center(box: Box) -> float:
    return box[0] + box[2] / 2

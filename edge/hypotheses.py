"""Second thoughts: strokes that only together are a digit, and digits that grew together.

Where the network refuses a piece of ink, its neighbour may be the missing stroke, or it
may be several digits. Both are tried, and kept only where the network is sure of the
outcome and was not sure before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from edge.arrays import BoolArray, Float64Array
from edge.cutting import Span, inside, pieces_of
from edge.median import median
from edge.segment import Box, Candidate

SURE = 0.8
"""How sure the network must be of an outcome's parts, in the geometric mean."""

UNSURE = 0.5
"""How unsure it must have been of what the outcome replaces, and how sure of each part."""

_WORDS, _FIRM = 4, 0.95
"""By how many the pieces to be cut may outnumber the digits on the page, at most two to one,
and how sure of these the network must be: an a alone passes for a 0."""

_ANOTHER_PART = 0.5
"""What a part more must make up for, in log probability: half an 8 is a 5 to the network."""

_SLACK = 0.02  # by how much less sure a joined digit may be
_GAP = 0.16  # between the strokes of one digit, as a share of its height
_WIDEST = 1.15  # a digit's width, as a share of its height
_AS_STRONG = 0.4  # ink of one pen, the weaker stroke beside the stronger
_GROWN = (0.85, 7.0)  # width over height of digits grown together


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """What some candidates may be instead.

    Attributes:
        replaces: indices of the candidates that it stands for.
        parts: what may take their place.
        spans: for each part from which to which cut it reaches. Parts that follow each
            other from the first cut, 0, to the last are one way to read it.
    """

    replaces: tuple[int, ...]
    parts: tuple[Candidate, ...]
    spans: tuple[Span, ...] = ((0, 1),)


def hypotheses(candidates: Sequence[Candidate], sure: Float64Array) -> list[Hypothesis]:
    """What is worth a second look.

    Args:
        candidates: n candidates.
        sure: (n,) how sure the network is that each is a digit that it knows, in [0, 1].
    """
    if not (sure > SURE).any():
        return []  # a page without any digit is no place for guesses
    digits = [c for c, s in zip(candidates, sure, strict=True) if s > SURE]
    typical = median([digit.box[3] for digit in digits])
    faintest = _AS_STRONG * median([digit.level for digit in digits])
    boxes = np.array([candidate.box for candidate in candidates], np.float64)
    found: list[Hypothesis] = []
    grown: list[int] = []
    for index, candidate in enumerate(candidates):
        if sure[index] >= UNSURE:
            continue
        width, height = candidate.box[2:]
        if max(width, height) < 0.3 * typical or height > 2.0 * typical:
            continue
        bar = height < 0.3 * typical
        found += [
            Hypothesis((index, other), (join([candidate, candidates[other]]),))
            for other in _joinable(candidate.box, boxes, typical)
            if other != index
            and (not bar or _overlap(candidate.box, candidates[other].box))
            and _one_pen(candidate, candidates[other])
        ]
        wide = _GROWN[0] <= width / height <= _GROWN[1]
        if wide and 0.6 * typical <= height and candidate.level >= faintest:
            grown.append(index)
    firm = int(np.count_nonzero(sure > _FIRM))
    if len(grown) > min(2 * firm, firm + _WORDS):
        return found  # a page of words with some digits: cut apart, letters are digits, too
    for index in grown:
        parts, spans = pieces_of(candidates[index])
        if parts:
            found.append(Hypothesis((index,), parts, spans))
    return found


def choose(
    outcomes: Sequence[Hypothesis],
    sure: Sequence[Float64Array],
    ones: Sequence[BoolArray],
    before: Float64Array,
) -> list[tuple[int, list[int]]]:
    """The hypotheses to believe: all their parts digits, the surest first, none twice.

    Args:
        outcomes: n hypotheses.
        sure: for each, how sure the network is of its parts.
        ones: for each, which of its parts are read as a 1.
        before: (candidates,) how sure the network was of each candidate: what is joined to a
            digit must not make it less sure.

    Returns:
        Indices into `outcomes`, each with the indices of the parts that are believed.
    """
    ways = [best_way(one.spans, said) for one, said in zip(outcomes, sure, strict=True)]
    surest = []
    for index, way in enumerate(ways):
        others = sum(not ones[index][part] for part in way)
        # Every stroke that is cut off is a 1: alone they make numbers of an H or an M.
        if way and (len(way) == 1 or others >= max(2, len(way) / 2)):
            surest.append((float(np.exp(np.log(sure[index][way]).mean())), index))
    taken: set[int] = set()
    chosen = []
    for value, index in sorted(surest, key=lambda one: (-one[0], one[1])):
        least = max(SURE, float(before[list(outcomes[index].replaces)].max()) - _SLACK)
        if value >= least and not taken & set(outcomes[index].replaces):
            chosen.append((index, ways[index]))
            taken |= set(outcomes[index].replaces)
    return chosen


def best_way(spans: Sequence[Span], sure: Float64Array) -> list[int]:
    """The parts, end to end from the first cut to the last, that are likeliest all digits.

    Args:
        spans: n parts, from which to which cut each reaches.
        sure: (n,) how sure the network is of each.

    Returns:
        Indices of the parts from left to right; empty where no row of parts that may be
        digits reaches from end to end.
    """
    last = max((end for _, end in spans), default=0)
    score = [0.0] + [-np.inf] * last
    came: list[int] = [-1] * (last + 1)
    for part in sorted(range(len(spans)), key=lambda i: spans[i]):
        start, end = spans[part]
        if sure[part] < UNSURE or score[start] == -np.inf:
            continue
        reached = score[start] + float(np.log(sure[part])) - _ANOTHER_PART
        if reached > score[end]:
            score[end], came[end] = reached, part
    way: list[int] = []
    while last and came[last] >= 0:
        way.insert(0, came[last])
        last = spans[came[last]][0]
    return [] if last else way


def join(parts: Sequence[Candidate]) -> Candidate:
    """Several candidates as one."""
    left = min(part.box[0] for part in parts)
    top = min(part.box[1] for part in parts)
    right = max(part.box[0] + part.box[2] for part in parts)
    bottom = max(part.box[1] + part.box[3] for part in parts)
    canvas = np.zeros((bottom - top + 2, right - left + 2), np.uint8)
    for part in parts:
        x, y, w, h = part.box
        ink = inside(part)
        at = canvas[y - top + 1 : y - top + 1 + h, x - left + 1 : x - left + 1 + w]
        np.maximum(at, ink, out=at)
    return Candidate(
        (left, top, right - left, bottom - top),
        canvas,
        max(part.level for part in parts),
        max(part.clearance for part in parts),
    )


def _joinable(one: Box, boxes: Float64Array, typical: float) -> list[int]:
    """Which of (n, 4) boxes stand to one as the strokes of a digit stand to each other."""
    start, end = np.array(one[:2]), np.array(one[:2]) + one[2:]
    starts, ends = boxes[:, :2], boxes[:, :2] + boxes[:, 2:]
    width, height = (np.maximum(end, ends) - np.minimum(start, starts)).T
    gap = (np.maximum(start, starts) - np.minimum(end, ends)).max(axis=1)
    near = (gap <= _GAP * height) & (width <= _WIDEST * height)
    alike = (0.6 * typical <= height) & (height <= 1.7 * typical)
    found: list[int] = np.flatnonzero(near & alike).tolist()
    return found


def _overlap(one: Box, other: Box) -> bool:
    """Whether two boxes share any pixel: what lies beside a digit is a sign of its own."""
    across = min(one[0] + one[2], other[0] + other[2]) > max(one[0], other[0])
    return across and min(one[1] + one[3], other[1] + other[3]) > max(one[1], other[1])


def _one_pen(one: Candidate, other: Candidate) -> bool:
    """Whether the ink of two is about as strong; dark corners and noise are weaker than a pen."""
    return min(one.level, other.level) >= _AS_STRONG * max(one.level, other.level)

"""Second thoughts: strokes that only together are a digit, and digits that grew together.

Where the network refuses a piece of ink, its neighbour may be the missing stroke, or it
may be several digits. Both are tried, and kept only where the network is sure of the
outcome and was not sure before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from edge.arrays import Float64Array
from edge.cutting import Span, inside, pieces_of
from edge.drawings import encloses_any
from edge.median import median
from edge.percent import percent_signs
from edge.segment import Box, Candidate

SURE = 0.8
"""How sure the network must be of an outcome's parts, in the geometric mean."""

UNSURE = 0.5
"""How unsure it must have been of what the outcome replaces, and how sure of each part."""

_WORDS, _FIRM = 4, 0.95
"""By how many chains may outnumber the digits on the page, at most two to one, and how sure of
these the network must be: an a alone passes for a 0. Beyond that the chains may be words."""

_MOST_CHAINS = 12
"""How many that may be words are cut apart, to see what they are: what it costs in time."""

_GAP = 0.16  # between the strokes of one digit, as a share of its height
_WIDEST = 1.15  # a digit's width, as a share of its height
AS_STRONG = 0.4  # ink of one pen, the weaker stroke beside the stronger
_GROWN = (0.7, 7.0)  # width over height of digits grown together


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
    if not (sure > SURE).any() or (sure >= UNSURE).all():
        return []  # a page without any digit is no place for guesses, one of digits needs none
    digits = [c for c, s in zip(candidates, sure, strict=True) if s > SURE]
    typical = median([digit.box[3] for digit in digits])
    faintest = AS_STRONG * median([digit.level for digit in digits])
    boxes = np.array([candidate.box for candidate in candidates], np.float64)
    unsure = [
        index
        for index in np.flatnonzero(sure < UNSURE).tolist()
        if max(candidates[index].box[2:]) >= 0.3 * typical
        and candidates[index].box[3] <= 2.0 * typical
    ]
    grown = [
        index
        for index in unsure
        if _GROWN[0] <= candidates[index].box[2] / candidates[index].box[3] <= _GROWN[1]
        and 0.6 * typical <= candidates[index].box[3]
        and candidates[index].level >= faintest
    ]
    if len(grown) > _MOST_CHAINS and are_many(len(grown), sure):
        grown = []  # words: letters, cut apart, are digits, too
    signs = percent_signs(candidates, grown)
    found: list[Hypothesis] = []
    for index in unsure:
        if signs[index]:
            continue
        one = candidates[index]
        bar = one.box[3] < 0.3 * typical
        found += [
            Hypothesis((index, other), (join([one, candidates[other]]),))
            for other in _joinable(one.box, boxes, typical)
            if other != index
            and not signs[other]
            and (not bar or _overlap(one.box, candidates[other].box))
            and _one_pen(one, candidates[other])
        ]
    held = [digit.box for digit in digits]
    for index in grown:
        if signs[index] or encloses_any(candidates[index], held):
            continue  # a ring around digits is no chain of them
        parts, spans = pieces_of(candidates[index])
        if parts:
            found.append(Hypothesis((index,), parts, spans))
    return found


def are_many(chains: int, sure: Float64Array) -> bool:
    """Whether so many chains look like a page of words, with some digits among them.

    Args:
        chains: how many pieces of ink may be digits that grew together.
        sure: (n,) how sure the network is of each candidate.
    """
    firm = int(np.count_nonzero(sure > _FIRM))
    return chains > min(2 * firm, firm + _WORDS)


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
        max(part.strokes for part in parts),
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
    return min(one.level, other.level) >= AS_STRONG * max(one.level, other.level)

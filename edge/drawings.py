"""What a pen draws beside digits: rings and boxes around them, circles, scribbles.

The network sees one crop at full size: a circle is a 0 to it, however large, and whatever
stands inside.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from edge.arrays import BoolArray, Float64Array
from edge.cutting import inside
from edge.enclosed import is_around, may_enclose
from edge.segment import Box, Candidate

SHORTEST, TALLEST = 0.6, 1.3
"""Size of a 1 or a 0, at least as a share of the smallest of the page's other digits, at most
of the largest: every hand writes them about as tall as the others."""

_OTHERS = 2
"""Digits other than 0 and 1 from which on the largest of them says how tall digits are."""


def of_another_size(sizes: Float64Array, digits: BoolArray, simple: BoolArray) -> BoolArray:
    """Which strokes and rings are much larger or smaller than a page's other digits.

    Any straight stroke is a 1 to the network, any ring a 0.

    Args:
        sizes: (n,) of all candidates, in pixels.
        digits: (n,) which of them are read as digits.
        simple: (n,) which as a 1 or a 0.
    """
    others = sizes[digits & ~simple]
    if not len(others):
        return np.zeros(len(sizes), bool)
    wrong = sizes < SHORTEST * others.min()
    if len(others) >= _OTHERS:
        wrong |= sizes > TALLEST * others.max()
    return np.asarray(digits & simple & wrong, bool)


def encloses_any(candidate: Candidate, boxes: Sequence[Box]) -> bool:
    """Whether a candidate is drawn around what stands in one of the boxes."""
    held = [box for box in boxes if may_enclose(candidate.box, box)]
    if not held:
        return False
    own = inside(candidate) > 127
    return any(is_around(own, candidate.box, box) for box in held)


def drawn_around(candidates: Sequence[Candidate], outer: BoolArray, held: BoolArray) -> BoolArray:
    """Which candidates are drawn around others.

    Args:
        candidates: n candidates.
        outer: (n,) which of them may be.
        held: (n,) which may be what they are drawn around.
    """
    around = np.zeros(len(candidates), bool)
    rows, inner = np.flatnonzero(outer), np.flatnonzero(held)
    if not len(rows) or not len(inner):
        return around
    x, y, w, h = np.array([one.box for one in candidates], np.int64).T
    # What begins before another on all four sides is larger than it.
    sides = np.array([x, y, -x - w, -y - h])
    within = np.logical_and.reduce(sides[:, rows, None] < sides[:, None, inner])
    if not within.any():
        return around
    for row in np.flatnonzero(within.any(axis=1)).tolist():
        inside_it = [candidates[i].box for i in inner[within[row]].tolist()]
        around[rows[row]] = encloses_any(candidates[rows[row]], inside_it)
    return around

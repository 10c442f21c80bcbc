"""What a pen draws beside digits: rings and boxes around them, circles, scribbles.

The network sees one crop at full size: a circle is a 0 to it, however large, and whatever
stands inside.
"""

from __future__ import annotations

import itertools
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
    may_be, may_be_in = outer.tolist(), held.tolist()
    # From left to right: what stands in another begins behind it, and before it ends.
    order = sorted(
        (candidate.box, index)
        for index, candidate in enumerate(candidates)
        if may_be[index] or may_be_in[index]
    )
    for place, ((x, y, w, h), index) in enumerate(order):
        within = []
        for box, other in itertools.islice(order, place + 1, None):
            if box[0] >= x + w:
                break
            if y < box[1] and box[1] + box[3] < y + h and may_be_in[other]:
                within.append(box)
        if within and may_be[index]:
            around[index] = encloses_any(candidates[index], within)
    return around

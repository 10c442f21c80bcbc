"""How steeply a page's lines run, as its digits tell."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from edge.arrays import Float64Array
from edge.median import median
from edge.strength import Box

STEEPEST = 1.2
"""Steepest line of writing, as rise over run."""

WIDEST_GAP = 6.0
"""Between two digits of one line, in digit heights."""

_SHARES = np.linspace(0, 1, 5)  # of the slope that neighbours tell, which are tried


def slope(boxes: Sequence[Box]) -> float:
    """How steeply the page's lines run, as rise over run; positive falls to the right.

    What neighbours say, or less, where that draws the lines together: scattered digits have
    neighbours, too.
    """
    return slope_of(places_of(boxes)) if boxes else 0.0


def neighbours_slope(boxes: Sequence[Box]) -> float:
    """How steeply a page's lines run from each box to the next, as rise over run.

    The median over each box's nearest neighbour on the right. Steps that small digits make
    beside large ones even out; 0 where neighbours point anywhere.
    """
    return _between(places_of(boxes)) if boxes else 0.0


def places_of(boxes: Sequence[Box]) -> Float64Array:
    """(4, n): columns, rows, widths and heights of boxes."""
    return np.array(boxes, np.float64).T


def slope_of(places: Float64Array, steepest: float | None = None) -> float:
    """`slope` of (4, n) boxes; `steepest`: what neighbours say, where that is known."""
    if steepest is None:
        steepest = _between(places)
    if not steepest:
        return 0.0
    x, y, w, h = places
    slopes = steepest * _SHARES
    covered = _covered(y + h / 2 - slopes[:, None] * (x + w / 2), median(h))
    return float(slopes[int(covered.argmin())])


def _between(places: Float64Array) -> float:
    """`neighbours_slope` of (4, n) boxes."""
    x, y, w, h = places
    if len(x) < 3:
        return 0.0
    column, row = x + w / 2, y + h / 2
    across, down = column - column[:, None], row - row[:, None]
    ahead = (across > 0) & (np.abs(down) <= STEEPEST * across)
    distance = np.where(ahead, across * across + down * down, np.inf)  # squared
    nearest = distance.argmin(axis=1)
    each = np.arange(len(x))
    near = distance[each, nearest] < (WIDEST_GAP * h) ** 2
    each, nearest = each[near], nearest[near]
    if len(each) < 2:
        return 0.0
    slopes = down[each, nearest] / across[each, nearest]
    middle = median(slopes)
    return middle if median(np.abs(slopes - middle)) < 0.25 else 0.0


def _covered(middles: Float64Array, tall: float) -> Float64Array:
    """How much of a page's height its lines cover: least where they are seen along.

    Args:
        middles: (m, n) heights of n digits, seen in m directions.
        tall: height of a digit.

    Returns:
        (m,) in pixels.
    """
    ordered = np.sort(middles, axis=1)
    steps = ordered[:, 1:] - ordered[:, :-1]
    return np.asarray(np.minimum(steps, 0.5 * tall).sum(axis=1), np.float64)

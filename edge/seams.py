"""Where digits that grew together may be cut: ways from top to bottom that cross little ink.

A straight cut fails where digits lean or reach below each other. A seam steps aside: of all
ways through a place it is the one that crosses least ink (the shortest path of Wang and
Jean 1994, "Segmentation of merged characters by neural networks and shortest path").
"""

from __future__ import annotations

import cv2
import numpy as np

from edge.arrays import Float32Array, Float64Array, Int64Array, UInt8Array

_TALL = 40
"""Height, in pixels, at which seams are looked for: a pen's stroke is 2 to 8 wide there."""

_SLANTS = (0.0, 0.35)
"""How writing may lean, in columns a row, to the right: seams step aside easily from there.
How a chain leans is not to be seen: the long strokes of 2 and 7 lean, however upright."""

_PAPER = 0.02
"""What a pixel of paper costs a seam: of two ways without ink the shorter one."""

_ASIDE = 1.4
"""What a step to the next column costs beside a step straight on: the longer way."""

_EVERY = 2
"""Rows from one to the next in which seams are looked for."""

_APART = 0.08
"""Least distance of two starts at one level, in heights."""

_ALIKE = 0.05
"""Ink between two seams below which they are one, as a share of a digit's: how far apart they
run through paper makes no other piece."""

_LEAST_SHARE = 0.06
"""Least share of the ink on either side of a seam."""

_WAIST = 0.85
"""Height of a chain where it is cut straight, as a share of what stands on both sides."""

_DEEPEST = 0.8
"""Most ink that a seam may cross, in heights: more is a stroke cut along, not across."""


Seam = Int64Array
"""(h,) one way from top to bottom: for each row the first column on its right."""


def find_seams(ink: UInt8Array, most: int) -> list[Seam]:
    """The ways through a piece of ink that cross least of it.

    Args:
        ink: (h, w) uint8, bright on 0, cropped to the ink.
        most: how many at most.

    Returns:
        Seams from left to right, by the columns that they pass on average.
    """
    height, width = ink.shape
    scale = min(1.0, _TALL / height)
    rows, columns = max(3, round(height * scale)), max(3, round(width * scale))
    small = np.asarray(cv2.resize(ink, (columns, rows), interpolation=cv2.INTER_AREA), np.uint8)
    at = np.minimum(np.arange(height) * rows // height, rows - 1)
    found, crossing = [], []
    for slant in _SLANTS:
        way, crossed = _ways(_upright(small, slant))
        # Back to the leaning picture, then to its full size.
        leaning = way + 0.5 - _shift(rows, slant)[:, None]
        found.append(np.clip(np.rint(leaning[at] * width / columns), 0, width).astype(np.int64))
        crossing.append(crossed)
    edges, crossed = np.hstack(found), np.concatenate(crossing)
    left_of = np.cumsum(np.pad(ink, ((0, 0), (1, 0))), axis=1, dtype=np.int64)
    before = left_of[np.arange(height)[:, None], edges]
    total = max(1, int(left_of[:, -1].sum()))
    share = before.sum(axis=0) / total
    parting = np.flatnonzero((share > _LEAST_SHARE) & (share < 1 - _LEAST_SHARE))
    alike = _ALIKE * total * min(1.0, height / width)
    chosen: list[int] = []
    for one in parting[np.argsort(crossed[parting], kind="stable")].tolist():
        between = np.abs(before[:, chosen] - before[:, [one]]).sum(axis=0)
        if len(chosen) < most and (between >= alike).all():
            chosen.append(one)
    return sorted((edges[:, one] for one in chosen), key=lambda seam: float(seam.mean()))


def _ways(upright: UInt8Array) -> tuple[Int64Array, Float64Array]:
    """The cheapest ways through upright writing.

    Returns:
        (rows, n) int64 columns, and (n,) how much ink each crosses, in heights.
    """
    rows = len(upright)
    cost = np.asarray(upright / 255 + _PAPER, np.float32)
    # From above and from below at once, with a wall between: half the steps.
    wall = np.full((rows, 1), np.inf, np.float32)
    total, came = _cheapest(np.hstack([cost, wall, cost[::-1]]))
    columns = cost.shape[1]
    above, from_above = total[:, :columns], came[:, :columns]
    below, from_below = total[::-1, columns + 1 :], came[::-1, columns + 1 :]
    through = above + below - cost
    places = [
        (level, column)
        for level in range(1, rows - 1, _EVERY)
        for column in _valleys(through[level], _APART * rows, _DEEPEST * rows)
    ]
    waists = _waists(upright)
    straight = np.tile(np.array(waists, np.int64), (rows, 1))
    way = np.hstack([straight, _traced(places, from_above, from_below)])
    # Waists come first: where two bellies meet, a seam through one of them crosses less.
    return way, np.array([0.0] * len(waists) + [through[place] for place in places]) / rows


def _waists(upright: UInt8Array) -> list[int]:
    """The columns where a chain is least tall: two bellies that touch meet along their sides."""
    ink = upright > 127
    filled = ink.any(axis=0)
    tall = np.where(filled, len(ink) - ink.argmax(axis=0) - ink[::-1].argmax(axis=0), 0)
    found: list[int] = []
    for column in np.flatnonzero(filled).tolist():
        before, after = tall[:column].max(initial=0), tall[column + 1 :].max(initial=0)
        near = tall[max(0, column - 3) : column + 4]
        is_lowest = tall[column] == near.min()
        waist = tall[column] <= _WAIST * min(before, after)
        if waist and is_lowest and not (found and column - found[-1] <= 3):
            found.append(column)
    return found


def _traced(
    places: list[tuple[int, int]], from_above: Int64Array, from_below: Int64Array
) -> Int64Array:
    """(rows, n) int64: the cheapest ways through n places, a (row, column) each."""
    rows = len(from_above)
    levels, columns = np.array(places, np.int64).reshape(-1, 2).T
    way = np.zeros((rows, len(places)), np.int64)
    way[levels, np.arange(len(places))] = columns
    for row in range(levels.max(initial=0), 0, -1):
        here = levels >= row
        at = way[row, here]
        way[row - 1, here] = at + from_above[row, at]
    for row in range(levels.min(initial=rows), rows - 1):
        here = levels <= row
        at = way[row, here]
        way[row + 1, here] = at + from_below[row, at]
    return way


def _shift(rows: int, slant: float) -> Float32Array:
    """(rows,) how far each row is moved to the right to stand upright; at least 0."""
    moved = np.arange(rows, dtype=np.float32) * slant
    return np.asarray(moved - moved.min(), np.float32)


def _upright(ink: UInt8Array, slant: float) -> UInt8Array:
    """The ink sheared so that what leans by a slant stands; wider by what it leant."""
    rows, columns = ink.shape
    shift = _shift(rows, slant)
    first = float(shift[0])
    moved = np.array([[1, slant, first], [0, 1, 0]], np.float32)
    size = (columns + int(np.ceil(shift.max())) + 1, rows)
    return np.asarray(cv2.warpAffine(ink, moved, size, flags=cv2.INTER_LINEAR), np.uint8)


def _cheapest(cost: Float32Array) -> tuple[Float32Array, Int64Array]:
    """For each pixel the cheapest way from the top, and from which column aside it comes.

    Args:
        cost: (rows, columns) of each pixel.

    Returns:
        (rows, columns) float32 sums, the pixel's own cost in them, and (rows, columns)
        int64 steps, -1, 0 or 1.
    """
    rows, columns = cost.shape
    total = cost.copy()
    step = np.zeros((rows, columns), np.int64)
    came = np.full((3, columns), np.inf, np.float32)
    for row in range(1, rows):
        last = total[row - 1]
        came[0] = last + cost[row]
        came[1, 1:] = last[:-1] + _ASIDE * cost[row, 1:]
        came[2, :-1] = last[1:] + _ASIDE * cost[row, :-1]
        choice = came.argmin(axis=0)
        step[row] = np.array([0, -1, 1])[choice]
        total[row] = came.min(axis=0)
    return total, step


def _valleys(through: Float32Array, apart: float, most: float) -> list[int]:
    """The columns that are cheaper than what is beside them, from left to right.

    Args:
        through: (columns,) cost of the cheapest way through each.
        apart: least distance of two.
        most: greatest cost.
    """
    chosen: list[int] = []
    beside = np.pad(through, 1, constant_values=np.inf)
    valley = (through <= beside[:-2]) & (through <= beside[2:]) & (through <= most)
    columns = np.flatnonzero(valley)
    for column in columns[np.argsort(through[columns], kind="stable")].tolist():
        if all(abs(column - other) >= apart for other in chosen):
            chosen.append(column)
    return chosen

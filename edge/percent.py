"""Percent signs: a slash, a ring above and before it, a ring below and behind it.

Each part of one is a digit to the network, and so is what a cut makes of it: the slash is a 1,
half of it with its ring a 9 or a 6. As a whole it is like nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from edge.arrays import BoolArray, Int64Array, UInt8Array
from edge.cutting import inside
from edge.median import median
from edge.segment import Candidate

_RING = (0.15, 0.6)
"""Height of a ring that stands apart from its slash, as a share of the slash's."""

_NEAR = 0.5
"""How far a ring's middle may lie beside the box of its slash, in heights of that."""

_WIDTH = (0.45, 1.6)
"""Width of a whole sign, in its heights."""

_ENDS = 0.15, 0.85
"""Heights at which the slash is looked for: the rightmost stroke above, the leftmost below."""

_LEAN = (0.0, 1.3)
"""How a slash leans to the right, in columns a row."""

_BENT = 0.05
"""How far a slash may bend aside, in heights of the sign."""

_ON_INK = 0.93
"""Least share of the slash that is ink."""

_HALF = 0.43
"""Height of a ring beside the slash, at most, in heights of the sign: a 9's is half of it."""

_LEAST, _ALIKE = 0.08, 3.5
"""Least share of the ink in each ring, and how much more of it may be in the larger."""


def percent_signs(candidates: Sequence[Candidate], alone: Sequence[int] = ()) -> BoolArray:
    """Which candidates are a percent sign, or a part of one.

    Args:
        candidates: n candidates.
        alone: indices of those that may be a whole one. Of an 8 in one stroke and a 2 the same
            is true that is asked for here: none that is a digit to the network.
    """
    found = np.zeros(len(candidates), bool)
    if not candidates:
        return found
    heights = [one.box[3] for one in candidates]
    if not alone and min(heights) > _RING[1] * max(heights):
        return found  # nothing is small enough for a ring
    x, y, w, h = np.array([one.box for one in candidates], np.float64).T
    across, down = x + w / 2, y + h / 2
    tall = h[:, None]
    ring = (h >= _RING[0] * tall) & (h <= _RING[1] * tall) & (w <= tall)
    ring &= np.abs(across - across[:, None]) <= w[:, None] / 2 + _NEAR * tall
    ring &= (down > y[:, None]) & (down < y[:, None] + tall)
    rings = np.count_nonzero(ring, axis=1)
    for slash in {*np.flatnonzero((rings == 1) | (rings == 2)).tolist(), *alone}:
        whole = [slash, *np.flatnonzero(ring[slash]).tolist()]
        if len(whole) <= 3 and is_percent_sign([candidates[one] for one in whole]):
            found[whole] = True
    return found


def is_percent_sign(parts: Sequence[Candidate]) -> bool:
    """Whether some ink is a percent sign, and nothing else."""
    boxes = [part.box for part in parts]
    left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
    width = max(box[0] + box[2] for box in boxes) - left
    height = max(box[1] + box[3] for box in boxes) - top
    if not _WIDTH[0] <= width / height <= _WIDTH[1] or height < 8:
        return False
    ink = np.zeros((height, width), np.uint8)
    for part in parts:
        x, y, w, h = part.box
        at = ink[y - top : y - top + h, x - left : x - left + w]
        np.maximum(at, inside(part), out=at)
    inked = np.asarray(ink > 127, np.uint8)
    # In a block there is no paper that a depth could be measured from.
    return not inked.all() and _has_slash_and_rings(inked)


def _has_slash_and_rings(ink: UInt8Array) -> bool:
    """Whether ink, (h, w) uint8, 1 or 0, is a slash with a ring on either side.

    What is left of it without the slash must be two heaps, each beside its end of the slash.
    """
    height, width = ink.shape
    above, below = (int(share * height) for share in _ENDS)
    upper, lower = np.flatnonzero(ink[above]), np.flatnonzero(ink[below])
    if not len(upper) or not len(lower):
        return False
    top, bottom = _last_run(upper), width - 1 - _last_run(width - 1 - lower[::-1])
    slope = (bottom - top) / (below - above)
    if not _LEAN[0] <= -slope <= _LEAN[1]:
        return False
    way = np.rint(top + slope * (np.arange(above, below) - above)).astype(np.int64)
    rows = np.arange(above, below)
    bent = max(1, round(_BENT * height))
    thick = cv2.dilate(ink, np.ones((1, 2 * bent + 1), np.uint8))
    if np.count_nonzero(thick[rows, np.clip(way, 0, width - 1)]) < _ON_INK * len(rows):
        return False
    # How wide the slash is, is seen where no ring is: at its ends and in the middle.
    depth = cv2.distanceTransform(ink, cv2.DIST_L2, 3)
    near = np.clip(way[:, None] + np.arange(-bent, bent + 1), 0, width - 1)
    half = median(depth[rows[:, None], near].max(axis=1))
    at_rows, at_columns = np.nonzero(ink)
    aside = (at_columns - top - slope * (at_rows - above)) / np.hypot(1.0, slope)
    apart = half + bent
    before, behind = at_rows[aside < -apart], at_rows[aside > apart]
    fewest = _LEAST * len(at_rows)
    if min(len(before), len(behind)) < fewest:
        return False
    if max(len(before), len(behind)) > _ALIKE * min(len(before), len(behind)):
        return False
    first, last = _reach(before), _reach(behind)
    tall = _HALF * height
    return bool(
        first[1] - first[0] <= tall
        and last[1] - last[0] <= tall
        and first[1] <= 0.66 * height
        and last[0] >= 0.34 * height
    )


def _last_run(columns: Int64Array) -> float:
    """The middle of the last run of neighbouring columns."""
    breaks = np.flatnonzero(np.diff(columns) > 1)
    start = columns[breaks[-1] + 1] if len(breaks) else columns[0]
    return float(start + columns[-1]) / 2


def _reach(rows: Int64Array) -> tuple[float, float]:
    """From which row to which it reaches, but for the odd pixel."""
    ordered = np.sort(rows)
    spare = len(rows) // 50
    return float(ordered[spare]), float(ordered[len(rows) - 1 - spare])

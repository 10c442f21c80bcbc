"""Which box of this frame is which of the last: digits on one sheet move together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from edge.arrays import Float64Array
from edge.median import median
from edge.segment import Box

FARTHEST = 2.0
"""How far a sheet may move between two frames, in heights of its digits."""

NEAR = 0.6
"""How far a digit may lie from where the sheet's motion puts it, in its heights."""

_LIKENESS = 0.35  # what looking alike is worth, in heights


def match_boxes(
    known: Sequence[Box],
    found: Sequence[Box],
    likeness: Float64Array,
    last_shift: tuple[float, float],
) -> tuple[dict[int, int], tuple[float, float]]:
    """Pairs the boxes of two frames.

    The motion that most pairs share is taken off first, so that a digit is not taken for
    its neighbour when the sheet moves by a digit's width.

    Args:
        known: n boxes of the last frame.
        found: m boxes of this one.
        likeness: (n, m) how alike what stands in them is, in [0, 1].
        last_shift: x and y, in pixels, by which the sheet moved before.

    Returns:
        Index in `found` for each index in `known` that has one, and the shift.
    """
    if not known or not found:
        return {}, (0.0, 0.0)
    before, after = _middles(known), _middles(found)
    heights = np.maximum(
        np.array([max(box[2:]) for box in known], np.float64)[:, None],
        np.array([max(box[2:]) for box in found], np.float64)[None],
    )
    moves = after[None] - before[:, None]  # (n, m, 2)
    shift = _common_shift(moves, heights, likeness, np.array(last_shift))
    distance = _length(moves - shift) / heights
    cost = distance - _LIKENESS * likeness
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    order = np.argsort(cost, axis=None, kind="stable")
    for place in order.tolist():
        old, new = divmod(place, len(found))
        if old in pairs or new in taken or distance[old, new] > NEAR:
            continue
        # A speck that lies where a digit was is not that digit.
        if not 0.5 <= max(known[old][2:]) / max(found[new][2:]) <= 2:
            continue
        pairs[old] = new
        taken.add(new)
    if pairs:
        kept = np.array([moves[old, new] for old, new in pairs.items()])
        shift = np.array([median(kept[:, 0]), median(kept[:, 1])])
    return pairs, (float(shift[0]), float(shift[1]))


def _middles(boxes: Sequence[Box]) -> Float64Array:
    return np.array([(x + w / 2, y + h / 2) for x, y, w, h in boxes], np.float64)


def _length(moves: Float64Array) -> Float64Array:
    """(...) the lengths of (..., 2), in half the time of np.linalg.norm."""
    return np.hypot(moves[..., 0], moves[..., 1])


def _common_shift(
    moves: Float64Array,
    heights: Float64Array,
    likeness: Float64Array,
    last: Float64Array,
) -> Float64Array:
    """(2,) the motion with most support among all pairs that could be one digit."""
    reach = _length(moves) / heights
    possible = reach <= FARTHEST
    if not possible.any():
        return np.zeros(2)
    candidates, scale, weight = moves[possible], heights[possible], likeness[possible]
    # Support is counted among the nearest only: a crowded page has thousands of pairs.
    if len(candidates) > 256:
        nearest = np.argsort(reach[possible], kind="stable")[:256]
        candidates, scale, weight = candidates[nearest], scale[nearest], weight[nearest]
    apart = _length(candidates[:, None] - candidates[None]) / scale[:, None]
    support = (apart < 0.25).astype(np.float64) @ (0.1 + weight)
    # Among equals, a sheet goes on as it moved, or hardly moves.
    unrest = np.minimum(_length(candidates - last), _length(candidates))
    best = int(np.argmax(support - 0.2 * unrest / scale))
    return np.asarray(candidates[best])

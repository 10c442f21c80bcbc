"""Strokes that do not touch the rest of their digit: the bar of a 5, the loop of a 9."""

from __future__ import annotations

import numpy as np

from edge.arrays import Float64Array
from edge.enclosed import encloses
from edge.pieces import SMALLEST, Piece, Sheet
from edge.strength import Box

_FLATTEST = 0.7
"""Height of a flat digit, as a share of that least height."""

_LONGEST = 2.5
"""Greatest width of a flat digit, as a share of its height: dashes and wood grain are longer."""

_TALLEST = 0.6
"""Height of a detached stroke, at most, as a share of the body's."""

_LOOP, _LOOP_WIDTH = 0.4, 0.75
"""Height from which on a detached stroke may be a loop, a 9's beside its stem, as a share of
the body's, and how wide a loop is at least, as a share of its height. Bars are wider than
tall."""

_AS_STRONG = 0.4
"""Least strength of a detached stroke, as a share of the body's: one pen wrote both. What the
corner of a dark picture adds is weaker."""

MOST_STROKES = 2
"""Most detached strokes that a digit has beside its body."""


def join_strokes(
    pieces: list[Piece], shape: tuple[int, ...], sheet: Sheet | None = None
) -> list[Piece]:
    """Joins detached strokes of one digit: the bar of a 5, the foot of a 2 or a 1.

    Args:
        pieces: what is neither a speck nor larger than any digit.
        shape: (h, w) of the frame.
        sheet: where they lie; without it, what is drawn around digits swallows them.

    Returns:
        The pieces that may be digits, with what belongs to them.
    """
    least = max(6.0, SMALLEST * max(shape))
    flat = _FLATTEST * least  # a 2 with a long foot is wider than tall

    def is_body(piece: Piece) -> bool:
        _, _, w, h = piece.box
        return h >= least or (h >= flat and least <= w <= _LONGEST * h)

    heights = [piece.box[3] for piece in pieces]
    if not pieces or min(heights) > _TALLEST * max(heights):
        return list(filter(is_body, pieces))  # nothing is small enough for a stroke of another
    # Only the taller of two can be the other's body.
    bodies = sorted(filter(is_body, pieces), key=lambda p: (-p.box[3], -p.box[2]))
    specks = [piece for piece in pieces if not is_body(piece)]
    parts = [*bodies, *specks]
    boxes = np.array([part.box for part in parts], np.float64)
    flattest = min(heights)
    taken: set[int] = set()
    joined = []
    for index, body in enumerate(bodies):
        if index in taken:
            continue
        if _in_corner(body.box, shape):
            joined.append(body)  # the dark corner of a picture, not the body of what stands in it
            continue
        near = [
            other
            for other in (_near(body.box, boxes) if flattest <= _TALLEST * body.box[3] else ())
            if other > index and other not in taken and _belongs(body, parts[other])
            if sheet is None or not encloses(body, parts[other], sheet)
        ]
        strokes = [other for other in near if other < len(bodies)]
        if len(strokes) > MOST_STROKES:
            # It holds a page: the desk around a sheet, a drawn frame.
            joined.append(body)
            continue
        taken.update(strokes)
        whole = body
        for other in near:
            whole = _union(whole, parts[other])
        joined.append(whole)
    return joined


def _in_corner(box: Box, shape: tuple[int, ...]) -> bool:
    """Whether a box reaches into a corner of a frame of (h, w), and not from side to side."""
    x, y, w, h = box
    across = (x <= 1) + (x + w >= shape[1] - 1)
    down = (y <= 1) + (y + h >= shape[0] - 1)
    return across == down == 1


def _near(box: Box, boxes: Float64Array) -> list[int]:
    """Which of (n, 4) boxes are close enough to one to be looked at by `_belongs`."""
    x, y, w, h = box
    left, top = boxes[:, 0], boxes[:, 1]
    close_x = (left <= x + w + 0.06 * h) & (left + boxes[:, 2] >= x - 0.06 * h)
    close_y = (top <= y + h + 0.12 * h) & (top + boxes[:, 3] >= y - 0.12 * h)
    found: list[int] = np.flatnonzero(close_x & close_y & (boxes[:, 3] <= _TALLEST * h)).tolist()
    return found


def _belongs(body: Piece, part: Piece) -> bool:
    """Whether a smaller piece is a stroke of the larger one's digit."""
    bx, by, bw, bh = body.box
    px, py, pw, ph = part.box
    if ph > _TALLEST * bh or pw > 1.1 * max(bw, 0.75 * bh):
        return False
    if part.strength < _AS_STRONG * body.strength:
        return False
    gap_y = max(by - (py + ph), py - (by + bh), 0)
    gap_x = max(bx - (px + pw), px - (bx + bw), 0)
    from_middle = abs(py + ph / 2 - (by + bh / 2))
    beside = gap_x <= 0.06 * bh and gap_y <= 0.12 * bh and from_middle > 0.15 * bh
    bar_at_an_end = beside and pw >= 0.25 * bw and pw > ph
    level = by - 0.15 * bh <= py and py + ph <= by + 1.15 * bh
    loop = beside and level and ph >= _LOOP * bh and pw >= _LOOP_WIDTH * ph
    inside = px >= bx - 0.02 * bh and px + pw <= bx + bw + 0.02 * bh and gap_y == 0
    return bar_at_an_end or loop or inside


def _union(one: Piece, other: Piece) -> Piece:
    x, y = min(one.box[0], other.box[0]), min(one.box[1], other.box[1])
    right = max(one.box[0] + one.box[2], other.box[0] + other.box[2])
    bottom = max(one.box[1] + one.box[3], other.box[1] + other.box[3])
    return Piece(one.labels + other.labels, (x, y, right - x, bottom - y), one.measure)

"""Digits that grew together, cut apart: every piece between two seams may be one of them.

Which pieces are digits only the network knows. A chain of digits is read as a row of
pieces, end to end; all of them are offered, and `edge.hypotheses` takes the best row.
"""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from edge.arrays import UInt8Array
from edge.seams import Seam, find_seams
from edge.segment import Candidate

Span = tuple[int, int]
"""From which seam to which a piece reaches; 0 is the left end."""

_SEAMS_A_HEIGHT = 10.0
"""Seams that are tried for each height of a chain's length."""

_MOST_SEAMS = 36

_WIDEST = 1.25
"""Width of a piece, as a share of the chain's height, beyond which it is more than a digit."""

_SHORTEST = 0.5
"""Least height of a piece, as a share of the chain's; sizes in a number differ less."""

_CRUMB = 0.12
"""Share of a piece's ink below which what hangs on nothing is the neighbour's."""


def pieces_of(candidate: Candidate) -> tuple[tuple[Candidate, ...], tuple[Span, ...]]:
    """The pieces of a chain that may be digits, from where to where each reaches.

    Returns:
        n pieces and n spans; a chain's last node is one more than it has seams. Empty where
        there is nothing to cut.
    """
    ink = np.ascontiguousarray(inside(candidate))
    height, width = ink.shape
    most = min(_MOST_SEAMS, int(np.ceil(_SEAMS_A_HEIGHT * width / height)))
    seams = find_seams(ink, most)
    left = np.zeros(height, np.int64)
    right = np.full(height, width, np.int64)
    edges = [left, *seams, right]
    pieces, spans = [], []
    for start in range(len(edges) - 1):
        for end in range(start + 1, len(edges)):
            if end - start == len(edges) - 1:
                continue  # the whole of it, which was refused
            # At half its height it is about as wide as at its widest.
            middle = edges[end][height // 2] - edges[start][height // 2]
            if middle > _WIDEST * height:
                continue
            if (edges[start] > edges[end]).any():
                continue  # the two cross
            piece = _piece(candidate, ink, edges[start], edges[end])
            if piece is not None:
                pieces.append(piece)
                spans.append((start, end))
    if not any(end == len(edges) - 1 for _, end in spans):
        return (), ()  # what stands last is no digit
    return tuple(pieces), tuple(spans)


def inside(candidate: Candidate) -> UInt8Array:
    """A candidate's ink within its box, without the margin that carries the soft edge."""
    x, y, w, h = candidate.box
    rows, columns = candidate.ink.shape
    # The margin is missing on a side where the frame ends.
    top = 1 if rows > h and y > 0 else 0
    left = 1 if columns > w and x > 0 else 0
    return candidate.ink[top : top + h, left : left + w]


def _piece(candidate: Candidate, ink: UInt8Array, left: Seam, right: Seam) -> Candidate | None:
    """What lies between two seams; None where it has not the size of a digit."""
    height = ink.shape[0]
    first, last = int(left.min()), int(right.max())
    if last <= first:
        return None
    columns = np.arange(first, last)
    own = (columns >= left[:, None]) & (columns < right[:, None])
    cut = np.where(own, ink[:, first:last], 0)
    _, labels, stats, _ = cv2.connectedComponentsWithStats((cut > 127).astype(np.uint8))
    areas = stats[:, cv2.CC_STAT_AREA]
    kept = np.flatnonzero(areas[1:] >= _CRUMB * areas[1:].sum()) + 1
    if not len(kept):
        return None
    x, y = stats[kept, 0].min(), stats[kept, 1].min()
    right_end = (stats[kept, 0] + stats[kept, 2]).max()
    bottom = (stats[kept, 1] + stats[kept, 3]).max()
    w, h = int(right_end - x), int(bottom - y)
    if h < _SHORTEST * height or w > _WIDEST * height:
        return None
    crumbs = np.ones(len(areas), bool)
    crumbs[kept] = crumbs[0] = False
    if crumbs.any():
        cut[crumbs[labels]] = 0
    part = np.ascontiguousarray(cut[y : y + h, x : x + w])
    box = (candidate.box[0] + first + int(x), candidate.box[1] + int(y), w, h)
    return replace(candidate, box=box, ink=part)

"""What is drawn around digits, a ring or a box, and what it holds.

A digit's own strokes touch it, or stand beside it. What stands in the middle, with the other's
ink on three sides or four and not much smaller, is a character of its own.
"""

from __future__ import annotations

import numpy as np

from edge.arrays import AnyArray
from edge.pieces import Piece, Sheet
from edge.strength import Box

_OWN_HEIGHT = 0.25
"""Height from which on what is enclosed is a character, as a share of what encloses it."""


def encloses(piece: Piece, other: Piece, sheet: Sheet) -> bool:
    """Whether one piece of ink is drawn around another."""
    if not may_enclose(piece.box, other.box):
        return False
    x, y, w, h = piece.box
    top, left = y - sheet.top, x - sheet.left
    own = np.isin(sheet.labels[top : top + h, left : left + w], piece.labels)
    return is_around(own, piece.box, other.box)


def may_enclose(outer: Box, inner: Box) -> bool:
    """Whether a box lies inside another and is large enough to be a character in it."""
    x, y, w, h = outer
    across = x < inner[0] and inner[0] + inner[2] < x + w
    down = y < inner[1] and inner[1] + inner[3] < y + h
    return across and down and inner[3] >= _OWN_HEIGHT * h


def is_around(own: AnyArray, outer: Box, inner: Box) -> bool:
    """Whether there is ink left and right of the middle of a box, and above or below it.

    The fourth side of a box may have been taken for a rule of the paper.

    Args:
        own: (h, w), other than 0 where the outer one has ink, in its box.
        outer: its box.
        inner: a box inside it.
    """
    left, top = inner[0] - outer[0], inner[1] - outer[1]
    right, bottom = left + inner[2], top + inner[3]
    row, column = own[(top + bottom) // 2], own[:, (left + right) // 2]
    beside = bool(row[:left].any() and row[right:].any())
    return beside and bool(column[:top].any() or column[bottom:].any())

"""A page's ink and what of it may be digits, at half the size where that is enough.

What the network sees of a digit is 20 pixels high. A page of large digits takes less time at
half its size and loses nothing by it; grain, creases and what compression left beside the
strokes are lost, and photographed pages are read better.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from edge.arrays import UInt8Array
from edge.halving import halved
from edge.ink import InkMap, find_ink
from edge.laps import Laps
from edge.normalize import BOX
from edge.pieces import Piece
from edge.segment import Candidate, cut_out, find_pieces
from edge.working_copy import working_copy

_LARGE = 0.9 * BOX
"""Height of a piece of ink, in pixels, from which on the network would see hardly more of it at
twice the size: its box is as high, and the ink has a pixel of soft edge on each side."""

_SMALL, _FEW = 0.5 * BOX, 0.1
"""Height of small print and specks, and their share at most of all heights added up."""

_SMALLEST_PAGE = 160
"""Shorter side of a page, in pixels, from which on it is looked at at half its size."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was found on a page.

    Attributes:
        page: (h, w, 3) BGR or (h, w) grey uint8, the page at the size at which it was looked at.
        scale: its pixels for each of the frame.
        ink: the ink on it.
        candidates: what may be digits, in no particular order.
    """

    page: UInt8Array
    scale: float
    ink: InkMap
    candidates: list[Candidate]


def find(frame: UInt8Array, clock: Laps, light_on_dark: bool | None = None) -> Found:
    """Finds what may be digits.

    Args:
        frame: (h, w, 3) BGR or (h, w) grey uint8, upright.
        clock: takes the laps "prepare", "ink" and "segment".
        light_on_dark: whether the writing is brighter than its ground; None finds out.
    """
    page, scale = working_copy(frame)
    clock.lap("prepare")
    if min(page.shape[:2]) >= _SMALLEST_PAGE:
        half = halved(page)
        ink = find_ink(half, light_on_dark)
        clock.lap("ink")
        sheet, pieces = find_pieces(ink)
        if not ink.ruled and _are_large(pieces):
            candidates = cut_out(ink.grey, sheet, pieces)
            clock.lap("segment")
            return Found(half, scale / 2, ink, candidates)
        clock.lap("segment")
    # Rules are thin: they are found, and their crossings mended, at the size the page has.
    ink = find_ink(page, light_on_dark)
    clock.lap("ink")
    candidates = cut_out(ink.grey, *find_pieces(ink))
    clock.lap("segment")
    return Found(page, scale, ink, candidates)


def _are_large(pieces: Sequence[Piece]) -> bool:
    """Whether there is anything, and nearly all of it is large enough to be read as it is."""
    heights = [piece.box[3] for piece in pieces]
    large = sum(height for height in heights if height >= _LARGE)
    small = sum(height for height in heights if height < _SMALL)
    return large > 0.5 * sum(heights) and small <= _FEW * sum(heights)

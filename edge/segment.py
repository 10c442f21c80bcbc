"""From ink to candidates: one piece of ink, or several of one digit, each with its box.

Every size is relative to the frame or to the other candidates, never in pixels: the same
page is found at any resolution.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from edge.arrays import AnyArray, BoolArray, Float64Array, UInt8Array
from edge.clearance import is_edge, sides_clearance, strokes_clearance
from edge.detached import join_strokes
from edge.ink import InkMap
from edge.median import medians
from edge.paper import square
from edge.pieces import Piece, Sheet, number_pieces, pieces_on
from edge.strength import Box

__all__ = ["Box", "Candidate", "cut_out", "find_pieces"]

_FIRM = 0.2 * 255
"""Strength of ink from which on a second look is taken at what seems to be an edge: the edges of
shadows and folds are weaker, and are many."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Ink that may be a digit.

    Attributes:
        box: x, y, width, height in pixels of the frame it was found in.
        ink: (h, w) uint8, this candidate's ink alone, bright on 0, with a margin.
        level: median strength of the ink, 0 to 255, before it was scaled to full.
        clearance: how much darker the ink is than the ground beside it, on its darkest side,
            1 - ink / ground, at most 1; about 0 where the "ink" is itself one side, as at
            the edge of a sheet on a dark desk.
        strokes: the same of each stroke beside its own ground; 0 where nobody looked, because
            it is clear as a whole, or faint.
    """

    box: Box
    ink: UInt8Array
    level: float
    clearance: float
    strokes: float = 0.0


def find_pieces(ink: InkMap) -> tuple[Sheet, list[Piece]]:
    """Finds what may be digits, before it is cut out.

    Returns:
        Where the ink lies, and the pieces, in no particular order; large blots, long rules and
        specks are left out.
    """
    sheet = number_pieces(ink.part)
    shape = ink.grey.shape
    return sheet, join_strokes(pieces_on(sheet, shape), shape, sheet)


def cut_out(grey: UInt8Array, sheet: Sheet, pieces: Sequence[Piece]) -> list[Candidate]:
    """Takes each candidate's ink out of the page, its edges as soft as the camera saw them.

    Args:
        grey: (h, w) uint8, the page's brightness.
        sheet: where the pieces lie.
        pieces: one, or several of one digit, for each candidate.
    """
    if not pieces:
        return []
    strength, ink = _medians(grey, sheet, pieces)
    # A pen's stroke is ink through and through: what the camera saw of it is scaled so that
    # the median of the stroke is full ink.
    levels = np.maximum(1.0, strength).tolist()
    clearances = sides_clearance(grey, [piece.box for piece in pieces], ink).tolist()
    # Each piece with the pixels beside it. Between two pieces they belong to one of them.
    kind = np.float32 if sheet.labels.itemsize > 2 else np.uint16
    beside = cv2.dilate(np.asarray(sheet.labels, kind), square(3))
    candidates = []
    for piece, level, clearance in zip(pieces, levels, clearances, strict=True):
        crop = _crop(sheet, piece, 1)  # a pixel around it holds the soft edge of the stroke
        scaled = _scaled(sheet.strength[crop], _of(beside[crop], piece), level)
        strokes = 0.0
        if level >= _FIRM and is_edge(clearance, level):
            own = _of(sheet.labels[_crop(sheet, piece, 0)], piece)
            strokes = strokes_clearance(grey, piece.box, own)
        candidates.append(Candidate(piece.box, scaled, level, clearance, strokes))
    return candidates


def _medians(
    grey: UInt8Array, sheet: Sheet, pieces: Sequence[Piece]
) -> tuple[Float64Array, Float64Array]:
    """(n,) and (n,): the medians of the pixels of n pieces, of their strength and brightness."""
    count = len(pieces)
    owner = np.full(len(sheet.stats), count)  # nobody's is what is left out
    for index, piece in enumerate(pieces):
        owner[list(piece.labels)] = index
    at, of = sheet.inked
    number = owner.take(of)
    rows, columns = sheet.labels.shape
    there = grey[sheet.top : sheet.top + rows, sheet.left : sheet.left + columns]
    found = medians(
        np.concatenate([number, number + count + 1]),
        np.concatenate([sheet.strength.take(at), there.take(at)]),
        2 * count + 2,
    )
    return found[:count], found[count + 1 : -1]


def _of(labels: AnyArray, piece: Piece) -> BoolArray:
    """Where a piece lies, by a part of the component image."""
    own = np.asarray(labels == piece.labels[0])
    for label in piece.labels[1:]:
        own |= labels == label
    return own


def _scaled(strength: UInt8Array, own: BoolArray, level: float) -> UInt8Array:
    """(h, w) uint8: the strength of a candidate's ink and of the pixels beside it, no others'."""
    scaled = cv2.convertScaleAbs(strength, alpha=255.0 / level)
    return np.asarray(cv2.multiply(scaled, own.view(np.uint8), scaled), np.uint8)


def _crop(sheet: Sheet, piece: Piece, margin: int) -> tuple[slice, slice]:
    """The rows and columns of a sheet that hold a piece, with a margin where it goes on."""
    x, y, w, h = piece.box
    x, y = x - sheet.left, y - sheet.top
    height, width = sheet.labels.shape
    top, left = max(0, y - margin), max(0, x - margin)
    bottom, right = min(height, y + h + margin), min(width, x + w + margin)
    return slice(top, bottom), slice(left, right)

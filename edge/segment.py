"""From ink to candidates: one piece of ink, or several of one digit, each with its box.

Every size is relative to the frame or to the other candidates, never in pixels: the same
page is found at any resolution.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from edge.arrays import AnyArray, BoolArray, Float64Array, Int64Array, UInt8Array
from edge.detached import join_strokes
from edge.ink import InkMap
from edge.median import medians
from edge.paper import square
from edge.pieces import Piece, Sheet, number_pieces, pieces_on
from edge.strength import Box

__all__ = ["Box", "Candidate", "cut_out", "find_pieces"]


_ALONG, _AWAY = 8, 4
"""Pixels of the ground on a side of a digit, along and away from it, that tell its median."""

_SAMPLES = _ALONG * _AWAY

_BITS = 7
"""Places are in parts of 128: the middles of all steps, along and away, are whole ones."""


def _places() -> Int64Array:
    """(2, 4, samples): how far to the right and down on each side of a digit they lie."""
    along, away = ((2 * np.arange(n) + 1 << _BITS) // (2 * n) for n in (_ALONG, _AWAY))
    one, other = (grid.ravel() for grid in np.meshgrid(along, away))
    return np.array([[other, other, one, one], [one, one, other, other]])


_PLACES = _places()


@dataclass(frozen=True, slots=True)
class Candidate:
    """Ink that may be a digit.

    Attributes:
        box: x, y, width, height in pixels of the frame it was found in.
        ink: (h, w) uint8, this candidate's ink alone, bright on 0, with a margin.
        level: median strength of the ink, 0 to 255, before it was scaled to full.
        clearance: how much darker the ink is than the ground on its darkest side,
            1 - ink / ground, at most 1; about 0 where the "ink" is itself one side, as at
            the edge of a sheet on a dark desk.
    """

    box: Box
    ink: UInt8Array
    level: float
    clearance: float


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
    ground = _darkest_side(grey, [piece.box for piece in pieces])
    clearances = (1 - (ink + 1) / (ground + 1)).tolist()
    # Each piece with the pixels beside it. Between two pieces they belong to one of them.
    kind = np.float32 if sheet.labels.itemsize > 2 else np.uint16
    beside = cv2.dilate(np.asarray(sheet.labels, kind), square(3))
    candidates = []
    for piece, level, clearance in zip(pieces, levels, clearances, strict=True):
        crop = _crop(sheet, piece)
        scaled = _scaled(sheet.strength[crop], _of(beside[crop], piece), level)
        candidates.append(Candidate(piece.box, scaled, level, clearance))
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


def _crop(sheet: Sheet, piece: Piece) -> tuple[slice, slice]:
    """The rows and columns of a sheet that hold a piece, and a pixel around it as well."""
    x, y, w, h = piece.box
    height, width = sheet.labels.shape
    # One pixel around the mask holds the soft edge of the stroke.
    top, left = max(0, y - 1 - sheet.top), max(0, x - 1 - sheet.left)
    bottom, right = min(height, y + h + 1 - sheet.top), min(width, x + w + 1 - sheet.left)
    return slice(top, bottom), slice(left, right)


def _darkest_side(grey: UInt8Array, boxes: Sequence[Box]) -> Float64Array:
    """(n,): how bright the ground is on the darkest side of n boxes, by the medians of pixels.

    Where the frame ends there is no side; where it ends on all four, paper, 255.
    """
    x, y, w, h = np.array(boxes, np.int64).T
    margin = np.maximum(2, np.maximum(w, h) // 6)
    height, width = grey.shape
    left, right = np.maximum(0, x - margin), np.minimum(width, x + w + margin)
    top, bottom = np.maximum(0, y - margin), np.minimum(height, y + h + margin)
    # Columns and rows of the four sides, those to the left, to the right, above and below.
    first = np.array([[left, x + w, left, left], [top, top, top, y + h]])
    size = np.array([[x, right, right, right], [bottom, bottom, y, bottom]]) - first
    columns, rows = first[..., None] + (size[..., None] * _PLACES[:, :, None] >> _BITS)
    pixels = grey.take(rows * width + columns, mode="clip")
    pixels.partition((_SAMPLES // 2 - 1, _SAMPLES // 2), axis=2)
    middle = 0.5 * pixels[..., _SAMPLES // 2 - 1] + 0.5 * pixels[..., _SAMPLES // 2]
    middle[~size.all(axis=0)] = 255
    return np.asarray(middle.min(axis=0), np.float64)

"""From ink to candidates: one piece of ink, or several of one digit, each with its box.

Every size is relative to the frame or to the other candidates, never in pixels: the same
page is found at any resolution.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from edge.arrays import AnyArray, BoolArray, UInt8Array
from edge.detached import join_strokes
from edge.ink import InkMap
from edge.median import medians
from edge.paper import square
from edge.pieces import Piece, Sheet, number_pieces, pieces_on
from edge.strength import Box

__all__ = ["Box", "Candidate", "cut_out", "find_pieces"]


_ENOUGH = 300
"""Pixels of a stroke that tell its median strength."""


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
    crops = [_crop(sheet, piece) for piece in pieces]
    own = [_of(sheet.labels[crop], piece) for crop, piece in zip(crops, pieces, strict=True)]
    # A pen's stroke is ink through and through: what the camera saw of it is scaled so that
    # the median of the stroke is full ink.
    inks = [_thinned(sheet.strength[crop][mask]) for crop, mask in zip(crops, own, strict=True)]
    there = grey[sheet.top :, sheet.left :]
    greys = [_thinned(there[crop][mask]) for crop, mask in zip(crops, own, strict=True)]
    sides = [side for piece in pieces for side in _sides(grey, piece.box)]
    found, count = medians([*inks, *greys, *sides]), len(pieces)
    level, dark, side = found[:count], found[count : 2 * count], found[2 * count :]
    levels = np.maximum(1.0, level).tolist()
    # Where the frame ends there is no side, not a number; where it ends on all four, paper.
    darkest = np.fmin.reduce(side.reshape(-1, 4), axis=1, initial=255.0)
    clearances = (1 - (dark + 1) / (darkest + 1)).tolist()
    # Each piece with the pixels beside it. Between two pieces they belong to one of them.
    kind = np.float32 if sheet.labels.itemsize > 2 else np.uint16
    beside = cv2.dilate(np.asarray(sheet.labels, kind), square(3))
    return [
        Candidate(
            piece.box,
            _scaled(sheet.strength[crop], _of(beside[crop], piece), level),
            level,
            clearance,
        )
        for piece, crop, level, clearance in zip(pieces, crops, levels, clearances, strict=True)
    ]


def _of(labels: AnyArray, piece: Piece) -> BoolArray:
    """Where a piece lies, by a part of the component image."""
    own = np.asarray(labels == piece.labels[0])
    for label in piece.labels[1:]:
        own |= labels == label
    return own


def _thinned(values: UInt8Array) -> UInt8Array:
    """Some of the pixels of a stroke: they tell its median as well as all."""
    return values[:: 1 + len(values) // _ENOUGH]


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


def _sides(grey: UInt8Array, box: Box) -> list[UInt8Array]:
    """The ground on the four sides of a box, empty where the frame ends."""
    x, y, w, h = box
    margin = max(2, max(w, h) // 6)
    height, width = grey.shape
    left, right = max(0, x - margin), min(width, x + w + margin)
    top, bottom = max(0, y - margin), min(height, y + h + margin)
    # Some pixels of the ground tell its median as well as all.
    every = 1 + margin // 4
    return [
        grey[top:bottom:every, left:x:every],
        grey[top:bottom:every, x + w : right : every],
        grey[top:y:every, left:right:every],
        grey[y + h : bottom : every, left:right:every],
    ]

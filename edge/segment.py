"""From ink to candidates: one piece of ink, or several of one digit, each with its box.

Every size is relative to the frame or to the other candidates, never in pixels: the same
page is found at any resolution.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from edge.arrays import BoolArray, UInt8Array
from edge.detached import join_strokes
from edge.ink import InkMap
from edge.median import medians
from edge.pieces import Box, Piece, Sheet, number_pieces, pieces_on

__all__ = ["Box", "Candidate", "cut_out", "find_candidates"]

_BESIDE = np.ones((3, 3), np.uint8)


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


def find_candidates(ink: InkMap) -> list[Candidate]:
    """Finds what may be digits.

    Returns:
        Candidates in no particular order; large blots, long rules and specks are left out.
    """
    sheet = number_pieces(ink)
    pieces = join_strokes(pieces_on(sheet, ink.mask.shape), ink.mask.shape, sheet)
    return cut_out(ink, sheet, pieces)


def cut_out(ink: InkMap, sheet: Sheet, pieces: Sequence[Piece]) -> list[Candidate]:
    """Takes each candidate's ink out of the page, its edges as soft as the camera saw them."""
    crops = [_crop(ink, sheet, piece) for piece in pieces]
    # A pen's stroke is ink through and through: what the camera saw of it is scaled so that
    # the median of the stroke is full ink.
    inks = [strength[own] for own, strength, _ in crops]
    greys = [grey[own] for own, _, grey in crops]
    sides = [side for piece in pieces for side in _sides(ink.grey, piece.box)]
    level, grey, side = np.split(medians([*inks, *greys, *sides]), [len(inks), 2 * len(inks)])
    levels = np.maximum(1.0, level).tolist()
    # Where the frame ends there is no side; where it ends on all four, paper.
    darkest = np.nan_to_num(side.reshape(-1, 4), nan=255.0).min(axis=1, initial=255.0)
    clearances = (1 - (grey + 1) / (darkest + 1)).tolist()
    return [
        Candidate(piece.box, _softened(own, strength, level), level, clearance)
        for piece, (own, strength, _), level, clearance in zip(
            pieces, crops, levels, clearances, strict=True
        )
    ]


def _crop(ink: InkMap, sheet: Sheet, piece: Piece) -> tuple[BoolArray, UInt8Array, UInt8Array]:
    """Where a piece has ink, how strong, and the grey there; a pixel around it as well."""
    x, y, w, h = piece.box
    height, width = ink.mask.shape
    # One pixel around the mask holds the soft edge of the stroke.
    top, left = max(0, y - 1), max(0, x - 1)
    bottom, right = min(height, y + h + 1), min(width, x + w + 1)
    region = sheet.labels[
        top - sheet.top : bottom - sheet.top, left - sheet.left : right - sheet.left
    ]
    own = region == piece.labels[0]
    for label in piece.labels[1:]:
        own |= region == label
    return own, ink.strength[top:bottom, left:right], ink.grey[top:bottom, left:right]


def _softened(own: BoolArray, strength: UInt8Array, level: float) -> UInt8Array:
    """(h, w) uint8: the strength of a candidate's ink and of the pixels beside it, no others'."""
    core = cv2.dilate(own.view(np.uint8), _BESIDE)
    scaled = cv2.convertScaleAbs(strength, alpha=255.0 / level)
    return np.asarray(cv2.multiply(scaled, core), np.uint8)


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

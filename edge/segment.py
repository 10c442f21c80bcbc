"""From ink to candidates: one piece of ink, or several of one digit, each with its box.

Every size is relative to the frame or to the other candidates, never in pixels: the same
page is found at any resolution.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from edge.arrays import UInt8Array
from edge.detached import join_strokes
from edge.ink import InkMap
from edge.median import median
from edge.pieces import Box, Piece, Sheet, number_pieces, pieces_on

__all__ = ["Box", "Candidate", "cut", "find_candidates"]


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
    pieces = pieces_on(sheet, ink.mask.shape)
    return [cut(ink, sheet, piece) for piece in join_strokes(pieces, ink.mask.shape)]


def cut(ink: InkMap, sheet: Sheet, piece: Piece) -> Candidate:
    """Takes one candidate's ink out of the page, its edges as soft as the camera saw them."""
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
    core = own.astype(np.uint8) * 255
    soft = cv2.dilate(core, np.ones((3, 3), np.uint8))
    strength = ink.strength[top:bottom, left:right]
    # A pen's stroke is ink through and through: what the camera saw of it is scaled so that
    # the median of the stroke is full ink.
    level = max(1.0, median(strength[own]))
    crop = cv2.min(cv2.convertScaleAbs(strength, alpha=255.0 / level), soft)
    own_grey = median(ink.grey[top:bottom, left:right][own])
    return Candidate(
        piece.box, np.asarray(crop, np.uint8), level, _clearance(ink, piece.box, own_grey)
    )


def _clearance(ink: InkMap, box: Box, own_grey: float) -> float:
    """1 - ink / ground, the ground being the darkest of the four sides of a box."""
    x, y, w, h = box
    margin = max(2, max(w, h) // 6)
    height, width = ink.mask.shape
    left, right = max(0, x - margin), min(width, x + w + margin)
    top, bottom = max(0, y - margin), min(height, y + h + margin)
    sides = (
        ink.grey[top:bottom, left:x],
        ink.grey[top:bottom, x + w : right],
        ink.grey[top:y, left:right],
        ink.grey[y + h : bottom, left:right],
    )
    darkest = min((median(side) for side in sides if side.size), default=255.0)
    return 1 - (own_grey + 1) / (darkest + 1)

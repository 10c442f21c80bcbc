"""From ink to candidates: one piece of ink, or several of one digit, each with its box.

Every size is relative to the frame or to the other candidates, never in pixels: the same
page is found at any resolution.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from edge.arrays import Float64Array, Int32Array, UInt8Array
from edge.ink import InkMap
from edge.median import median

SMALLEST = 0.011
"""Least height of a digit, as a share of the frame's long side."""

LARGEST = 0.97
"""Largest height and width of a digit, as a share of the frame's: what is larger is no
digit in a picture but an edge of the picture."""

MOST_STROKES = 2
"""Most detached strokes that a digit has beside its body."""

Box = tuple[int, int, int, int]
"""x, y, width, height in pixels."""


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


@dataclass(frozen=True, slots=True)
class Piece:
    """One connected piece of ink: its labels in the component image, its box, its area."""

    labels: tuple[int, ...]
    box: Box
    area: int


def find_candidates(ink: InkMap) -> list[Candidate]:
    """Finds what may be digits.

    Returns:
        Candidates in no particular order; large blots, long rules and specks are left out.
    """
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink.mask, connectivity=8)
    if count <= 1:
        return []
    pieces = _pieces(stats.astype(np.int32, copy=False), ink.mask.shape)
    return [cut(ink, labels.astype(np.int32, copy=False), p) for p in _join(pieces, ink.mask.shape)]


def cut(ink: InkMap, labels: Int32Array, piece: Piece) -> Candidate:
    """Takes one candidate's ink out of the page, its edges as soft as the camera saw them."""
    x, y, w, h = piece.box
    height, width = ink.mask.shape
    # One pixel around the mask holds the soft edge of the stroke.
    top, left = max(0, y - 1), max(0, x - 1)
    bottom, right = min(height, y + h + 1), min(width, x + w + 1)
    region = labels[top:bottom, left:right]
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


def _pieces(stats: Int32Array, shape: tuple[int, ...]) -> list[Piece]:
    """The connected pieces that are neither specks nor larger than any digit."""
    least = max(3.0, SMALLEST * max(shape))
    pieces = []
    for label, (x, y, w, h, area) in enumerate(stats.tolist()):
        if label == 0 or max(w, h) < least * 0.35:
            continue
        if h > LARGEST * shape[0] or w > LARGEST * shape[1]:
            continue
        pieces.append(Piece((label,), (x, y, w, h), area))
    return pieces


def _join(pieces: list[Piece], shape: tuple[int, ...]) -> list[Piece]:
    """Joins detached strokes of one digit: the bar of a 5, the foot of a 2 or a 1."""
    least = max(6.0, SMALLEST * max(shape))
    bodies = sorted((p for p in pieces if p.box[3] >= least), key=lambda p: -p.box[2] * p.box[3])
    specks = [piece for piece in pieces if piece.box[3] < least]
    parts = [*bodies, *specks]
    boxes = np.array([part.box for part in parts], np.float64).reshape(-1, 4)
    taken: set[int] = set()
    joined = []
    for index, body in enumerate(bodies):
        if index in taken:
            continue
        near = [
            other
            for other in _near(body.box, boxes)
            if other > index and other not in taken and _belongs(body, parts[other])
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


def _near(box: Box, boxes: Float64Array) -> list[int]:
    """Which of (n, 4) boxes are close enough to one to be looked at by `_belongs`."""
    x, y, w, h = box
    left, top = boxes[:, 0], boxes[:, 1]
    close_x = (left <= x + w + 0.06 * h) & (left + boxes[:, 2] >= x - 0.06 * h)
    close_y = (top <= y + h + 0.12 * h) & (top + boxes[:, 3] >= y - 0.12 * h)
    found: list[int] = np.flatnonzero(close_x & close_y & (boxes[:, 3] <= 0.6 * h)).tolist()
    return found


def _belongs(body: Piece, part: Piece) -> bool:
    """Whether a smaller piece is a stroke of the larger one's digit."""
    bx, by, bw, bh = body.box
    px, py, pw, ph = part.box
    if ph > 0.6 * bh or pw > 1.1 * max(bw, 0.75 * bh):
        return False
    gap_y = max(by - (py + ph), py - (by + bh), 0)
    gap_x = max(bx - (px + pw), px - (bx + bw), 0)
    overlap_x = min(bx + bw, px + pw) - max(bx, px)
    from_middle = abs(py + ph / 2 - (by + bh / 2))
    bar_at_an_end = (
        gap_x <= 0.06 * bh
        and from_middle > 0.15 * bh
        and gap_y <= 0.12 * bh
        and pw >= 0.25 * bw
        and (overlap_x >= 0.25 * pw or gap_x <= 0.06 * bh)
        and pw > ph
    )
    inside = px >= bx - 0.02 * bh and px + pw <= bx + bw + 0.02 * bh and gap_y == 0
    return bar_at_an_end or inside


def _union(one: Piece, other: Piece) -> Piece:
    x, y = min(one.box[0], other.box[0]), min(one.box[1], other.box[1])
    right = max(one.box[0] + one.box[2], other.box[0] + other.box[2])
    bottom = max(one.box[1] + one.box[3], other.box[1] + other.box[3])
    return Piece(one.labels + other.labels, (x, y, right - x, bottom - y), one.area + other.area)

"""Connected pieces of ink, with where they stand and how strong they are."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from edge.arrays import AnyArray, Float64Array, Int32Array
from edge.ink import InkMap

SMALLEST = 0.011
"""Least height of a digit, as a share of the frame's long side."""

LARGEST = 0.97
"""Largest height and width of a digit, as a share of the frame's: what is larger is no
digit in a picture but an edge of the picture."""

Box = tuple[int, int, int, int]
"""x, y, width, height in pixels."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One connected piece of ink.

    Attributes:
        labels: its numbers in the component image.
        box: x, y, width, height in pixels.
        strength: mean strength of its ink, 0 to 255.
    """

    labels: tuple[int, ...]
    box: Box
    strength: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """The part of a page that holds all of its ink, its connected pieces numbered.

    Attributes:
        left: its first column on the page.
        top: its first row on the page.
        labels: (h, w) integers, the number of the piece at each pixel, 0 for paper.
        stats: (n, 5) int32, box and area of each, in pixels of the sheet.
        strengths: (n,) mean strength of each piece's ink.
    """

    left: int
    top: int
    labels: AnyArray
    stats: Int32Array
    strengths: Float64Array


def number_pieces(ink: InkMap) -> Sheet:
    """Numbers the pieces of ink; a page's margins, half of it often, are not looked at."""
    height, width = ink.mask.shape
    x, y, w, h = cv2.boundingRect(ink.mask)
    # A pixel more on each side: candidates are cut out with their soft edges.
    left, top = max(0, x - 1), max(0, y - 1)
    here = slice(top, min(height, y + h + 1)), slice(left, min(width, x + w + 1))
    mask = np.ascontiguousarray(ink.mask[here])
    # Short numbers take a third of the time, and no page has more pieces than pixels of ink.
    kind = cv2.CV_16U if cv2.countNonZero(mask) < 1 << 16 else cv2.CV_32S
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8, ltype=kind)
    inked = np.flatnonzero(mask.view(bool))
    of = labels.ravel().take(inked)
    total = np.bincount(of, ink.strength[here].ravel().take(inked), count)
    strengths = total / np.maximum(np.bincount(of, minlength=count), 1)
    return Sheet(left, top, labels, np.asarray(stats, np.int32), strengths)


def pieces_on(sheet: Sheet, shape: tuple[int, ...]) -> list[Piece]:
    """The connected pieces that are neither specks nor larger than any digit."""
    least = max(3.0, SMALLEST * max(shape))
    pieces = []
    for label, (x, y, w, h, _) in enumerate(sheet.stats.tolist()):
        if label == 0 or max(w, h) < least * 0.35:
            continue
        if h > LARGEST * shape[0] or w > LARGEST * shape[1]:
            continue
        box = x + sheet.left, y + sheet.top, w, h
        pieces.append(Piece((label,), box, float(sheet.strengths[label])))
    return pieces

"""Connected pieces of ink, with where they stand and how strong they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from edge.arrays import AnyArray, Float64Array, Int32Array, Int64Array, UInt8Array
from edge.strength import Box
from edge.threshold import Ink

SMALLEST = 0.011
"""Least height of a digit, as a share of the frame's long side."""

LARGEST = 0.97
"""Largest height and width of a digit, as a share of the frame's: what is larger is no
digit in a picture but an edge of the picture."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One connected piece of ink.

    Attributes:
        labels: its numbers in the component image.
        box: x, y, width, height in pixels.
        measure: the mean strength, 0 to 255, of the ink of the piece of a number.
    """

    labels: tuple[int, ...]
    box: Box
    measure: Callable[[int], float]

    @property
    def strength(self) -> float:
        """Mean strength of its ink, 0 to 255; most pieces are never asked."""
        return self.measure(self.labels[0])


@dataclass(frozen=True)
class Sheet:
    """The part of a page that holds all of its ink, its connected pieces numbered.

    Attributes:
        left: its first column on the page.
        top: its first row on the page.
        labels: (h, w) integers, the number of the piece at each pixel, 0 for paper.
        stats: (n, 5) int32, box and area of each, in pixels of the sheet.
        strength: (h, w) uint8, strength of the ink.
    """

    left: int
    top: int
    labels: AnyArray
    stats: Int32Array
    strength: UInt8Array

    def strength_of(self, label: int) -> float:
        """Mean strength of a piece's ink, 0 to 255."""
        return float(self._strengths[label])

    @cached_property
    def inked(self) -> tuple[Int64Array, Int64Array]:
        """(m,) places of all ink, row after row, and (m,) the number of the piece at each."""
        at = np.flatnonzero(self.labels.ravel() != 0)  # of truth values: eight times as fast
        return at, self.labels.take(at).astype(np.int64)

    @cached_property
    def _strengths(self) -> Float64Array:
        """(n,) of all at once."""
        at, of = self.inked
        count = len(self.stats)
        total = np.bincount(of, self.strength.take(at), count)
        return total / np.maximum(np.bincount(of, minlength=count), 1)


def number_pieces(ink: Ink) -> Sheet:
    """Numbers the pieces of ink; a page's margins, half of it often, are not looked at."""
    # Short numbers take a third of the time, and no page has more pieces than pixels of ink.
    kind = cv2.CV_16U if cv2.countNonZero(ink.mask) < 1 << 16 else cv2.CV_32S
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink.mask, connectivity=8, ltype=kind)
    return Sheet(*ink.box[:2], labels, np.asarray(stats, np.int32), ink.strength)


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
        pieces.append(Piece((label,), box, sheet.strength_of))
    return pieces

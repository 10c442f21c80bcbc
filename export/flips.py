"""A picture of the images on which a file and its parent disagree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from edge.arrays import BoolArray, Int64Array, UInt8Array
from edge.pictures import save_picture
from edge.prediction import Prediction
from export.images import ImageSet

_CELL, _TEXT, _COLUMNS, _MOST = 112, 40, 8, 64
_WHITE, _GREY = 255, (110, 110, 110)
_LOST, _WON, _OTHER = (40, 40, 200), (60, 130, 40), (60, 60, 60)
_THRESHOLD = 0.5
_FONT = cv2.FONT_HERSHEY_SIMPLEX


@dataclass(frozen=True, slots=True)
class AnswerPair:
    """What two models say of the same images.

    Attributes:
        images: what both were shown.
        reference: the answers of Keras.
        candidate: the answers of the file.
    """

    images: ImageSet
    reference: Prediction
    candidate: Prediction

    @property
    def is_digit_agreement(self) -> float | None:
        """Share that both take, or both refuse, as digits; None without that output."""
        takes = self._takes()
        return None if takes is None else float(np.mean(takes[0] == takes[1]))

    def flipped_rows(self, *, refusals: bool = False) -> Int64Array:
        """Indices of the images that are judged another way, the furthest apart first.

        Args:
            refusals: by what is a digit at all, instead of by the label.

        Returns:
            Where none is judged another way, all images in that order.
        """
        one, other = self.reference, self.candidate
        takes = self._takes()
        if refusals and takes is not None and one.is_digit is not None:
            flipped = takes[0] != takes[1]
            apart = np.abs(
                one.is_digit - (one.is_digit if other.is_digit is None else other.is_digit)
            )
        else:
            flipped = one.labels != other.labels
            apart = np.abs(one.probabilities - other.probabilities).max(axis=1)
        rows = np.flatnonzero(flipped) if flipped.any() else np.arange(len(flipped))
        return np.asarray(rows[np.argsort(-apart[rows], kind="stable")], np.int64)

    def caption(self, row: int, labels: Sequence[str], *, refusals: bool) -> tuple[str, str]:
        """What the parent and the file say of one image, and how surely."""
        one, other = self.reference, self.candidate
        if refusals and one.is_digit is not None and other.is_digit is not None:
            before, after = float(one.is_digit[row]), float(other.is_digit[row])
            names = [("digit" if value >= _THRESHOLD else "none") for value in (before, after)]
        else:
            before, after = (float(p.probabilities[row].max()) for p in (one, other))
            names = [labels[p.labels[row]][:6] for p in (one, other)]
        return f"{names[0]} > {names[1]}", f"{before:.2f} {after:.2f}"

    def color(self, row: int) -> tuple[int, int, int]:
        """BGR: red where the file lost, green where it won, grey where nobody knows."""
        said, became = self.reference.labels[row], self.candidate.labels[row]
        if self.images.labels is None or said == became:
            return _OTHER
        truth = self.images.labels[row]
        return _LOST if truth == said else _WON if truth == became else _OTHER

    def _takes(self) -> tuple[BoolArray, BoolArray] | None:
        one, other = self.reference.is_digit, self.candidate.is_digit
        return None if one is None or other is None else (one >= _THRESHOLD, other >= _THRESHOLD)


def draw_flips(
    path: Path, title: str, pair: AnswerPair, labels: Sequence[str], *, refusals: bool = False
) -> None:
    """Writes up to 64 flipped images: "4 > 9" says that the parent read 4 and the file 9.

    Raises:
        InputError: nothing can be written there.
    """
    rows = pair.flipped_rows(refusals=refusals)[:_MOST]
    count = -(-len(rows) // _COLUMNS)
    canvas = np.full((30 + count * (_CELL + _TEXT), _COLUMNS * _CELL, 3), _WHITE, np.uint8)
    cv2.putText(canvas, title, (6, 20), _FONT, 0.5, (0, 0, 0), 1, cv2.LINE_AA)
    for place, row in enumerate(int(one) for one in rows):
        top = 30 + (place // _COLUMNS) * (_CELL + _TEXT)
        left = (place % _COLUMNS) * _CELL
        image = _thumbnail(pair.images.images[row])
        canvas[top : top + _CELL - 4, left + 2 : left + _CELL - 2] = image
        names, sure = pair.caption(row, labels, refusals=refusals)
        at = (left + 4, top + _CELL + 10)
        cv2.putText(canvas, names, at, _FONT, 0.45, pair.color(row), 1, cv2.LINE_AA)
        at = (left + 4, top + _CELL + 26)
        cv2.putText(canvas, sure, at, _FONT, 0.38, _GREY, 1, cv2.LINE_AA)
    save_picture(path, canvas)


def _thumbnail(image: UInt8Array) -> UInt8Array:
    """(h, w) or (h, w, 3) RGB to (_CELL - 4, _CELL - 4, 3) BGR; grey as ink on paper."""
    if image.ndim == 2:
        image = np.asarray(cv2.cvtColor(255 - image, cv2.COLOR_GRAY2BGR), np.uint8)
    else:
        image = np.asarray(image[..., ::-1], np.uint8)
    side = _CELL - 4
    big = cv2.resize(np.ascontiguousarray(image), (side, side), interpolation=cv2.INTER_NEAREST)
    return np.asarray(big, np.uint8)

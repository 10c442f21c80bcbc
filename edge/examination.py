"""What every stage of a reading made of a frame, and how surely it was read."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from edge.acceptance import Verdict
from edge.arrays import UInt8Array
from edge.ink import InkMap
from edge.median import median
from edge.prediction import Prediction
from edge.reading import Reading
from edge.segment import Candidate
from edge.words import CHARACTER

_TURNED = 0.91
"""Least mean confidence of a turned page's digits.

Turned over, a third to a half of all letters passes for digits, but with confidences of 0.75 to
0.91 on the mean of drawn pages; on photographed pages of digits it was 0.96 and more.
"""

_TURNED_WORDS = 0.95
"""The same where more of what is as large as a character was refused than was read."""

_LEVEL = 0.4
"""Least strength of a character's ink, as a share of the median digit's."""

_CLEAR = 4, 0.25
"""Digits from which on a page may be clear, and their least share of what might be digits."""


@dataclass(frozen=True, slots=True)
class Examination:
    """What every stage of a reading made of a frame.

    Attributes:
        page: (h, w, 3) BGR or (h, w) grey uint8, the frame upright, at the size at which
            it was looked at.
        ink: the ink found on it.
        found: the pieces of ink that were looked at first.
        said: what the network said of each of them.
        candidates: n pieces of ink that may be digits, joined and cut apart, boxes in pixels of
            `page`.
        images: (n, 28, 28) uint8, what the network saw of each.
        prediction: what it said of each, the unsure after a second look.
        verdicts: what became of each.
        turns: quarter turns, anticlockwise, that made the frame upright.
        reading: the result, boxes in pixels of the frame as given.
    """

    page: UInt8Array
    ink: InkMap
    found: Sequence[Candidate]
    said: Prediction
    candidates: Sequence[Candidate]
    images: UInt8Array
    prediction: Prediction
    verdicts: Sequence[Verdict]
    turns: int
    reading: Reading


def page_sureness(examination: Examination) -> float:
    """How much of a page is surely read: specks weigh little, halves of a digit half.

    So do 1s, of which wood, cloth and the grain of paper that moved are full: together they
    weigh no more than the other digits and one of them.

    Returns:
        Pixels of the frame, 0.0 where nothing was read: the longer sides of the digits' boxes,
        each times the digit's confidence, a 1's at half, added up.
    """
    found = examination.reading.detections
    ones = [0.5 * d.confidence * max(d.box[2:]) for d in found if d.digit == "1"]
    others = sum(d.confidence * max(d.box[2:]) for d in found if d.digit != "1")
    return others + min(sum(ones), others + max(ones, default=0.0))


def is_clear(examination: Examination) -> bool:
    """Whether a page is so surely read that nobody need look at its negative.

    A page's negative has hardly a digit: what is between strokes is not shaped like one.
    """
    sizes = np.array([max(one.box[2:]) for one in examination.candidates], np.float64)
    read = np.array([verdict is Verdict.ACCEPTED for verdict in examination.verdicts], bool)
    return int(read.sum()) >= _CLEAR[0] and float(sizes @ read) >= _CLEAR[1] * float(sizes.sum())


def is_surely_turned(examination: Examination) -> bool:
    """Whether what a turned page was read as is reason enough to turn it.

    Of words that are turned over, many a letter is a digit, but few of them surely.
    """
    confidences = [one.confidence for one in examination.reading.detections]
    if not confidences:
        return False
    read = [verdict is Verdict.ACCEPTED for verdict in examination.verdicts]
    digits = list(itertools.compress(examination.candidates, read))
    size = CHARACTER * median([max(one.box[2:]) for one in digits])
    level = _LEVEL * median([one.level for one in digits])
    refused = sum(
        max(one.box[2:]) >= size and one.level >= level and not taken
        for one, taken in zip(examination.candidates, read, strict=True)
    )
    least = _TURNED_WORDS if refused > len(digits) else _TURNED
    return sum(confidences) / len(confidences) >= least

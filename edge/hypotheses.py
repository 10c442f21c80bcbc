"""Second thoughts: strokes that only together are a digit, and digits that grew together.

Where the network refuses a piece of ink, its neighbour may be the missing stroke, or it
may be two digits. Both are tried, and kept only where the network is sure of the outcome
and was not sure before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from edge.arrays import Float64Array, UInt8Array
from edge.median import median
from edge.segment import Box, Candidate

SURE = 0.85
"""How sure the network must be of every part of an outcome."""

UNSURE = 0.5
"""How unsure it must have been of what the outcome replaces."""

_GAP = 0.16  # between the strokes of one digit, as a share of its height
_WIDEST = 1.15  # a digit's width, as a share of its height
_GROWN = (0.75, 2.4)  # width over height of two digits grown together
_CUTS = 3  # places at which a cut is tried


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """What some candidates may be instead.

    Attributes:
        replaces: indices of the candidates that it stands for.
        parts: what takes their place.
    """

    replaces: tuple[int, ...]
    parts: tuple[Candidate, ...]


def hypotheses(candidates: Sequence[Candidate], sure: Float64Array) -> list[Hypothesis]:
    """What is worth a second look.

    Args:
        candidates: n candidates.
        sure: (n,) how sure the network is that each is a digit that it knows, in [0, 1].
    """
    if not (sure > SURE).any():
        return []  # a page without any digit is no place for guesses
    typical = median([c.box[3] for c, s in zip(candidates, sure, strict=True) if s > SURE])
    boxes = np.array([candidate.box for candidate in candidates], np.float64)
    found = []
    for index, candidate in enumerate(candidates):
        if sure[index] >= UNSURE:
            continue
        height = candidate.box[3]
        if not 0.3 * typical <= height <= 2.0 * typical:
            continue
        found += [
            Hypothesis((index, other), (join([candidate, candidates[other]]),))
            for other in _joinable(candidate.box, boxes, typical)
            if other != index
        ]
        if 0.6 * typical <= height and _GROWN[0] <= candidate.box[2] / height <= _GROWN[1]:
            found += [
                Hypothesis((index,), halves)
                for column in _cuts(candidate.ink)
                if (halves := split(candidate, column))
            ]
    return found


def choose(outcomes: Sequence[Hypothesis], sure: Sequence[Float64Array]) -> list[int]:
    """The hypotheses to believe: every part sure, the surest first, none twice.

    Args:
        outcomes: n hypotheses.
        sure: for each, how sure the network is of its parts.

    Returns:
        Indices into `outcomes`.
    """
    taken: set[int] = set()
    chosen = []
    least = [float(np.min(one)) for one in sure]
    for index in sorted(range(len(outcomes)), key=lambda i: -least[i]):
        if least[index] >= SURE and not taken & set(outcomes[index].replaces):
            chosen.append(index)
            taken |= set(outcomes[index].replaces)
    return chosen


def join(parts: Sequence[Candidate]) -> Candidate:
    """Several candidates as one."""
    left = min(part.box[0] for part in parts)
    top = min(part.box[1] for part in parts)
    right = max(part.box[0] + part.box[2] for part in parts)
    bottom = max(part.box[1] + part.box[3] for part in parts)
    canvas = np.zeros((bottom - top + 2, right - left + 2), np.uint8)
    for part in parts:
        x, y, w, h = part.box
        ink = _inside(part)
        at = canvas[y - top + 1 : y - top + 1 + h, x - left + 1 : x - left + 1 + w]
        np.maximum(at, ink, out=at)
    return Candidate(
        (left, top, right - left, bottom - top),
        canvas,
        max(part.level for part in parts),
        max(part.clearance for part in parts),
    )


def split(candidate: Candidate, column: int) -> tuple[Candidate, ...]:
    """A candidate cut at a column of its ink; empty when one side holds next to nothing."""
    halves = []
    ink = _inside(candidate)
    for first, last in ((0, column), (column, ink.shape[1])):
        half = np.ascontiguousarray(ink[:, first:last])
        x, y, w, h = cv2.boundingRect((half > 127).astype(np.uint8))
        if h < 0.5 * ink.shape[0]:
            return ()
        box = (candidate.box[0] + first + x, candidate.box[1] + y, w, h)
        halves.append(Candidate(box, half, candidate.level, candidate.clearance))
    return tuple(halves)


def _inside(candidate: Candidate) -> UInt8Array:
    """A candidate's ink within its box, without the margin that carries the soft edge."""
    x, y, w, h = candidate.box
    rows, columns = candidate.ink.shape
    # The margin is missing on a side where the frame ends.
    top = 1 if rows > h and y > 0 else 0
    left = 1 if columns > w and x > 0 else 0
    return candidate.ink[top : top + h, left : left + w]


def _joinable(one: Box, boxes: Float64Array, typical: float) -> list[int]:
    """Which of (n, 4) boxes stand to one as the strokes of a digit stand to each other."""
    start, end = np.array(one[:2]), np.array(one[:2]) + one[2:]
    starts, ends = boxes[:, :2], boxes[:, :2] + boxes[:, 2:]
    width, height = (np.maximum(end, ends) - np.minimum(start, starts)).T
    gap = (np.maximum(start, starts) - np.minimum(end, ends)).max(axis=1)
    near = (gap <= _GAP * height) & (width <= _WIDEST * height)
    alike = (0.6 * typical <= height) & (height <= 1.7 * typical)
    found: list[int] = np.flatnonzero(near & alike).tolist()
    return found


def _cuts(ink: UInt8Array) -> list[int]:
    """The columns in the middle of a piece that hold least ink, at most _CUTS, apart."""
    profile = ink.sum(axis=0, dtype=np.float64)
    width = len(profile)
    middle = np.arange(int(0.25 * width), int(0.75 * width) + 1)
    cuts: list[int] = []
    for column in middle[np.argsort(profile[middle], kind="stable")]:
        if all(abs(column - other) > 0.12 * width for other in cuts):
            cuts.append(int(column))
        if len(cuts) == _CUTS:
            break
    return cuts

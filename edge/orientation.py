"""Which way up a page lies: every candidate is read in all four, and they vote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from edge.acceptance import Acceptance, Verdict
from edge.arrays import UInt8Array
from edge.context import judge, typical
from edge.drawings import drawn_around
from edge.normalize import normalize_all
from edge.prediction import Prediction
from edge.reading import Reading
from edge.segment import Box, Candidate
from edge.session import Session
from edge.words import CHARACTER

FEWEST_VOTERS = 2
"""Fewer turn no page on which anything is read as it is: a lone digit is a crop more often than
a page on its side."""

LONE = 0.99
"""How surely a lone digit must be read to turn a page on which nothing is read as it is. Of drawn
letters, signs and scribbles standing alone one in twenty is turned by it and read."""

MARGIN = 0.5
"""By how much, in digits surely read, another orientation must beat the one in which the
picture was taken: 8s and 0s are no reason to turn a page."""


def upright_turns(
    candidates: Sequence[Candidate],
    prediction: Prediction,
    session: Session,
    acceptance: Acceptance,
    one: int,
    frame_size: tuple[int, int],
) -> int:
    """How a page must be turned to be read.

    A candidate votes where it would be taken for a digit, what surrounds it considered as
    when the page is read: print has no say. Specks are many, but weigh little.

    Args:
        candidates: n candidates, boxes in pixels of the frame as it is.
        prediction: what the network says of each as it is.
        session: the network.
        acceptance: what it takes to be a digit.
        one: index of the label "1", -1 when there is none.
        frame_size: (h, w) of the frame.

    Returns:
        Quarter turns anticlockwise, 0 to 3, as `numpy.rot90` takes them.
    """
    if not candidates:
        return 0
    sure = np.zeros((4, len(candidates)))
    strokes = np.zeros((4, len(candidates)), bool)
    for turns in range(4):
        said = session.run(_normalize_turned(candidates, turns)) if turns else prediction
        size = frame_size[::-1] if turns % 2 else frame_size
        there = [_turned(candidate, turns, size) for candidate in candidates]
        verdicts = judge(there, said, acceptance, one, size)
        sure[turns] = said.sureness * [verdict is Verdict.ACCEPTED for verdict in verdicts]
        strokes[turns] = said.labels == one
    sizes = np.array([max(candidate.box[2:]) for candidate in candidates], np.float64)
    # A ring is a 0 whichever way it lies, but for what it is drawn around.
    somehow = np.asarray((sure > 0).any(axis=0), bool)
    rings = drawn_around(candidates, somehow, np.ones(len(candidates), bool))
    sure[:, rings] = 0
    voters = sure > 0
    if not voters.any():
        return 0
    usual = typical(sizes[voters.any(axis=0)], sizes[voters.any(axis=0)])
    weighed = sure * np.minimum(1, sizes / usual)
    others = (weighed * ~strokes).sum(axis=1)
    # A desk's grain is full of 1s: they count for no more than what stands beside them.
    votes = others + np.minimum((weighed * strokes).sum(axis=1), others)
    best = int(votes.argmax())
    if voters[best].sum() >= FEWEST_VOTERS:
        return best if votes[best] > votes[0] + MARGIN else 0
    # Of more characters, the largest taken for a digit, it is a page of words.
    few = np.count_nonzero(sizes >= CHARACTER * sizes.max()) <= FEWEST_VOTERS
    surest = int(others.argmax())
    return surest if few and not voters[0].any() and others[surest] >= LONE else 0


def _normalize_turned(candidates: Sequence[Candidate], turns: int) -> UInt8Array:
    """(n, 28, 28) uint8: every candidate by itself turned by quarters, anticlockwise."""
    return normalize_all([np.ascontiguousarray(np.rot90(one.ink, turns)) for one in candidates])


def _turned(candidate: Candidate, turns: int, size: tuple[int, int]) -> Candidate:
    """A candidate as it is on the page turned by quarters, which is then of `size`."""
    if not turns:
        return candidate
    ink = np.rot90(candidate.ink, turns)
    return replace(candidate, box=turn_box_back(candidate.box, -turns, size), ink=ink)


def turn(frame: UInt8Array, turns: int) -> UInt8Array:
    """The frame turned by quarters, anticlockwise."""
    return np.ascontiguousarray(np.rot90(frame, turns)) if turns % 4 else frame


def turn_box_back(box: Box, turns: int, shape: tuple[int, ...]) -> Box:
    """A box of a turned frame in pixels of the frame as it was.

    Args:
        box: x, y, width, height in the turned frame.
        turns: quarter turns anticlockwise that the frame was turned by.
        shape: (h, w, ...) of the frame before.
    """
    height, width = shape[:2]
    x, y, w, h = box
    match turns % 4:
        case 1:
            return width - y - h, x, h, w
        case 2:
            return width - x - w, height - y - h, w, h
        case 3:
            return y, height - x - w, h, w
        case _:
            return box


def turned_back(reading: Reading, turns: int, shape: tuple[int, ...]) -> Reading:
    """What was read on a turned frame, its boxes in pixels of the frame as it was.

    Args:
        reading: its boxes in pixels of the turned frame.
        turns: as in `turn_box_back`.
        shape: as in `turn_box_back`.
    """

    def back(box: Box) -> Box:
        return turn_box_back(box, turns, shape)

    return replace(
        reading,
        detections=tuple(replace(one, box=back(one.box)) for one in reading.detections),
        numbers=tuple(replace(one, box=back(one.box)) for one in reading.numbers),
        signs=tuple(replace(one, box=back(one.box)) for one in reading.signs),
    )

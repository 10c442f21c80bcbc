"""Which way up a page lies: every candidate is read in all four, and they vote."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from edge.arrays import Float64Array, UInt8Array
from edge.context import typical
from edge.normalize import FIELD, normalize
from edge.segment import Box, Candidate
from edge.session import Session

PLAUSIBLE = 0.8
"""How sure the network must be of a candidate, in some orientation, for it to vote."""

LARGE_ENOUGH = 0.35
"""Least size of a voter, as a share of the typical one's: specks are many, but small."""

FEWEST_VOTERS = 2
"""A lone digit is a crop more often than a page on its side."""

MARGIN = 1.0
"""By how much, in summed log probability, another orientation must beat the one in which
the picture was taken: 8s and 0s are no reason to turn a page."""

_LEAST_PROBABILITY = 0.1  # one unreadable candidate must not outvote a page


def upright_turns(candidates: Sequence[Candidate], session: Session) -> int:
    """How a page must be turned to be read.

    Returns:
        Quarter turns anticlockwise, 0 to 3, as `numpy.rot90` takes them.
    """
    if not candidates:
        return 0
    sure = np.stack([_sureness(candidates, session, turns) for turns in range(4)])
    sizes = np.array([max(candidate.box[2:]) for candidate in candidates], np.float64)
    plausible = sure.max(axis=0) > PLAUSIBLE
    if not plausible.any():
        return 0
    large = LARGE_ENOUGH * typical(sizes[plausible], sizes[plausible])
    voters = plausible & (sizes > large)
    if voters.sum() < FEWEST_VOTERS:
        return 0
    votes = np.log(np.clip(sure[:, voters], _LEAST_PROBABILITY, 1)).sum(axis=1)
    best = int(votes.argmax())
    return best if votes[best] > votes[0] + MARGIN else 0


def _sureness(candidates: Sequence[Candidate], session: Session, turns: int) -> Float64Array:
    """(n,) probability of the best label times that of being a digit, turned so."""
    images = np.empty((len(candidates), FIELD, FIELD), np.uint8)
    for row, candidate in enumerate(candidates):
        images[row] = normalize(np.ascontiguousarray(np.rot90(candidate.ink, turns)))
    return session.run(images).sureness


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

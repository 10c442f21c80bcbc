"""Long straight runs of ink, the only places where rules are looked for."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from edge.arrays import BoolArray, UInt8Array
from edge.halving import shortened
from edge.median import median, quantile
from edge.rule_line import Rule, bar

FEWEST = 3
"""Rules beside each other from which on they are ruled paper."""

_RUN = 0.07
"""Straight run, as a share of the side along it, from which on something may be a rule."""

_THICKEST = 0.03
"""Thickness of a rule, as a share of the frame's long side."""

_THICK = 10
"""Thickness, in pixels, that a rule may have in a small picture, of one digit on ruled paper say,
if it reaches from edge to edge as no stroke does."""

_ALONE = (0.8, 0.9)
"""Length from which on a line across, or an upright one, is a rule whatever else is on the
page, as a share of that side. A 1 that fills most of a frame is upright, too."""

FROM_EDGE = 0.97
"""Length, as a share of the page's side, of a rule that reaches from edge to edge, as no stroke
does. At a second look, where the first has taken rules off, none is shorter that lies alone."""

_AMONG_OTHERS = 0.2
"""Length from which on a line is a rule where FEWEST like it lie beside each other."""

_OF_SQUARES = 0.6
"""Length of an upright rule, as a share of the height that rules across cover: squares have
both, and a row of 1s on ruled paper is shorter."""

_FAINT = 8
"""Strength on the picture looked at from which on there may be a rule. At half the size one a
pixel wide is half as strong; what is missed is too faint to pass for ink."""

_SHORTER = 4
"""How many pixels of that picture one covers along a rule after `shortened`."""

_ROWS = 3
"""Rows of that picture in which one rule forms runs; narrow squares blend."""


_EVERY = 8
"""Rows from one to the next of those that tell how strong bare paper is."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """How long rules must be to be believed, in pixels.

    Attributes:
        shortest: no rule is shorter.
        among: length of one of FEWEST rules beside each other.
        alone: length of any other.
        several: whether FEWEST beside each other are believed at all.
    """

    shortest: float
    among: float
    alone: float
    several: bool

    @classmethod
    def on(cls, width: int, beside: list[Rule] | None, *, again: bool = False) -> Wanted:
        """Of a page of a width; `beside` and `again` as in `edge.rule_search.find_rules`."""
        shortest = among = _AMONG_OTHERS * width
        if beside:
            rows = [int(median(rule.middle)) for rule in beside]
            among = max(shortest, _OF_SQUARES * (max(rows) - min(rows)))
        several = beside is None or len(beside) >= FEWEST
        alone = FROM_EDGE if again else _ALONE[beside is not None]
        return cls(shortest, among, alone * width, several)

    @property
    def least(self) -> float:
        """Length below which nothing is believed."""
        return self.among if self.several else self.alone


@dataclass(frozen=True, slots=True)
class Run:
    """Ink that goes straight on for long.

    Attributes:
        own: (rows, columns) whether a place belongs to it; every column is `step` pixels on.
        step: in pixels.
        left: its first column on the page.
        top: its first row on the page.
        length: in pixels.
    """

    own: BoolArray
    step: int
    left: int
    top: int
    length: int

    @property
    def thickness(self) -> float:
        """How many rows it covers in the mean."""
        return float(np.count_nonzero(self.own) / self.own.shape[1])


def run_of(width: int) -> int:
    """The least run, in pixels, on a page of a width."""
    return max(10, int(_RUN * width))


def thickest_of(shape: tuple[int, ...]) -> int:
    """The greatest thickness of a rule, in pixels, on a page of (h, w)."""
    return max(usual_thickest(shape), min(_THICK, round(2 * _THICKEST * max(shape))))


def usual_thickest(shape: tuple[int, ...]) -> int:
    """The same of one that does not reach from edge to edge."""
    return max(3, round(_THICKEST * max(shape)))


def without_thick(strength: UInt8Array, thickest: int) -> UInt8Array:
    """(h, w) uint8, strength of ink without what is thicker than a rule."""
    thick = cv2.morphologyEx(strength, cv2.MORPH_OPEN, bar(2 * thickest + 1, upright=True))
    return np.asarray(cv2.subtract(strength, thick, thick), np.uint8)


def where_rules_may_be(small: UInt8Array) -> tuple[slice, slice]:
    """Rows and columns, on a picture of a page, that hold all that may be a rule."""
    _, inked = cv2.threshold(small, _FAINT, 255, cv2.THRESH_BINARY)
    x, y, w, h = cv2.boundingRect(inked)
    return slice(y, y + h), slice(x, x + w)


def may_hold_rules(seen: UInt8Array, size: tuple[int, int], times: int, wanted: Wanted) -> bool:
    """Whether there is anything that could be believed, by a picture that may be smaller.

    Args:
        seen: (w, h) uint8, the inked part of that picture transposed: a rule across the page
            stands upright in it.
        size: (w, h) of the whole of that picture.
        times: how many times larger the page is.
        wanted: on the page itself.
    """
    if times * seen.shape[0] < wanted.least or not seen.size:
        return False
    # Along a rule a quarter of the picture tells as much.
    short, shorter = shortened(seen), _SHORTER * times
    thick = cv2.morphologyEx(short, cv2.MORPH_OPEN, bar(2 * thickest_of(size) + 1, upright=False))
    thin = np.asarray(cv2.subtract(short, thick, thick), np.uint8)
    run = max(2, run_of(times * size[0]) // shorter)
    straight = np.asarray(cv2.transpose(_straight(thin, run, 1, upright=True)), np.uint8)
    runs = _runs_in(straight, run, _FAINT, wanted.least / shorter)
    if any(shorter * one.length >= wanted.alone for one in runs):
        return True
    rules = sum(max(1, round(one.thickness / _ROWS)) for one in runs)
    return wanted.several and rules >= FEWEST


def find_runs(even: UInt8Array, run: int, slant: int, faintest: int, shortest: float) -> list[Run]:
    """Runs of ink across a page.

    Args:
        even: (h, w) uint8, strength of ink, smoothed along the runs.
        run: the least straight run, in pixels.
        slant: how far it may climb, in pixels.
        faintest: strength from which on it counts.
        shortest: the least length of several that hang together, in pixels.
    """
    return _runs_in(_straight(even, run, slant, upright=False), run, faintest, shortest)


def _straight(even: UInt8Array, run: int, slant: int, *, upright: bool) -> UInt8Array:
    """What goes straight on for a run, or climbs no more than a slant on its way."""
    wide = cv2.dilate(even, bar(2 * slant + 1, upright=not upright))
    return np.asarray(cv2.morphologyEx(wide, cv2.MORPH_OPEN, bar(run, upright=upright)), np.uint8)


def _runs_in(straight: UInt8Array, run: int, faintest: int, shortest: float) -> list[Run]:
    """The runs in what goes straight on across a page; arguments as in `find_runs`."""
    width = straight.shape[1]
    # No run is shorter than four of these steps: what lies between two need not be looked at.
    step = max(1, run // 4)
    strong = np.ascontiguousarray(straight[:, ::step])
    # Most pages have no rules: a look at the runs' shadow tells.
    if step * np.count_nonzero(cv2.reduce(strong, 0, cv2.REDUCE_MAX) > faintest) < shortest:
        return []
    least = max(faintest, 4 + 2 * quantile(strong[::_EVERY], 0.1))  # bare paper is not 0
    found = np.asarray(strong > least, np.uint8)
    # A slanted rule is a staircase of runs; this bridges its steps.
    steps = cv2.dilate(found, np.ones((3, 3), np.uint8))
    # Short numbers take a third of the time; there are never so many pieces.
    kind = cv2.CV_16U if steps.size < 1 << 18 else cv2.CV_32S
    _, labels, stats, _ = cv2.connectedComponentsWithStats(steps, connectivity=8, ltype=kind)
    runs = []
    for label, (x, y, w, h, _) in enumerate(stats.tolist()):
        if label and w * step >= shortest:
            here = slice(y, y + h), slice(x, x + w)
            own = (labels[here] == label) & (found[here] > 0)
            left = x * step
            runs.append(Run(own, step, left, y, min(width, left + step * w) - left))
    return runs

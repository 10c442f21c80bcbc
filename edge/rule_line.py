"""One rule of ruled paper: where it runs, how strong and how thick it is."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import cv2
import numpy as np

from edge.arrays import Float64Array, Int32Array, UInt8Array
from edge.median import median

FAINTEST = 10
"""Strength from which on a rule disturbs."""

ALIKE = 1.5
"""Factor by which the strengths of one page's rules differ at most."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One straight line across the page, or down it.

    Attributes:
        along: (n,) int32, columns that it passes, or rows where it is upright.
        middle: (n,) int32, the row of its middle at each column, or the column at each row.
        level: (n,) uint8, its strength there.
        thickness: in pixels, where it is half as strong as in its middle.
        reach: pixels to each side of its middle that are not bare paper.
        length: in pixels, as far as it was seen.
    """

    along: Int32Array
    middle: Int32Array
    level: UInt8Array
    thickness: int
    reach: int
    length: int

    @property
    def strength(self) -> float:
        """Its strength as a whole."""
        return median(self.level)


def measured(
    thin: UInt8Array, along: Int32Array, middle: Int32Array, seen: slice, thickest: int
) -> tuple[Rule, Int32Array]:
    """Place, thickness and strength of a rule near a line, and how far off the line it was."""
    height = thin.shape[0]
    length = seen.stop - seen.start
    reach = thickest // 2 + 2
    steps = np.arange(-reach, reach + 1)
    band = thin[on_page(middle + steps[:, None], height), along]
    half = (seen.stop - seen.start) // 2
    profile = np.partition(band[:, seen], half, axis=1)[:, half].astype(np.float64)
    thickness = _width(profile, 0.5 * profile.max())
    soft = _width(profile, max(0.12 * profile.max(), 0.5 * FAINTEST))
    # Its middle is where a window of its thickness holds most; along it, neighbours agree.
    smooth = cv2.blur(band, (max(5, length // 12) | 1, thickness | 1))
    window = slice(reach - min(reach, 4), reach + min(reach, 4) + 1)
    off = steps[window][smooth[window].argmax(axis=0)].astype(np.int32)
    middle = middle + off
    peak = np.maximum.reduce([thin[on_page(middle + step, height), along] for step in (-1, 0, 1)])
    usual = median(peak[seen])
    window_length = min(101, max(5, length // 6)) | 1
    level = cv2.medianBlur(np.ascontiguousarray(peak[None]), window_length)[0]
    level = np.clip(level, 0.6 * usual, 1.1 * usual).astype(np.uint8)
    return Rule(along, middle, level, thickness, min(soft, 3 * thickness) // 2 + 1, length), off


def _width(profile: Float64Array, least: float) -> int:
    """How many rows around its peak a profile stays above a level; another rule may be near."""
    peak = int(profile.argmax())
    below = np.flatnonzero(profile <= least)
    return (
        int(
            np.min(below[below > peak], initial=len(profile))
            - np.max(below[below < peak], initial=-1)
            - 1
        )
        or 1
    )


def share_showing(rule: Rule, thin: UInt8Array, seen: slice) -> float:
    """On how much of a rule's length there is ink."""
    return float((_peak(rule, thin, seen) > 0.5 * rule.strength).mean())


def share_even(rule: Rule, thin: UInt8Array, seen: slice) -> float:
    """On how much of a rule's length the ink is about as strong as the rule is there."""
    level = rule.level[seen].astype(np.float32)
    off = np.abs(_peak(rule, thin, seen) - level)
    return float((off <= np.maximum(0.3 * level, FAINTEST)).mean())


def _peak(rule: Rule, thin: UInt8Array, seen: slice) -> UInt8Array:
    """(n,) the strength of the ink along a rule."""
    rows, height = rule.middle[seen], thin.shape[0]
    peak = np.maximum.reduce(
        [thin[on_page(rows + step, height), rule.along[seen]] for step in (-1, 0, 1)]
    )
    return np.asarray(peak, np.uint8)


def on_page(rows: Int32Array, height: int) -> Int32Array:
    """Rows, those beyond a page's edge at its edge; `np.clip` takes several times as long."""
    return np.minimum(np.maximum(rows, 0), height - 1)


def middle_of(rule: Rule) -> float:
    """The row of a rule in the middle of the page."""
    return float(rule.middle[len(rule.middle) // 2])


@functools.lru_cache(maxsize=64)  # sizes follow the frame's
def bar(length: int, *, upright: bool) -> UInt8Array:
    """A structuring element one pixel wide."""
    return np.ones((length, 1) if upright else (1, length), np.uint8)

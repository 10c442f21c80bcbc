"""From the strength of ink to what is ink: a share of the strongest nearby."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from edge.arrays import Int64Array, UInt8Array
from edge.grain import local_noise
from edge.halving import enlarged, halved
from edge.median import median_of_counts
from edge.paper import neighbourhood, square
from edge.strength import Box, Strength

_OF_PEAK = 0.45
"""Share of the strongest ink nearby from which on a pixel counts as ink."""

_OF_PEAK_WEAK = 0.26
"""The same for ink that is faint throughout, a pencil beside a marker."""

_OF_OWN_MEAN = 0.85
"""Share of its own mean strength from which on a pixel of such ink counts. A pen's soft
edges pull the mean to about half the peak: the same place on the edge as _OF_PEAK."""

_FAINTEST = 0.10
"""Strength of ink below which there is only paper: its texture, folds, bleed-through."""

_PALE, _FAINTEST_OF_PALE = 0.2, 0.05
"""Median strength of a page's ink below which the page is pale, and what counts there."""

_GRAINS = 5.0
"""The same in standard deviations of the paper's own grain."""

_ROUGH = 10.0
"""Standard deviation of the strength from which on it is a desk's grain, not a paper's."""

_THROUGH = 2.25
"""Strength of a smoothed pixel, at most, in strengths of the strongest 2 x 2 pixels that it lies
in or beside: 4 times its weights in these four, 1/4 of itself, 1/8, 1/8 and 1/16 of the others."""

_SMOOTHED = 0.39
"""Standard deviation of the smoothing of a picture four times smaller that leaves its peaks as
the page's smoothing would: drawn and photographed pages then had as much ink either way."""

_APART, _FEWEST = 7, 80
"""Pixels from one to the next of those that tell the noise, and how many along a small page."""


@dataclass(frozen=True, slots=True)
class Ink:
    """The ink of a page, and the part of the page that holds all of it.

    Attributes:
        mask: (h, w) uint8 of that part, 255 for ink, 0 for paper; where the page goes on
            there is paper along its edge.
        strength: (h, w) uint8, strength of the ink.
        box: where on the page it lies.
    """

    mask: UInt8Array
    strength: UInt8Array
    box: Box


def threshold(strength: Strength) -> Ink:
    """Ink is what reaches a share of the strongest ink nearby, and is not too faint.

    A pencil beside a marker is weaker than that share; ink that hangs together and is
    faint throughout is measured by its own strength.
    """
    peak = local_peak(strength.half)
    noise = paper_noise(strength)
    for faintest in (_FAINTEST, _FAINTEST_OF_PALE):
        floor = _floor(strength, noise, faintest, peak.shape)
        around = _inked(strength.half, int(floor.min()))
        if not around[2]:
            return Ink(np.zeros((1, 1), np.uint8), np.zeros((1, 1), np.uint8), (0, 0, 1, 1))
        level, place, pale = _level(strength.half, peak, floor, around)
        # Through fog a pen is no stronger than the folds of other pages.
        if not pale:
            break
    # Paper around all writing is not looked at again.
    height, width = strength.shape
    x, y = 2 * (around[0] + place[0]), 2 * (around[1] + place[1])
    w, h = min(2 * place[2], width - x), min(2 * place[3], height - y)
    part = strength.part((x, y, w, h))
    least = enlarged(level, 2, (2 * place[0], 2 * place[1], w, h))
    soft = cv2.GaussianBlur(part, (3, 3), 0)
    mask = np.asarray(cv2.compare(soft, least, cv2.CMP_GT), np.uint8)
    for edge, goes_on in (
        (mask[0], y > 0),
        (mask[-1], y + h < height),
        (mask[:, 0], x > 0),
        (mask[:, -1], x + w < width),
    ):
        if goes_on:
            edge[:] = 0
    return Ink(mask, part, (x, y, w, h))


def _inked(half: UInt8Array, floor: int) -> Box:
    """Where something may be as strong as the floor once smoothed, with a pixel around it.

    Args:
        half: (h, w) uint8, strength of ink on a picture of half the size.
        floor: from 0 to 255.
    """
    _, above = cv2.threshold(half, floor / _THROUGH, 255, cv2.THRESH_BINARY)
    x, y, w, h = cv2.boundingRect(above)
    return _widened((x, y, w, h), 1, half.shape) if w else (0, 0, 0, 0)


def _widened(box: Box, by: int, shape: tuple[int, ...]) -> Box:
    """A box with some pixels around it, on a picture of (h, w)."""
    x, y, w, h = box
    left, top = max(0, x - by), max(0, y - by)
    return left, top, min(shape[1], x + w + by) - left, min(shape[0], y + h + by) - top


def _level(
    half: UInt8Array, peak: UInt8Array, floor: UInt8Array, around: Box
) -> tuple[UInt8Array, Box, bool]:
    """Above which strength there is ink: a share of the peak, or of its own mean.

    All of it at half the size of the page.

    Args:
        half: (h, w) uint8, strength of ink.
        peak: of the page, as in `local_peak`.
        floor: of the page, as in `_floor`.
        around: box that holds all ink.

    Returns:
        (height, width) uint8 of that box, the level of a pixel and of those beside it; where in
        it something lies above, with some pixels around it; whether that is pale.
    """
    x, y, w, h = around
    strength = half[y : y + h, x : x + w]
    near = enlarged(peak, 2, around)
    least = floor[0] if floor.size == 1 else enlarged(floor, 2, around)
    level, weak = (
        # Whole numbers: 0.4 less, and rounding hardly ever makes it more.
        np.asarray(cv2.max(cv2.convertScaleAbs(near, alpha=one, beta=-0.4), least), np.uint8)
        for one in (_OF_PEAK, _OF_PEAK_WEAK)
    )
    inked = np.asarray(cv2.compare(strength, weak, cv2.CMP_GT), np.uint8)
    count, labels = cv2.connectedComponents(inked, connectivity=8)
    at = np.flatnonzero(inked.view(bool))
    of = np.asarray(labels.ravel().take(at), np.int64)
    seen = strength.ravel().take(at)
    total = np.bincount(of, seen, count)
    own = (_OF_OWN_MEAN * total / np.maximum(np.bincount(of, minlength=count), 1)).astype(np.uint8)
    lower = np.maximum(own.take(of), weak.ravel().take(at))
    level.ravel()[at] = lower = np.minimum(level.ravel().take(at), lower)
    above = seen > lower
    strong = np.count_nonzero(seen[above] >= _PALE * 255)
    pale = bool(2 * strong < np.count_nonzero(above))
    place = _widened(_box_of(at[above], w), 2, (h, w))
    return np.asarray(cv2.erode(level, square(3)), np.uint8), place, pale


def _box_of(places: Int64Array, width: int) -> Box:
    """The box of pixels in rows of a width, by their number, ascending; of one where none are."""
    if not len(places):
        return 0, 0, 1, 1
    columns = places % width
    left, top = int(columns.min()), int(places[0]) // width
    return left, top, int(columns.max()) + 1 - left, int(places[-1]) // width + 1 - top


def _floor(strength: Strength, noise: float, faintest: float, size: tuple[int, ...]) -> UInt8Array:
    """(rows, columns) uint8, or one for all: strength below which there is no ink."""
    least = np.float32(faintest * 255)
    if noise < _ROUGH:
        return np.full((1, 1), min(255.0, max(least, _GRAINS * noise)), np.uint8)
    places = local_noise(strength, noise, (size[0], size[1]))
    floor = np.maximum(least, np.float32(_GRAINS) * places)
    return np.asarray(np.minimum(floor, 255), np.uint8)


def local_peak(half: UInt8Array) -> UInt8Array:
    """The strongest ink of each neighbourhood, on a picture four times smaller than the page.

    A lone bright pixel is no pen: the maximum is taken over small averages.

    Args:
        half: (h, w) uint8, strength of ink on a picture of half the size.
    """
    small = cv2.GaussianBlur(halved(half), (3, 3), _SMOOTHED)
    side = neighbourhood(small.shape)
    peak = cv2.dilate(small, square(side))
    return np.asarray(cv2.blur(peak, (side, side)), np.uint8)


def paper_noise(strength: Strength) -> float:
    """How much the strength varies on bare paper, told from the median, which ink is not.

    Returns:
        The standard deviation, in steps of strength (0 to 255); 0.0, unmeasured, where the page
        `is_bare` around its ink: nothing there is as strong as the faintest ink.
    """
    if strength.is_bare:
        return 0.0
    every = min(_APART, max(1, max(strength.shape) // _FEWEST))
    counts = np.bincount(strength.sample(every).ravel(), minlength=256)
    middle = median_of_counts(counts)
    return 1.4826 * (middle - median_of_counts(counts[: int(middle) + 1]))

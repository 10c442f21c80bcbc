"""From the strength of ink to what is ink: a share of the strongest nearby."""

from __future__ import annotations

import cv2
import numpy as np

from edge.arrays import UInt8Array
from edge.grain import local_noise
from edge.halving import enlarged, halved
from edge.light import neighbourhood, square
from edge.median import median_of_counts

Box = tuple[int, int, int, int]
"""x, y, width, height in pixels."""

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

_EVERY = 3  # rows and columns from which that is taken

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


def threshold(strength: UInt8Array) -> UInt8Array:
    """Ink is what reaches a share of the strongest ink nearby, and is not too faint.

    A pencil beside a marker is weaker than that share; ink that hangs together and is
    faint throughout is measured by its own strength.

    Args:
        strength: (h, w) uint8, strength of ink.

    Returns:
        (h, w) uint8, 255 for ink, 0 for paper.
    """
    half = halved(strength)
    peak = local_peak(half)
    noise = paper_noise(strength)
    mask = np.zeros_like(strength)
    for faintest in (_FAINTEST, _FAINTEST_OF_PALE):
        floor = _floor(strength, noise, faintest, peak.shape)
        x, y, w, h = _inked(half, int(floor.min()))
        if w == 0:
            break
        # Paper around all writing is not looked at again.
        here = slice(2 * y, 2 * (y + h)), slice(2 * x, 2 * (x + w))
        soft = np.asarray(cv2.GaussianBlur(strength[here], (3, 3), 0), np.uint8)
        level = _level(soft, peak, floor, (2 * x, 2 * y))
        mask[here] = part = np.asarray(cv2.compare(soft, level, cv2.CMP_GT), np.uint8)
        sample = slice(None, None, _EVERY), slice(None, None, _EVERY)
        counts = np.bincount(soft[sample][part[sample] > 0], minlength=256)
        # Through fog a pen is no stronger than the folds of other pages.
        if not counts.any() or median_of_counts(counts) >= _PALE * 255:
            break
    return mask


def _inked(half: UInt8Array, floor: int) -> Box:
    """Where something may be as strong as the floor once smoothed, with a pixel around it.

    Args:
        half: (h, w) uint8, strength of ink on a picture of half the size.
        floor: from 0 to 255.
    """
    height, width = half.shape
    _, above = cv2.threshold(half, floor / _THROUGH, 255, cv2.THRESH_BINARY)
    x, y, w, h = cv2.boundingRect(above)
    left, top = max(0, x - 1), max(0, y - 1)
    right, bottom = min(width, x + w + 1), min(height, y + h + 1)
    return (left, top, right - left, bottom - top) if w else (0, 0, 0, 0)


def _level(
    soft: UInt8Array, peak: UInt8Array, floor: UInt8Array, corner: tuple[int, int]
) -> UInt8Array:
    """(h, w) uint8: above which strength there is ink, a share of the peak or of its own mean.

    Args:
        soft: (h, w) uint8, strength of ink, smoothed, in a part of the page.
        peak: of the page, as in `local_peak`.
        floor: of the page, as in `_floor`.
        corner: x and y of the part.
    """
    box = *corner, *soft.shape[::-1]
    near = enlarged(peak, 4, box)
    least = floor if floor.size == 1 else enlarged(floor, 4, box)
    level, weak = (
        # Whole numbers: 0.4 less, and rounding hardly ever makes it more.
        np.maximum(cv2.convertScaleAbs(near, alpha=share, beta=-0.4), least)
        for share in (_OF_PEAK, _OF_PEAK_WEAK)
    )
    inked = np.asarray(cv2.compare(soft, weak, cv2.CMP_GT), np.uint8)
    count, labels = cv2.connectedComponents(inked, connectivity=8)
    at = np.flatnonzero(inked.view(bool))
    of = np.asarray(labels, np.int32).ravel().take(at)
    total = np.bincount(of, soft.ravel().take(at), count)
    own = (_OF_OWN_MEAN * total / np.maximum(np.bincount(of, minlength=count), 1)).astype(np.uint8)
    least = np.maximum(own.take(of), weak.ravel().take(at))
    level.ravel()[at] = np.minimum(level.ravel().take(at), least)
    return level


def _floor(
    strength: UInt8Array, noise: float, faintest: float, size: tuple[int, ...]
) -> UInt8Array:
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


def paper_noise(strength: UInt8Array) -> float:
    """Standard deviation of the strength on bare paper, from the median, which ink is not."""
    every = min(_APART, max(1, max(strength.shape) // _FEWEST))
    counts = np.bincount(strength[::every, ::every].ravel(), minlength=256)
    middle = median_of_counts(counts)
    return 1.4826 * (middle - median_of_counts(counts[: int(middle) + 1]))

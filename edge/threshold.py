"""From the strength of ink to what is ink: a share of the strongest nearby."""

from __future__ import annotations

import cv2
import numpy as np

from edge.arrays import Float32Array, UInt8Array
from edge.grain import local_noise
from edge.halving import fourfold, quartered
from edge.light import neighbourhood
from edge.median import median_of_counts

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


def threshold(strength: UInt8Array) -> UInt8Array:
    """Ink is what reaches a share of the strongest ink nearby, and is not too faint.

    A pencil beside a marker is weaker than that share; ink that hangs together and is
    faint throughout is measured by its own strength.

    Args:
        strength: (h, w) uint8, strength of ink.

    Returns:
        (h, w) uint8, 255 for ink, 0 for paper.
    """
    soft = np.asarray(cv2.GaussianBlur(strength, (3, 3), 0), np.uint8)
    peak = local_peak(soft)
    noise = paper_noise(strength)
    mask = _mask(soft, peak, _floor(strength, noise, _FAINTEST, peak.shape))
    sample = slice(None, None, _EVERY), slice(None, None, _EVERY)
    counts = np.bincount(soft[sample][mask[sample] > 0], minlength=256)
    # Through fog a pen is no stronger than the folds of other pages.
    if counts.any() and median_of_counts(counts) < _PALE * 255:
        return _mask(soft, peak, _floor(strength, noise, _FAINTEST_OF_PALE, peak.shape))
    return mask


def _mask(soft: UInt8Array, peak: Float32Array, floor: Float32Array) -> UInt8Array:
    """(h, w) uint8, 255 for ink: what is above a share of the peak, or of its own mean."""
    strong_from, weak_from = (
        np.minimum(np.maximum(peak * np.float32(share), floor), 255).astype(np.uint8)
        for share in (_OF_PEAK, _OF_PEAK_WEAK)
    )
    mask = np.zeros_like(soft)
    # Paper around all writing is not looked at again.
    _, above = cv2.threshold(soft, float(weak_from.min()), 255, cv2.THRESH_BINARY)
    x, y, w, h = cv2.boundingRect(above)
    if w == 0:
        return mask
    here = slice(y, y + h), slice(x, x + w)
    soft = np.ascontiguousarray(soft[here])
    strong, weak = (
        np.asarray(cv2.compare(soft, fourfold(level, (x, y, w, h)), cv2.CMP_GT), np.uint8)
        for level in (strong_from, weak_from)
    )
    count, labels = cv2.connectedComponents(weak, connectivity=8)
    inked = np.flatnonzero(weak.view(bool))
    of, values = labels.ravel().take(inked), soft.ravel().take(inked)
    total = np.bincount(of, values, count)
    mean = total / np.maximum(np.bincount(of, minlength=count), 1)
    strong.ravel()[inked[values > _OF_OWN_MEAN * mean[of]]] = 255
    mask[here] = strong
    return mask


def _floor(
    strength: UInt8Array, noise: float, faintest: float, size: tuple[int, ...]
) -> Float32Array:
    """(rows, columns) float32, or one for all: strength below which there is no ink."""
    least = np.float32(faintest * 255)
    if noise < _ROUGH:
        return np.full((1, 1), max(least, np.float32(_GRAINS * noise)), np.float32)
    places = local_noise(strength, noise, (size[0], size[1]))
    return np.asarray(np.maximum(least, np.float32(_GRAINS) * places), np.float32)


def local_peak(soft: UInt8Array) -> Float32Array:
    """The strongest ink of each neighbourhood, on a picture four times smaller.

    A lone bright pixel is no pen: the maximum is taken over small averages.

    Args:
        soft: (h, w) uint8, strength of ink, smoothed.
    """
    small = quartered(soft)
    side = neighbourhood(small.shape)
    peak = cv2.dilate(small, np.ones((side, side), np.uint8))
    return np.asarray(cv2.blur(peak.astype(np.float32), (side, side)), np.float32)


def paper_noise(strength: UInt8Array) -> float:
    """Standard deviation of the strength on bare paper, from the median, which ink is not."""
    counts = np.bincount(strength[::4, ::4].ravel(), minlength=256)
    middle = median_of_counts(counts)
    return 1.4826 * (middle - median_of_counts(counts[: int(middle) + 1]))

"""From a photo to its ink: the light is divided out, what remains is what a pen left.

Ink is where a pixel is darker than the paper around it, in any colour channel: blue ink
on yellow paper shows in red. Every size is relative to the frame.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from edge.arrays import Float32Array, UInt8Array
from edge.median import median
from edge.noise import calm
from edge.rules import remove_rules

_NEIGHBOURHOOD = 0.14
"""Side of the neighbourhood that knows the paper's brightness, as a share of the frame's
long side: larger than any pen stroke, smaller than most shadows."""

_OF_PEAK = 0.45
"""Share of the strongest ink nearby from which on a pixel counts as ink."""

_OF_PEAK_WEAK = 0.26
"""The same for ink that is faint throughout, a pencil beside a marker."""

_OF_OWN_MEAN = 0.85
"""Share of its own mean strength from which on a pixel of such ink counts. A pen's soft
edges pull the mean to about half the peak: the same place on the edge as _OF_PEAK."""

_FAINTEST = 0.10
"""Strength of ink below which there is only paper: its texture, folds, bleed-through."""

_LIGHT_SKEWNESS = 0.1
"""Skewness of a page's brightness, against its surroundings, from which on the writing is
likelier light. Photographed pages had -10 to 0.05, chalk on a board is mostly above 1."""

_DOUBTFUL_SKEWNESS = (-0.4, 0.6)
"""Between these both are possible: a sheet on a dark desk, a board in a bright room."""

_COARSE = 4  # the light changes slowly: it is estimated on a picture this much smaller


@dataclass(frozen=True, slots=True)
class InkMap:
    """The ink of a frame.

    Attributes:
        strength: (h, w) uint8, 0 for paper to 255 for ink that reflects nothing.
        mask: (h, w) uint8, 255 where there is ink, else 0.
        grey: (h, w) uint8, the frame's brightness, inverted where the writing is light.
        light_on_dark: whether the writing is brighter than its ground (a blackboard).
        doubtful: whether it may as well be the other way round.
    """

    strength: UInt8Array
    mask: UInt8Array
    grey: UInt8Array
    light_on_dark: bool
    doubtful: bool = False


def find_ink(frame: UInt8Array, light_on_dark: bool | None = None) -> InkMap:
    """Separates ink from paper.

    Args:
        frame: (h, w, 3) BGR or (h, w) grey uint8.
        light_on_dark: whether the writing is brighter than its ground; None finds out.
    """
    grey = frame
    if frame.ndim == 3:
        grey = np.asarray(cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY), np.uint8)
    doubtful = False
    if light_on_dark is None:
        skewness = brightness_skewness(grey)
        light_on_dark = skewness > _LIGHT_SKEWNESS
        doubtful = _DOUBTFUL_SKEWNESS[0] < skewness < _DOUBTFUL_SKEWNESS[1]
    if light_on_dark:
        frame, grey = 255 - frame, 255 - grey
    strength = remove_rules(flatten(calm(frame, grey)))
    return InkMap(strength, threshold(strength), grey, light_on_dark, doubtful)


def flatten(frame: UInt8Array) -> UInt8Array:
    """The strength of dark ink, 1 - value / paper, its largest value over the channels.

    The paper's brightness is the closing of each channel: what is left when everything
    dark and smaller than the neighbourhood is filled with its surroundings.

    Returns:
        (h, w) uint8; 255 is black on any paper.
    """
    height, width = frame.shape[:2]
    coarse = np.maximum(_paper(frame), 1)
    paper = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR)
    # Written into the arrays that are there: fetching memory takes as long as the arithmetic.
    share = cv2.divide(frame, paper, paper, scale=255)
    if share.ndim == 3:
        share, green, red = cv2.split(share)
        cv2.min(cv2.min(share, green, share), red, share)
    return np.asarray(cv2.bitwise_not(share, share), np.uint8)


def _paper(frame: UInt8Array) -> UInt8Array:
    """The brightness of the bare paper, on a picture _COARSE times smaller."""
    height, width = frame.shape[:2]
    small = cv2.resize(
        frame,
        (max(1, width // _COARSE), max(1, height // _COARSE)),
        interpolation=cv2.INTER_AREA,
    ).astype(np.uint8, copy=False)
    side = max(3, int(_NEIGHBOURHOOD * max(small.shape[:2]))) | 1
    wide = _continue_beyond(small, side)
    kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (side, side))
    closed = cv2.morphologyEx(wide, cv2.MORPH_CLOSE, kernel)
    closed = cv2.erode(closed, np.ones((3, 3), np.uint8))
    closed = cv2.blur(closed, (3, 3))
    rows, columns = small.shape[:2]
    return closed[side : side + rows, side : side + columns].astype(np.uint8, copy=False)


def _continue_beyond(small: UInt8Array, margin: int) -> UInt8Array:
    """Continues the light beyond the frame as it falls at its edge.

    A closing takes the brightest in reach. At the edge of a vignette that lies inside the
    picture, so that dark corners would pass for ink; mirrored at the edge's own value
    (2 * edge - inside), brightness goes on falling there.
    """
    widths = [(margin, margin), (margin, margin), (0, 0)][: small.ndim]
    continued = np.pad(small.astype(np.int16), widths, mode="reflect", reflect_type="odd")
    return np.asarray(np.clip(continued, 0, 255), np.uint8)


def threshold(strength: UInt8Array) -> UInt8Array:
    """Ink is what reaches a share of the strongest ink nearby, and is not too faint.

    A pencil beside a marker is weaker than that share; ink that hangs together and is
    faint throughout is measured by its own strength.

    Returns:
        (h, w) uint8, 255 for ink, 0 for paper.
    """
    floor = max(_FAINTEST * 255, 5.0 * paper_noise(strength))
    soft = np.asarray(cv2.GaussianBlur(strength, (3, 3), 0), np.uint8)
    peak = local_peak(soft)
    strong, weak = (
        np.asarray(cv2.compare(soft, _level(peak, share, floor, soft.shape), cv2.CMP_GT), np.uint8)
        for share in (_OF_PEAK, _OF_PEAK_WEAK)
    )
    # Paper around all writing needs no labels.
    x, y, w, h = cv2.boundingRect(weak)
    if w == 0:
        return strong
    mask = strong[y : y + h, x : x + w]
    weak, soft = weak[y : y + h, x : x + w], soft[y : y + h, x : x + w]
    count, labels = cv2.connectedComponents(weak, connectivity=8)
    inked = weak > 0
    of, values = labels[inked], soft[inked]
    total = np.bincount(of, values, count)
    mean = total / np.maximum(np.bincount(of, minlength=count), 1)
    mask[inked] |= np.where(values > _OF_OWN_MEAN * mean[of], np.uint8(255), np.uint8(0))
    return strong


def _level(peak: Float32Array, share: float, floor: float, shape: tuple[int, ...]) -> UInt8Array:
    """(h, w) uint8: what ink must exceed, a share of the peak but no less than the floor."""
    coarse = np.maximum(peak * np.float32(share), np.float32(floor)).astype(np.uint8)
    return np.asarray(cv2.resize(coarse, shape[::-1]), np.uint8)


def local_peak(soft: UInt8Array) -> Float32Array:
    """The strongest ink of each neighbourhood, on a picture _COARSE times smaller.

    A lone bright pixel is no pen: the maximum is taken over small averages.

    Args:
        soft: (h, w) uint8, strength of ink, smoothed.
    """
    height, width = soft.shape
    small = cv2.resize(
        soft,
        (max(1, width // _COARSE), max(1, height // _COARSE)),
        interpolation=cv2.INTER_AREA,
    )
    side = max(3, int(_NEIGHBOURHOOD * max(small.shape))) | 1
    peak = cv2.dilate(small, cv2.getStructuringElement(cv2.MORPH_RECT, (side, side)))
    return cv2.blur(peak.astype(np.float32), (side, side)).astype(np.float32, copy=False)


def paper_noise(strength: UInt8Array) -> float:
    """Standard deviation of the strength on bare paper, from the median, which ink is not."""
    sample = strength[::4, ::4]
    middle = median(sample)
    below = sample[sample <= middle]
    return 1.4826 * median(middle - below) if below.size else 0.0


def brightness_skewness(grey: UInt8Array) -> float:
    """Whether what stands out of a (h, w) uint8 picture is bright (above 0) or dark (below).

    Writing covers little: what differs most from its surroundings is ink, so that the
    skewness of the difference tells on which side it lies; 0 for a picture without any.
    """
    height, width = grey.shape
    scale = min(1.0, 320 / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
    side = max(3, int(_NEIGHBOURHOOD * max(small.shape))) | 1
    difference = small.astype(np.float32) - cv2.blur(small, (side, side)).astype(np.float32)
    square = difference * difference
    spread = float(np.mean(square))
    return float(np.mean(square * difference)) / spread**1.5 if spread > 0 else 0.0

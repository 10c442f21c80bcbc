"""Digits as scanners of forms give them: a few pixels wide, black or white, often stretched.

Public sets of other hands are such scans (Semeion: 16x16, every digit stretched until it
fills the square; Optdigits: 32x32), and so is what a bank's or a tax office's machine crops.
"""

from __future__ import annotations

import cv2
import numpy as np

from edge.arrays import UInt8Array
from edge.normalize import normalize

_FEWEST, _MOST = 13, 25
"""Pixels along the longer side of a scan."""

_STRETCHED = 0.5
_FARTHEST = 1.8  # times; an upright 1 that filled a square would be a black square


def scan_some(images: UInt8Array, rng: np.random.Generator, share: float) -> UInt8Array:
    """A copy of (n, 28, 28) uint8 images of which about `share` are scanned."""
    seen = images.copy()
    for row in np.flatnonzero(rng.random(len(images)) < share):
        seen[row] = scan(seen[row], rng)
    return seen


def scan(image: UInt8Array, rng: np.random.Generator) -> UInt8Array:
    """One (28, 28) uint8 image as a scanner gives it, under the input contract again.

    What holds no ink stays as it is.
    """
    x, y, width, height = cv2.boundingRect(image)
    if not width:
        return image
    across, down = float(width), float(height)
    if rng.random() < _STRETCHED:
        longer = max(across, down)
        across, down = min(longer, across * _FARTHEST), min(longer, down * _FARTHEST)
    scale = int(rng.integers(_FEWEST, _MOST)) / max(across, down)
    size = (max(1, round(across * scale)), max(1, round(down * scale)))
    ink = image[y : y + height, x : x + width]
    small = cv2.resize(ink, size, interpolation=cv2.INTER_AREA)
    level = float(small.max()) * rng.uniform(0.28, 0.58)
    return normalize((small > level).astype(np.uint8) * np.uint8(255))

"""Parts of digits that are no digit themselves: what is left where ink broke or was cut off.

Half an 8 is a 0 and half a 4 is a 1: a network that is taught to refuse such parts refuses
digits. So a part counts only where it resembles no digit, upright or turned: where it lies
farther from the nearest one than all but a few digits lie from their nearest other.
"""

from __future__ import annotations

import cv2
import numpy as np

from edge.arrays import BoolArray, Float32Array, UInt8Array
from edge.normalize import FIELD, normalize
from train.tilt import tilt_some

_KNOWN = 2_000  # digits to compare with, each upright and turned
_STRANGEST = 0.01
"""Share of the digits that lie as far from all others as a part has to."""

_BLUR_PX = 1.2  # strokes that lie side by side resemble each other
_LEAST_INK, _MOST_INK = 0.2, 0.65
_CUTS = 256  # at a time
_FEWEST = 0.01  # of the cuts, found strange, below which there is no use in going on


def draw_parts(count: int, rng: np.random.Generator, digits: UInt8Array) -> UInt8Array:
    """Cuts parts off digits, and keeps those that resemble no digit.

    Args:
        count: how many.
        rng: source of everything random.
        digits: (n, 28, 28) uint8 images of digits, to cut and to compare with.

    Returns:
        (count, 28, 28) uint8 under the input contract; of digits that have no such parts
        empty paper.
    """
    found = np.zeros((count, FIELD, FIELD), np.uint8)
    if not count or len(digits) < 2:
        return found
    resembles = _Resemblance(digits, rng)
    have = tried = 0
    while have < count and have >= tried * _FEWEST:
        cuts = [_cut(digits[row], rng) for row in rng.integers(len(digits), size=_CUTS)]
        tried += _CUTS
        parts = [part for part in cuts if part is not None]
        if parts:
            strange = np.stack(parts)[resembles.none(np.stack(parts))][: count - have]
            found[have : have + len(strange)] = strange
            have += len(strange)
    return found


class _Resemblance:
    """What digits look like, and how far from the others the strangest of them lie."""

    def __init__(self, digits: UInt8Array, rng: np.random.Generator) -> None:
        some = digits[rng.permutation(len(digits))[:_KNOWN]]
        upright, turned = _vectors(some), _vectors(tilt_some(some, rng, 1.0))
        self._known = np.concatenate([upright, turned])
        likeness = np.stack([upright @ upright.T, upright @ turned.T])
        own = np.arange(len(some))
        likeness[:, own, own] = 0  # what a digit is compared with are the others
        self._level = float(np.quantile(likeness.max(axis=(0, 2)), _STRANGEST))

    def none(self, images: UInt8Array) -> BoolArray:
        """(n,) whether (n, 28, 28) uint8 images resemble no digit."""
        return np.asarray((_vectors(images) @ self._known.T).max(axis=1) < self._level)


def _cut(image: UInt8Array, rng: np.random.Generator) -> UInt8Array | None:
    """What lies on one side of a line through a digit; None where it is too much or too little."""
    rows, columns = np.nonzero(image)
    if not len(rows):
        return None
    angle = rng.uniform(0, 2 * np.pi)
    across = np.cos(angle) * columns + np.sin(angle) * rows
    kept = across < rng.uniform(across.min(), across.max())
    part = np.zeros_like(image)
    part[rows[kept], columns[kept]] = image[rows[kept], columns[kept]]
    share = part.sum(dtype=np.int64) / image.sum(dtype=np.int64)
    return normalize(part) if _LEAST_INK < share < _MOST_INK else None


def _vectors(images: UInt8Array) -> Float32Array:
    """(n, 784) float32 of unit length, blurred: their products are likenesses of 0 to 1."""
    blurred = [cv2.GaussianBlur(one.astype(np.float32), (0, 0), _BLUR_PX) for one in images]
    flat = np.stack(blurred).reshape(len(images), -1)
    length = np.linalg.norm(flat, axis=1, keepdims=True)
    return np.asarray(flat / np.maximum(length, 1e-6), np.float32)

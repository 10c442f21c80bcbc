"""What is written small: a dozen pixels of a picture, enlarged to what the network sees.

On a photographed page letters and digits are often that small. Their gaps fill then and their
ends grow round: an e comes near an 8, an s near a 5, so a network has to have seen both.
"""

from __future__ import annotations

import cv2
import numpy as np

from edge.arrays import UInt8Array
from edge.normalize import normalize

_FEWEST, _MOST = 9, 17
"""Pixels along the longer side of the ink: less is illegible, more is not small."""


def some_from_afar(images: UInt8Array, rng: np.random.Generator, share: float) -> UInt8Array:
    """A copy of (n, 28, 28) uint8 images of which about `share` are written small."""
    seen = images.copy()
    for row in np.flatnonzero(rng.random(len(images)) < share):
        seen[row] = from_afar(seen[row], int(rng.integers(_FEWEST, _MOST)))
    return seen


def from_afar(image: UInt8Array, size: int) -> UInt8Array:
    """An image as it looks where its ink measures `size` pixels.

    Args:
        image: (28, 28) uint8 ink under the input contract.
        size: pixels along the longer side of the ink, at least 1.

    Returns:
        (28, 28) uint8 under the input contract; all 0 where there is no ink.
    """
    x, y, width, height = cv2.boundingRect(image)
    if not width:
        return np.zeros_like(image)
    scale = size / max(width, height)
    small = cv2.resize(
        image[y : y + height, x : x + width],
        (max(1, round(width * scale)), max(1, round(height * scale))),
        interpolation=cv2.INTER_AREA,
    )
    strongest = max(1.0, float(small.max()))  # a page's ink is measured by its strongest
    return normalize(np.rint(small * (255 / strongest)).astype(np.uint8))

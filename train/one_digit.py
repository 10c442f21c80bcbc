"""A picture of a single digit under the input contract.

Unlike a photo of a page (`edge.ink`), such a picture is filled by its digit: the paper is
only seen around it, and the digit may touch the edge.
"""

from __future__ import annotations

import cv2
import numpy as np

from edge.arrays import Float32Array, UInt8Array
from edge.normalize import FIELD, normalize

UNTOUCHED = "taken as they are: 28x28, bright ink on dark"
FOUND = "ink found, scaled and centred under the input contract"
"""What was done to a user's images, as the record of a training says it."""

_FAINTEST = 16.0
"""Grey levels between the paper and the strongest ink below which there is only paper."""

_PAPER_TOLERANCE = 40.0
"""Grey levels from the middle of the edge's values within which a pixel there is paper."""

_SPECK = 0.03
"""Share of the largest piece's area below which a piece of ink is dirt: digits have no dots."""

_LARGEST_SIDE = 256
"""Pixels to which larger pictures are scaled down: the contract keeps 20 of them."""


def is_contract(images: UInt8Array) -> bool:
    """Whether (n, h, w) images are 28x28 with bright ink on dark, as MNIST's.

    The paper is what lies along the edge: darker than the middle, on the average of all
    images, where the ink is bright.
    """
    if images.ndim != 3 or images.shape[1:] != (FIELD, FIELD) or not len(images):
        return False
    inner = images[:, 7:21, 7:21]
    edge = images.sum(dtype=np.int64) - images[:, 1:-1, 1:-1].sum(dtype=np.int64)
    return bool(edge / (len(images) * 4 * (FIELD - 1)) < inner.mean())


def to_contract(picture: UInt8Array) -> UInt8Array:
    """Finds the ink of a picture's one digit and puts it under the input contract.

    Args:
        picture: (h, w) grey or (h, w, 3) colour, dark ink on bright paper or the reverse.

    Returns:
        (28, 28) uint8, ink bright on 0; all 0 where there is no ink.
    """
    return normalize(_ink(_smaller(picture)))


def _smaller(picture: UInt8Array) -> UInt8Array:
    side = max(picture.shape[:2])
    if side <= _LARGEST_SIDE:
        return picture
    scale = _LARGEST_SIDE / side
    height, width = picture.shape[:2]
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def _ink(picture: UInt8Array) -> UInt8Array:
    """(h, w) uint8, 255 where the ink is strongest, 0 where there is paper."""
    channels = picture[..., None] if picture.ndim == 2 else picture
    # Blue ink on yellow paper shows in red: in any channel, and on either side of the paper.
    distance = np.max(
        [
            np.abs(channels[..., index] - _paper(channels[..., index]))
            for index in range(channels.shape[2])
        ],
        axis=0,
    )
    peak = float(np.percentile(distance, 99.5))
    if peak < _FAINTEST:
        return np.zeros(distance.shape, np.uint8)
    levels = np.clip(distance * (255.0 / peak), 0, 255).astype(np.uint8)
    cut, _ = cv2.threshold(levels, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    core = _without_specks((levels > cut).astype(np.uint8))
    # A pixel around the core keeps the soft edge of the stroke.
    return np.where(cv2.dilate(core, np.ones((3, 3), np.uint8)) > 0, levels, 0).astype(np.uint8)


def _paper(channel: UInt8Array) -> Float32Array:
    """The paper's brightness everywhere.

    A plane through what of the edge is no ink: a picture is often brighter on one side.
    """
    height, width = channel.shape
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    edge = np.ones((height, width), bool)
    edge[1:-1, 1:-1] = False
    values = channel[edge].astype(np.float32)
    middle = float(np.median(values))
    paper = np.abs(values - middle) <= _PAPER_TOLERANCE
    terms = np.stack([np.ones_like(values), rows[edge], columns[edge]], axis=1)
    if np.count_nonzero(paper) < 8:  # a picture of a few pixels
        return np.full((height, width), middle, np.float32)
    level, down, across = np.linalg.lstsq(terms[paper], values[paper], rcond=None)[0]
    return np.asarray(level + down * rows + across * columns, np.float32)


def _without_specks(mask: UInt8Array) -> UInt8Array:
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    areas = stats[:, cv2.CC_STAT_AREA].copy()
    areas[0] = 0  # the paper
    kept = areas >= _SPECK * areas.max(initial=1)
    kept[0] = False
    return kept[labels].astype(np.uint8) if count > 1 else mask

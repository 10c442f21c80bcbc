"""The grain of what was photographed, place by place: wood is rougher than the sheet on it.

One figure for the whole picture is that of the desk where the desk fills more of it than
the sheet, and above a desk's grain there is no pen.
"""

from __future__ import annotations

import cv2
import numpy as np

from edge.arrays import Float32Array
from edge.strength import Strength

_TILE = 0.07
"""Side of a place, as a share of the long side: some hundred samples, and smaller than a sheet."""

_EVERY = 4
"""Pixels from one sample to the next."""

_TO_DEVIATION = 1.4826
"""From the median distance to the standard deviation of normal noise."""


def local_noise(strength: Strength, usual: float, size: tuple[int, int]) -> Float32Array:
    """Standard deviation of the strength of bare ground at each place, at most the usual one.

    As in the whole, it is seen below the median, where ink is not. A place full of ink looks
    rough itself: there the usual value stands. What is smoother is taken to be half as much
    so, in ratios: a sheet has rough places of its own, folds and the back's ink.

    Args:
        strength: of the page's ink.
        usual: standard deviation over the whole picture.
        size: (rows, columns) of the answer.

    Returns:
        (rows, columns) float32, from 0 to `usual`.
    """
    sample = strength.sample(_EVERY)
    height, width = sample.shape
    side = max(4, round(_TILE * max(height, width)))
    rows, columns = -(-height // side), -(-width // side)
    beyond = ((0, rows * side - height), (0, columns * side - width))
    whole = np.pad(sample, beyond, mode="symmetric")
    tiles = whole.reshape(rows, side, columns, side).swapaxes(1, 2).reshape(rows, columns, -1)
    middle, quarter = tiles.shape[-1] // 2, tiles.shape[-1] // 4
    ordered = np.partition(tiles, (quarter, middle), axis=-1).astype(np.float32)
    seen = np.minimum(_TO_DEVIATION * (ordered[..., middle] - ordered[..., quarter]), usual)
    noise = np.sqrt(seen * np.float32(usual))
    smooth = cv2.resize(noise, (columns * side, rows * side), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.resize(smooth[:height, :width], size[::-1]), np.float32)

"""A sensor's noise: how strong it is, and away with it where it hides thin strokes."""

from __future__ import annotations

import cv2
import numpy as np

from edge.arrays import UInt8Array
from edge.median import median

_NOISY = 3.0
"""Standard deviation of the sensor's noise, in grey values, from which on it is smoothed."""

_ROWS = 8
"""Rows that are looked at: each third pixel of so many is plenty."""

_SECOND = np.array([1.0, -2.0, 1.0])
"""The second difference; across and down it makes the difference of two Laplacians."""


def calm(frame: UInt8Array, grey: UInt8Array) -> UInt8Array:
    """The frame with a noisy sensor's noise smoothed, its edges kept; most are not noisy.

    Args:
        frame: (h, w, 3) BGR or (h, w) grey uint8.
        grey: (h, w) uint8, its brightness.
    """
    noise = sensor_noise(grey)
    if noise < _NOISY:
        return frame
    smooth = cv2.bilateralFilter(frame, 5, 3.75 * noise, 1.5)
    return np.asarray(smooth, np.uint8)


def sensor_noise(grey: UInt8Array) -> float:
    """Standard deviation of a picture's noise, in grey values.

    From the median response to the difference of two Laplacians, which neither light nor
    straight edges excite (Immerkaer 1996, "Fast Noise Variance Estimation").
    """
    height, width = grey.shape
    apart = max(3, height // _ROWS)
    bands = grey[: height // apart * apart].reshape(-1, apart, width)[:, :3]
    rows = np.ascontiguousarray(bands).reshape(-1, width) if bands.size else grey
    response = cv2.sepFilter2D(rows, cv2.CV_16S, _SECOND, _SECOND)
    # Where the noise matters its median is far below 255: bytes are counted, not sorted.
    return median(cv2.convertScaleAbs(response)[1::3, ::3]) / 0.6745 / 6

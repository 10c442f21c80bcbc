"""The frame as it is read: checked, and no larger than it needs to be."""

from __future__ import annotations

import cv2
import numpy as np

from edge.arrays import AnyArray, UInt8Array
from edge.errors import InputError
from edge.halving import halved
from edge.strength import Box

WORKING_SIDE = 1280
"""Long side, in pixels, to which larger frames are reduced before anything is looked for."""


def check_frame(frame: AnyArray) -> UInt8Array:
    """The frame as BGR or grey; raises InputError for what is no picture."""
    if not isinstance(frame, np.ndarray) or frame.ndim not in (2, 3) or 0 in frame.shape:
        shape = getattr(frame, "shape", type(frame).__name__)
        raise InputError(f"a frame must be (h, w, 3) uint8 with pixels in it, not {shape}")
    if frame.dtype != np.uint8:
        raise InputError(f"a frame must be uint8, not {frame.dtype}")
    image = np.asarray(frame, np.uint8)
    if image.ndim == 2:
        return image
    if image.shape[2] == 1:
        return image[..., 0]
    if image.shape[2] == 4:
        return np.asarray(cv2.cvtColor(image, cv2.COLOR_BGRA2BGR), np.uint8)
    if image.shape[2] != 3:
        raise InputError(f"a frame must have 1, 3 or 4 channels, not {image.shape[2]}")
    return image


def working_copy(frame: UInt8Array) -> tuple[UInt8Array, float]:
    """The frame at the size it is read at, and working pixels per frame pixel."""
    height, width = frame.shape[:2]
    scale = WORKING_SIDE / max(height, width)
    if scale >= 1:
        return frame, 1.0
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    # To halve is quick, and to reduce by any other factor is not.
    while max(frame.shape[:2]) >= 2 * WORKING_SIDE and min(frame.shape[:2]) > 1:
        frame = halved(frame)
    return cv2.resize(frame, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False), scale


def on_frame(box: Box, scale: float, size: tuple[int, ...]) -> Box:
    """A box of the working copy in pixels of the upright frame of (h, w), inside it."""
    left, top = int(box[0] / scale), int(box[1] / scale)
    right = min(size[1], round((box[0] + box[2]) / scale))
    bottom = min(size[0], round((box[1] + box[3]) / scale))
    return left, top, max(1, right - left), max(1, bottom - top)

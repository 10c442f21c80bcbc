"""Picture files: decoded upright, written whole."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from edge.arrays import UInt8Array
from edge.errors import InputError
from edge.files import atomic_path


def load_picture(path: Path) -> UInt8Array:
    """Decodes a picture file, upright as its camera recorded it.

    Returns:
        (h, w, 3) BGR uint8.

    Raises:
        InputError: there is no such file, or it is no picture that OpenCV can decode.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}; name a picture file") from error
    try:
        image = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    except cv2.error:  # an empty buffer, or a picture larger than OpenCV allows
        image = None
    if image is None:
        raise InputError(f"{path} is not a picture that can be read; use JPEG, PNG, BMP or WebP")
    return image.astype(np.uint8, copy=False)


def save_picture(path: Path, picture: UInt8Array) -> None:
    """Writes a picture atomically; the format follows from the suffix."""
    with atomic_path(path) as temporary:
        try:
            written = cv2.imwrite(str(temporary), picture)
        except cv2.error:
            written = False
        if not written:
            raise InputError(f"cannot write {path}: no picture format, or no space; use .png")

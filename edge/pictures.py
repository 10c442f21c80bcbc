"""Picture files: decoded upright unless they are absurdly large, written whole."""

from __future__ import annotations

import os
from pathlib import Path

import cv2
import numpy as np

from edge.arrays import UInt8Array
from edge.errors import InputError
from edge.files import atomic_path
from edge.picture_size import picture_size
from edge.untrusted import read_within

MOST_PIXELS = 200_000_000
"""What the largest cameras of phones take; 600 MB when decoded. OpenCV alone takes 1 << 30."""

PIXELS_VARIABLE = "OPENCV_IO_MAX_IMAGE_PIXELS"
"""The environment variable in which OpenCV looks for the most pixels, and so does this."""

_LARGEST_FILE = 1 << 30


def load_picture(path: Path) -> UInt8Array:
    """Decodes a picture file, upright as its camera recorded it.

    Returns:
        (h, w, 3) BGR uint8.

    Raises:
        InputError: there is no such file, it is no picture that OpenCV can decode, or it
            claims more pixels than `most_pixels`.
    """
    try:
        content = read_within(path, _LARGEST_FILE)
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}; name a picture file") from error
    # Of a kind whose size is not known beforehand, nothing is decoded.
    size = picture_size(content)
    if size is not None:
        check_size(path, size)
    try:
        image = None if size is None else cv2.imdecode(_as_array(content), cv2.IMREAD_COLOR)
    except cv2.error:  # broken, or a side longer than OpenCV allows
        image = None
    if image is None:
        raise InputError(f"{path} is not a picture that can be read; use JPEG, PNG, BMP or WebP")
    return image.astype(np.uint8, copy=False)


def check_size(path: Path, size: tuple[int, int]) -> None:
    """Refuses what would fill the memory once it is decoded.

    Args:
        path: the picture or video.
        size: width and height that it claims, in pixels.

    Raises:
        InputError: it has more pixels than `most_pixels`.
    """
    most = most_pixels()
    if size[0] * size[1] > most:
        raise InputError(
            f"{path} claims {size[0]:,} x {size[1]:,} pixels, more than {most:,}; make it "
            f"smaller, or set {PIXELS_VARIABLE} if it is meant"
        )


def most_pixels() -> int:
    """The most pixels of a picture that is decoded: OpenCV's own variable, else 200 million."""
    told = os.environ.get(PIXELS_VARIABLE, "")
    return int(told) if told.isdecimal() and told.isascii() else MOST_PIXELS


def _as_array(content: bytes) -> UInt8Array:
    return np.frombuffer(content, np.uint8)


def save_picture(path: Path, picture: UInt8Array) -> None:
    """Writes a picture atomically; the format follows from the suffix.

    Args:
        path: where; its folder is made where it is not there.
        picture: (h, w) grey or (h, w, 3) BGR uint8.

    Raises:
        InputError: the suffix names no picture format, the folder cannot be made or written,
            or the disk is full.
    """
    with atomic_path(path) as temporary:
        try:
            written = cv2.imwrite(str(temporary), picture)
        except cv2.error:
            written = False
        if not written:
            raise InputError(f"cannot write {path}: no picture format, or no space; use .png")

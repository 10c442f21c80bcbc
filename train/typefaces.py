"""Printed letters: the outlines of the typefaces that come with matplotlib.

OpenCV's own fonts change with its version (single strokes in 4, TrueType in 5); these do not.
Without matplotlib, as on a Pi, there are none, and letters are drawn by pen and by OpenCV.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import cv2
import numpy as np

from edge.arrays import Float64Array, UInt8Array

_TALL = 100.0  # points; outlines are scaled to the canvas afterwards
_SHIFT = 4  # sub-pixel bits of OpenCV's drawing
_LATIN = (
    "DejaVuSans",
    "DejaVuSerif",
    "STIXGeneral",
    "cmb10",
    "cmmi",
    "cmr",
    "cmss",
    "cmti",
    "cmtt",
)


@cache
def typefaces() -> tuple[str, ...]:
    """The files of the typefaces that hold Latin letters, in a fixed order; () without any."""
    try:
        from matplotlib import get_data_path
    except ImportError:
        return ()
    folder = Path(get_data_path()) / "fonts" / "ttf"
    return tuple(
        str(path)
        for path in sorted(folder.glob("*.ttf"))
        if path.name.startswith(_LATIN) and "Display" not in path.name
    )


def draw_type(letters: str, face: str, side: int) -> UInt8Array:
    """Letters of one typeface, side by side, filling the middle of a square.

    Args:
        letters: one or a few.
        face: a file of `typefaces`.
        side: side of the canvas in pixels.

    Returns:
        (side, side) uint8 ink, bright on 0.
    """
    outlines = _outlines(letters, face)
    canvas = np.zeros((side, side), np.uint8)
    if not outlines:
        return canvas
    corners = np.concatenate(outlines)
    low, high = corners.min(axis=0), corners.max(axis=0)
    scale = 0.7 * side / max(float((high - low).max()), 1e-6)
    center = (low + high) / 2
    rings = [
        np.rint(((ring - center) * (scale, -scale) + side / 2) * 2**_SHIFT).astype(np.int32)
        for ring in outlines
    ]
    # One call for all rings: where an inner one lies, the even-odd rule leaves a hole.
    return cv2.fillPoly(canvas, rings, 255, cv2.LINE_AA, _SHIFT).astype(np.uint8, copy=False)


@cache
def _outlines(letters: str, face: str) -> tuple[Float64Array, ...]:
    """The closed outlines of a text, (m, 2) each, y upwards."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import TextPath

    path = TextPath((0, 0), letters, size=_TALL, prop=FontProperties(fname=face))
    rings = [np.asarray(ring, np.float64) for ring in path.to_polygons()]
    return tuple(ring for ring in rings if len(ring) > 2)

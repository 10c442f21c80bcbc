"""Draws a reading onto a copy of its frame: boxes, digits, and what the network saw."""

from __future__ import annotations

import cv2
import numpy as np

from edge.arrays import UInt8Array
from edge.normalize import FIELD
from edge.reading import Reading

_SURE, _UNSURE = (60, 170, 40), (0, 140, 255)  # BGR: green, orange
_SIGN = (190, 60, 160)  # violet
_SURE_FROM = 0.9
_STRIP_CELL = 2 * FIELD


def draw_reading(frame: UInt8Array, reading: Reading) -> UInt8Array:
    """A BGR copy of the frame with every digit boxed and named.

    Where signs were read, they are boxed as well, and each number stands below its digits.

    Args:
        frame: (h, w, 3) BGR or (h, w) grey uint8; stays as it is.
        reading: what was read in it.

    Returns:
        (h, w, 3) uint8.
    """
    color_frame = frame[..., :3] if frame.ndim == 3 else cv2.cvtColor(frame, cv2.COLOR_GRAY2BGR)
    canvas = np.array(color_frame, np.uint8, order="C")
    line = max(1, round(max(canvas.shape) / 500))
    for one in reading.detections:
        x, y, w, h = one.box
        color = _SURE if one.confidence >= _SURE_FROM else _UNSURE
        cv2.rectangle(canvas, (x, y), (x + w, y + h), color, line)
        _label(canvas, f"{one.digit} {one.confidence:.0%}", (x, y), h, color)
    for sign in reading.signs:
        x, y, w, h = sign.box
        cv2.rectangle(canvas, (x - line, y - line), (x + w + line, y + h + line), _SIGN, line)
    for number in reading.numbers if reading.signs else ():
        # Below it: above are the labels of its digits.
        x, y, w, h = number.box
        cv2.line(canvas, (x, y + h + 2 * line), (x + w, y + h + 2 * line), _SIGN, line)
        room = min(canvas.shape[0] - 1, y + h + 3 * line + max(16, h // 3))
        _label(canvas, number.text, (x, room), h, _SIGN)
    return canvas


def draw_strip(reading: Reading, width: int) -> UInt8Array:
    """What the network saw, digit by digit: (56, width, 3) uint8, cut off where it is full."""
    strip = np.full((_STRIP_CELL, width, 3), 32, np.uint8)
    for place, one in enumerate(reading.detections[: width // _STRIP_CELL]):
        cell = cv2.resize(one.image, (_STRIP_CELL, _STRIP_CELL), interpolation=cv2.INTER_NEAREST)
        left = place * _STRIP_CELL
        strip[:, left : left + _STRIP_CELL] = cell[..., None]
        cv2.putText(
            strip, one.digit, (left + 3, 16), cv2.FONT_HERSHEY_SIMPLEX, 0.5, _SURE, 1, cv2.LINE_AA
        )
    return strip


def _label(
    canvas: UInt8Array, text: str, corner: tuple[int, int], height: int, color: tuple[int, int, int]
) -> None:
    """Writes above the box, inside the picture, no larger than the digit allows."""
    # Large enough to read, small enough not to hide the neighbour.
    scale = float(np.clip(height / 160, 0.38, max(canvas.shape) / 1200 + 0.2))
    thick = max(1, round(scale * 1.6))
    (width, tall), base = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, scale, thick)
    x = max(0, min(corner[0], canvas.shape[1] - width))
    y = max(tall + base, corner[1] - base)
    cv2.rectangle(canvas, (x, y - tall - base), (x + width, y + base // 2), (255, 255, 255), -1)
    cv2.putText(canvas, text, (x, y), cv2.FONT_HERSHEY_SIMPLEX, scale, color, thick, cv2.LINE_AA)


def write_text(canvas: UInt8Array, text: str, at: tuple[int, int]) -> None:
    """Writes a line on a dark bar, legible on any picture; `at` is its lower left corner."""
    # A halo of thicker letters would not do: OpenCV 5 spaces them wider.
    (width, tall), base = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, 0.55, 1)
    x, y = at
    cv2.rectangle(canvas, (x - 4, y - tall - 3), (x + width + 4, y + base + 1), (40, 40, 40), -1)
    cv2.putText(canvas, text, at, cv2.FONT_HERSHEY_SIMPLEX, 0.55, (240, 240, 240), 1, cv2.LINE_AA)

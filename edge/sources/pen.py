"""Ten digits as a pen writes them, for the demo. A training draws from train/forms/."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np

from edge.arrays import UInt8Array

FORMS: dict[str, tuple[tuple[tuple[float, float], ...], ...]] = {
    "0": (((5, 0), (1.5, 2.5), (0.5, 8), (2, 14), (5, 16), (8.5, 13.5), (9.5, 8), (8, 2), (5, 0)),),
    "1": (((3, 3.5), (6, 0), (5.7, 8), (5.3, 16)),),
    "2": (
        ((1, 3.5), (3, 0.6), (6.5, 0.3), (8.5, 3), (7.5, 7), (4, 11.5), (0.8, 15.6)),
        ((0.8, 15.6), (5, 15.2), (9.5, 15.4)),
    ),
    "3": (
        ((1, 2), (4, 0), (7.5, 1.2), (8, 4.5), (4, 7.3)),
        ((4, 7.3), (8.2, 9), (9, 12.5), (6, 15.8), (2.5, 15.6), (0.8, 13.5)),
    ),
    "4": (
        ((6, 0), (3.5, 5), (0.8, 10)),
        ((0.8, 10), (5, 10), (9.6, 9.6)),
        ((7, 4.5), (6.6, 10), (6.2, 16)),
    ),
    "5": (
        ((8.5, 0.4), (2.5, 0.5)),
        ((2.5, 0.5), (2.1, 3.5), (1.7, 6.8)),
        ((1.7, 6.8), (5, 5.8), (8.4, 8), (8.6, 12), (5.5, 15.6), (1.2, 14.8)),
    ),
    "6": (
        (
            (7.2, 0.3),
            (3.6, 3.5),
            (1.4, 8.5),
            (1.8, 13.3),
            (4.8, 16),
            (8, 14),
            (8.4, 10.8),
            (5.6, 8.6),
            (2.8, 10),
            (1.7, 12.2),
        ),
    ),
    "7": (((0.8, 0.8), (5, 0.6), (9, 0.5)), ((9, 0.5), (6.4, 7), (4.2, 16))),
    "8": (
        (
            (5.2, 7.4),
            (2, 5),
            (2.2, 1.6),
            (5.2, 0),
            (8, 1.7),
            (7.8, 4.8),
            (5.2, 7.4),
            (2, 10),
            (1.5, 13.4),
            (5, 16),
            (8.5, 13.6),
            (8, 10),
            (5.2, 7.4),
        ),
    ),
    "9": (
        ((8, 3.6), (5.5, 0.3), (2.4, 1.8), (1.8, 5.2), (4.4, 7.6), (7.4, 6), (8.1, 3.6)),
        ((8.1, 3.6), (7.9, 9), (7, 16)),
    ),
}
"""A pen's way through each digit, in a box 10 wide and 16 high."""


def draw_stroke(sheet: UInt8Array, points: Any, pen: float) -> None:
    """Draws a smooth line through points (n, 2) in pixels."""
    ends = np.vstack([2 * points[0] - points[1], points, 2 * points[-1] - points[-2]])
    t = np.linspace(0, 1, 8)[:, None]
    path = np.vstack(
        [
            0.5
            * (
                2 * b
                + (c - a) * t
                + (2 * a - 5 * b + 4 * c - d) * t**2
                + (3 * b - a - 3 * c + d) * t**3
            )
            for a, b, c, d in zip(ends, ends[1:], ends[2:], ends[3:], strict=False)
        ]
    )
    corners = np.asarray(path * 16, np.int32).reshape(-1, 1, 2)
    cv2.polylines(sheet, [corners], False, (62, 42, 38), max(2, round(pen)), cv2.LINE_AA, 4)

"""Ink is darker than both of its sides; the edge of a sheet is one of them."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from edge.clearance import is_edge, sides_clearance, strokes_clearance


def in_shadow(page: np.ndarray) -> np.ndarray:
    """The right half at less than half of the light."""
    page = page.copy()
    page[:, 150:] = (page[:, 150:] * 0.4).astype(np.uint8)
    return page


@pytest.mark.parametrize("thick", [2, 6, 14])
def test_a_stroke_in_light_and_shadow_is_clear_of_both(thick: int) -> None:
    page = np.full((200, 300), 220, np.uint8)
    cv2.line(page, (60, 60), (220, 140), 90.0, thick)
    own = page < 150
    x, y, w, h = cv2.boundingRect(own.astype(np.uint8))
    shaded = in_shadow(page)
    sides = sides_clearance(shaded, [(x, y, w, h)], np.array([np.median(shaded[own])]))
    strokes = strokes_clearance(shaded, (x, y, w, h), own[y : y + h, x : x + w])
    level = 255 * (1 - 91 / 221)
    assert is_edge(float(sides[0]), level)
    assert not is_edge(strokes, level)
    assert strokes == pytest.approx(1 - 91 / 221, abs=0.03)


@pytest.mark.parametrize("at_the_end", [False, True])
def test_the_edge_of_a_sheet_is_clear_of_neither(*, at_the_end: bool) -> None:
    page = in_shadow(np.full((200, 300), 220, np.uint8))
    box = (150, 0 if at_the_end else 40, 6, 100)
    own = np.ones((100, 6), bool)
    assert is_edge(float(sides_clearance(page, [box], np.array([88.0]))[0]), 150)
    assert is_edge(strokes_clearance(page, box, own), 150)


def test_where_the_frame_ends_on_all_sides_there_is_paper() -> None:
    page = np.full((40, 30), 100, np.uint8)
    assert sides_clearance(page, [(0, 0, 30, 40)], np.array([100.0]))[0] == pytest.approx(
        1 - 101 / 256
    )

"""A page is looked at at half its size where that is enough, and only there."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from edge.finding import Found, find
from edge.laps import Laps
from edge.reader import Reader
from edge.working_copy import WORKING_SIDE

WHITE, BLACK = 230, 40


def _page(heights: list[int], width: int = 640, height: int = 480) -> np.ndarray:
    """Upright strokes of some heights in pixels, three pixels and more wide, beside each other."""
    page = np.full((height, width), WHITE, np.uint8)
    for place, tall in enumerate(heights):
        x, y = 30 + 56 * (place % 10), 30 + 150 * (place // 10)
        cv2.rectangle(page, (x, y), (x + max(3, tall // 8), y + tall - 1), BLACK, -1)
    return page


def _found(page: np.ndarray) -> Found:
    return find(page, Laps())


@pytest.mark.parametrize(
    ("heights", "scale"),
    [
        pytest.param([60] * 10, 0.5, id="large"),
        pytest.param([24] * 10, 1.0, id="small"),
        pytest.param([60] * 10 + [14] * 10, 1.0, id="small print below large digits"),
        pytest.param([120] * 8 + [14], 0.5, id="a speck beside large digits"),
        pytest.param([60] * 3 + [30] * 7, 1.0, id="mostly small"),
        pytest.param([], 1.0, id="nothing"),
    ],
)
def test_large_digits_alone_are_looked_at_at_half_the_size(
    heights: list[int], scale: float
) -> None:
    found = _found(_page(heights))
    assert found.scale == scale
    assert found.page.shape == (480 * scale, 640 * scale)
    assert len(found.candidates) == len(heights)


def test_a_ruled_page_is_looked_at_as_it_is() -> None:
    page = _page([60] * 10)
    for row in range(12, 480, 40):
        cv2.line(page, (0, row), (639, row), 150, 1)
    found = _found(page)
    assert found.ink.ruled
    assert found.scale == 1


def test_a_small_picture_is_looked_at_as_it_is() -> None:
    page = _page([60], width=120, height=120)
    assert _found(page).scale == 1


def test_a_large_photo_is_half_the_working_copy() -> None:
    page = cv2.resize(_page([60] * 10), (4000, 3000), interpolation=cv2.INTER_CUBIC)
    found = _found(np.asarray(page, np.uint8))
    assert max(found.page.shape) == WORKING_SIDE // 2
    assert found.scale == WORKING_SIDE / 2 / 4000


@pytest.mark.parametrize("shape", [(480, 640), (481, 641), (479, 643, 3)])
def test_boxes_are_in_pixels_of_the_frame_as_it_was_given(shape: tuple[int, ...]) -> None:
    page = np.full(shape, WHITE, np.uint8)
    cv2.putText(page, "7", (shape[1] - 70, shape[0] - 30), 0, 3.0, (BLACK,) * 3, 9, cv2.LINE_AA)
    rows, columns = np.nonzero(page.reshape(*shape[:2], -1)[..., 0] < WHITE // 2)
    examined = Reader().examine(page)
    assert examined.page.shape[:2] == (shape[0] // 2, shape[1] // 2)
    (seven,) = examined.reading.detections
    x, y, w, h = seven.box
    assert seven.digit == "7"
    assert abs(x - columns.min()) <= 3
    assert abs(y - rows.min()) <= 3
    assert abs(x + w - 1 - columns.max()) <= 3
    assert abs(y + h - 1 - rows.max()) <= 3

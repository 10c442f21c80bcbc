"""Large frames are reduced quickly, and to what they are reduced to slowly."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from edge.working_copy import WORKING_SIDE, working_copy


@pytest.mark.parametrize("size", [(4000, 3000), (2561, 1703), (2559, 1441), (1281, 7), (9000, 2)])
def test_a_large_frame_is_as_if_reduced_at_once(size: tuple[int, int]) -> None:
    width, height = size
    rng = np.random.default_rng(6)
    coarse = rng.integers(0, 256, (max(1, height // 50), width // 50, 3)).astype(np.uint8)
    frame = np.asarray(cv2.resize(coarse, size, interpolation=cv2.INTER_CUBIC), np.uint8)
    page, scale = working_copy(frame)
    assert max(page.shape[:2]) == WORKING_SIDE
    assert page.shape[0] == max(1, round(height * scale))
    at_once = cv2.resize(frame, page.shape[1::-1], interpolation=cv2.INTER_AREA)
    off = np.abs(page.astype(int) - at_once)
    # Where a row or a column is odd it is left out: less than a pixel, of which 5 grey values.
    assert off.mean() < 2


def test_a_small_frame_stays_as_it_is() -> None:
    frame = np.zeros((720, WORKING_SIDE, 3), np.uint8)
    page, scale = working_copy(frame)
    assert page is frame
    assert scale == 1

"""What is ink is found on a reduced picture, and no ink is lost by that."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.halving import halved
from edge.strength import known
from edge.threshold import _inked, paper_noise, threshold


@settings(deadline=None)
@given(
    seed=st.integers(0, 999),
    share=st.sampled_from([0.001, 0.02, 0.3]),
    floor=st.integers(5, 60),
)
def test_nothing_above_the_floor_lies_outside_of_what_is_looked_at(
    seed: int, share: float, floor: int
) -> None:
    rng = np.random.default_rng(seed)
    strength = (rng.integers(0, 256, (40, 60)) * (rng.random((40, 60)) < share)).astype(np.uint8)
    soft = cv2.GaussianBlur(strength, (3, 3), 0)
    x, y, w, h = _inked(halved(strength), floor)
    soft[2 * y : 2 * (y + h), 2 * x : 2 * (x + w)] = 0
    assert soft.max() <= floor


def whole_mask(strength: np.ndarray) -> np.ndarray:
    """What is ink on a page, of all of it."""
    ink = threshold(known(strength))
    x, y, w, h = ink.box
    mask = np.zeros_like(strength)
    mask[y : y + h, x : x + w] = ink.mask
    return mask


def test_a_pencil_beside_a_marker_is_ink() -> None:
    strength = np.full((240, 320), 3, np.uint8)
    cv2.line(strength, (60, 40), (60, 200), 230, 9)
    cv2.line(strength, (110, 40), (110, 200), 75, 5)
    mask = whole_mask(strength)
    assert (mask[60:180, 60] == 255).all()
    assert (mask[60:180, 110] == 255).all()
    assert not mask[:, 160:].any()


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (2, 2), (3, 5), (7, 64), (61, 33)])
def test_pictures_of_any_size_have_a_mask(shape: tuple[int, int]) -> None:
    strength = np.random.default_rng(2).integers(0, 256, shape).astype(np.uint8)
    mask = whole_mask(strength)
    assert mask.shape == shape
    assert set(np.unique(mask)) <= {0, 255}


@pytest.mark.parametrize("size", [(120, 160), (480, 640), (960, 1280)])
def test_a_papers_grain_is_measured_on_a_few_pixels(size: tuple[int, int]) -> None:
    sheet = np.random.default_rng(4).normal(40, 8, size)
    strength = np.clip(np.rint(sheet), 0, 255).astype(np.uint8)
    # Half of the normal distribution lies below the median, its own median 0.6745 below that.
    assert paper_noise(known(strength)) == pytest.approx(8, rel=0.2)

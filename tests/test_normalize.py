"""The input contract: any ink, at whatever size and place, comes out as MNIST has it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from edge.errors import InputError
from edge.normalize import (
    BOX,
    CENTER,
    FIELD,
    centers_of_mass,
    normalize,
    normalize_all,
    stroke_width,
)
from train.data import load_dataset


def bar(width: int, height: int) -> np.ndarray:
    return np.full((height, width), 255, np.uint8)


@pytest.mark.parametrize(
    ("ink", "expected"),
    [
        pytest.param(bar(40, 40), (4, 4, 20, 20), id="square-fills-the-box"),
        pytest.param(bar(5, 20), (12, 4, 5, 20), id="upright-bar-keeps-its-aspect"),
        pytest.param(bar(200, 50), (4, 12, 20, 5), id="flat-bar-is-scaled-by-its-width"),
        pytest.param(bar(4, 4), (4, 4, 20, 20), id="small-ink-is-enlarged"),
    ],
)
def test_golden_shapes(ink: np.ndarray, expected: tuple[int, int, int, int]) -> None:
    assert cv2.boundingRect(normalize(ink)) == expected


def test_the_center_of_mass_moves_to_the_center_not_the_box() -> None:
    # A heavy foot: the box's centre and the ink's are different places.
    ink = np.zeros((60, 60), np.uint8)
    ink[0:50, 26:34] = 255
    ink[50:60, :] = 255
    row, column = centers_of_mass(normalize(ink)[None])[0]
    assert abs(row - CENTER) <= 0.5
    assert abs(column - CENTER) <= 0.5


@given(
    st.lists(npst.arrays(np.uint8, st.tuples(st.integers(0, 40), st.integers(0, 40))), max_size=5)
)
def test_many_at_once_are_each_as_it_is_alone(inks: list[np.ndarray]) -> None:
    images = normalize_all(inks)
    assert images.shape == (len(inks), FIELD, FIELD)
    for image, ink in zip(images, inks, strict=True):
        assert np.array_equal(image, normalize(ink))


@given(
    npst.arrays(np.uint8, st.tuples(st.integers(1, 70), st.integers(1, 70))),
    st.integers(0, 9),
)
def test_any_ink_gives_an_image_within_the_contract(ink: np.ndarray, margin: int) -> None:
    image = normalize(ink)
    assert image.shape == (FIELD, FIELD)
    assert image.dtype == np.uint8
    if not ink.any():
        assert not image.any()
        return
    _, _, width, height = cv2.boundingRect(image)
    assert max(width, height) <= BOX
    # What surrounds the ink is no part of it.
    assert np.array_equal(image, normalize(np.pad(ink, margin)))


@pytest.mark.parametrize("size", [100, 200, 400])
def test_the_same_digit_at_another_resolution_looks_the_same(size: int) -> None:
    page = np.zeros((800, 800), np.uint8)
    cv2.ellipse(page, (400, 400), (180, 300), 20, 0, 360, 255, 70)
    small = cv2.resize(page, (size, size), interpolation=cv2.INTER_AREA)
    one, other = normalize(small).astype(int), normalize(page).astype(int)
    # Whole pixels: where the centre lies between two, a hair decides for either.
    shifts = [(dy, dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1)]
    alike = max(
        np.corrcoef(np.roll(one, shift, (0, 1)).ravel(), other.ravel())[0, 1] for shift in shifts
    )
    # The box is whole pixels, too: 14 or 15 of them are one digit at two resolutions.
    assert alike > 0.85


def test_a_fine_pen_is_thickened() -> None:
    page = np.zeros((200, 200), np.uint8)
    cv2.ellipse(page, (100, 100), (50, 80), 0, 0, 360, 255, 2)
    assert stroke_width(normalize(page)) > 2.2
    assert normalize(page).max() > 150


@pytest.mark.parametrize("width", [4, 8, 16, 30])
def test_stroke_width_is_measured_in_pixels(width: int) -> None:
    page = np.zeros((300, 300), np.uint8)
    cv2.line(page, (50, 40), (50, 260), 255, width)
    assert abs(stroke_width(page) - width) <= 0.15 * width + 1


@pytest.mark.parametrize(
    "ink",
    [
        pytest.param(np.zeros((3, 3, 3), np.uint8), id="colour"),
        pytest.param(np.zeros((3, 3), np.float32), id="float"),
        pytest.param(np.zeros(3, np.uint8), id="flat"),
    ],
)
def test_what_is_no_ink_is_refused(ink: np.ndarray) -> None:
    with pytest.raises(InputError, match="uint8"):
        normalize(ink)


def test_no_pixels_are_no_ink() -> None:
    assert not normalize(np.zeros((0, 0), np.uint8)).any()


def test_mnist_was_made_by_this_contract(mnist_path) -> None:
    """The contract leaves MNIST's own images as they are: it is the one they were made by."""
    images = load_dataset(str(mnist_path)).train.images
    same = np.mean([np.array_equal(normalize(image), image) for image in images])
    assert same >= 59_985 / 60_000

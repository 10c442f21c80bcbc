"""The light is divided out on a reduced picture, in the channels that the ink needs."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.arrays import UInt8Array
from edge.halving import enlarged, halved, quartered, shortened
from edge.ink import find_ink
from edge.light import flatten
from edge.noise import sensor_noise

PENS = {
    "black": (40, 40, 40),
    "blue": (160, 70, 40),
    "red": (50, 50, 190),
    "green": (70, 130, 50),
    "yellow": (60, 190, 200),
}


def _page(*colors: tuple[int, int, int]) -> UInt8Array:
    """Strokes of each colour, one below the other, on paper in a falling light."""
    light = np.linspace(1, 0.6, 240)[:, None]
    page = np.repeat((light * np.full((240, 480), 225))[..., None], 3, axis=2).astype(np.uint8)
    for number, color in enumerate(colors):
        shade = page[40 + 40 * number, 240].astype(float) / 225
        pen = tuple(float(value * one) for value, one in zip(color, shade, strict=True))
        cv2.line(page, (40, 40 + 40 * number), (400, 60 + 40 * number), pen, 5)
    return page


@pytest.mark.parametrize("pen", PENS)
def test_a_pen_of_any_colour_is_as_strong_as_in_its_best_channel(pen: str) -> None:
    page = _page(PENS[pen])
    strength = flatten(page).whole()
    best = max(1 - value / 225 for value in PENS[pen])
    along = strength[50, 215:225].astype(float) / 255
    assert along.mean() == pytest.approx(best, abs=0.17)
    assert np.median(strength) <= 4


def test_pens_of_different_colours_all_show_on_one_page() -> None:
    strength = flatten(_page(*PENS.values())).whole()
    for number in range(len(PENS)):
        assert strength[50 + 40 * number, 215:225].min() > 0.5 * 255 * 0.2


def test_a_single_red_digit_among_black_ones_shows() -> None:
    page = _page(*[PENS["black"]] * 4)
    cv2.putText(page, "7", (440, 230), cv2.FONT_HERSHEY_SIMPLEX, 1.0, PENS["red"], 3)
    alone = np.full_like(page, 225)
    cv2.putText(alone, "7", (440, 230), cv2.FONT_HERSHEY_SIMPLEX, 1.0, PENS["red"], 3)
    drawn = alone[..., 1] < 100
    assert (find_ink(page).mask[drawn] > 0).mean() > 0.9


@pytest.mark.parametrize("size", [(960, 720), (640, 480), (480, 360), (320, 240)])
def test_the_paper_between_strokes_that_are_brighter_than_it_is_no_ink(
    size: tuple[int, int],
) -> None:
    """Blue ink on dark yellow paper: in blue the ink is the brighter of the two."""
    page = np.full((720, 960, 3), (80, 140, 155), np.uint8)
    for row in (200, 310):
        for left in range(60, 400, 60):
            cv2.ellipse(page, (left, row), (16, 34), 0, 0, 360, (150, 80, 40), 4, cv2.LINE_AA)
    page = np.asarray(cv2.resize(page, size, interpolation=cv2.INTER_AREA), np.uint8)
    strength = flatten(page).whole()
    assert strength.max() > 60
    assert (strength > 12).mean() < 0.05


def test_a_page_in_grey_is_one_of_three_equal_channels() -> None:
    page = _page(PENS["black"])
    off = np.abs(flatten(page).whole().astype(int) - flatten(page[..., 1].copy()).whole())
    assert off.max() <= 2


@settings(deadline=None)
@given(value=st.integers(0, 255), seed=st.integers(0, 99))
def test_a_quarter_is_neither_brighter_nor_darker(value: int, seed: int) -> None:
    noise = np.random.default_rng(seed).integers(-20, 21, (64, 96))
    picture = np.clip(value + noise, 0, 255).astype(np.uint8)
    assert abs(float(quartered(picture).mean()) - float(picture.mean())) < 0.1


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (7, 1), (2, 3), (5, 6, 3), (48, 64)])
def test_halves_of_any_size(shape: tuple[int, ...]) -> None:
    picture = np.full(shape, 77, np.uint8)
    half = halved(picture)
    assert half.shape == (max(1, shape[0] // 2), max(1, shape[1] // 2), *shape[2:])
    assert (half == 77).all()


@settings(deadline=None)
@given(
    data=st.data(),
    times=st.sampled_from([2, 4]),
    height=st.integers(4, 40),
    width=st.integers(4, 40),
)
def test_a_part_of_the_enlarged_is_cut_from_the_whole(
    data: st.DataObject, times: int, height: int, width: int
) -> None:
    picture = np.random.default_rng(height * width).integers(0, 256, (height, width))
    small = (halved if times == 2 else quartered)(picture.astype(np.uint8))
    whole = enlarged(small, times, (0, 0, width, height))
    assert whole.shape == (height, width)
    x, y = data.draw(st.integers(0, width - 1)), data.draw(st.integers(0, height - 1))
    w, h = data.draw(st.integers(1, width - x)), data.draw(st.integers(1, height - y))
    part = enlarged(small, times, (x, y, w, h))
    assert np.array_equal(part, whole[y : y + h, x : x + w])


def test_shortened_rows_are_means_of_four() -> None:
    rows = np.array([10, 20, 30, 40, 7, 7, 7, 7, 200, 200], np.uint8)
    short = shortened(np.repeat(rows[:, None], 5, axis=1))
    assert short.shape == (2, 5)
    assert np.abs(short.astype(int) - [[25], [7]]).max() <= 1


@pytest.mark.parametrize("noise", [0.0, 0.7])
def test_bare_paper_is_not_looked_at_and_ink_is_as_strong(
    noise: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = np.full((480, 640), 215, np.uint8)
    cv2.putText(page, "386", (80, 150), cv2.FONT_HERSHEY_SIMPLEX, 3.0, 60.0, 5, cv2.LINE_AA)
    grain = np.random.default_rng(1).normal(0, noise, page.shape)
    frame = np.clip(np.rint(page + grain), 0, 255).astype(np.uint8)
    strength = flatten(frame).whole()
    monkeypatch.setattr("edge.strength._BARE", 255)  # nothing is known to be bare
    whole = flatten(frame).whole()
    assert not strength[300:].any()
    inked = whole > 13
    assert inked.any()
    assert np.abs(strength[inked].astype(int) - whole[inked]).max() <= 1


def test_noise_is_measured_alike_on_small_and_large_pictures() -> None:
    rng = np.random.default_rng(3)
    for shape in ((2, 5), (60, 90), (480, 640), (1280, 960)):
        picture = np.clip(rng.normal(128, 6, shape), 0, 255).astype(np.uint8)
        if shape[0] > 2:
            assert sensor_noise(picture) == pytest.approx(6, rel=0.25)
        else:
            assert sensor_noise(picture) >= 0

"""Sheets on wood and between dark things, pages in fog, pages of words."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.photos_labels import LabelledPhoto
from benchmarks.photos_score import Tally, judge_photo
from edge.arrays import UInt8Array
from edge.grain import local_noise
from edge.polarity import polarity
from edge.reader import Reader
from edge.strength import known
from train.scenes import Scene, SceneKind, draw_page

_LINES = ["314 159", "2718 28", "60 221 47"]


@pytest.fixture(scope="module")
def page() -> Scene:
    return draw_page(_LINES, np.random.default_rng(5))


def wood(height: int, width: int, rng: np.random.Generator) -> UInt8Array:
    """(h, w, 3) uint8: brown, with a strong grain from left to right."""
    y = np.arange(height, dtype=np.float32)[:, None]
    fibres = rng.normal(0, 1, (height // 3, width // 40)).astype(np.float32)
    grain = 0.8 + 0.08 * np.sin(y / 7) + 0.1 * cv2.resize(fibres, (width, height))
    return np.clip(grain[..., None] * (70, 105, 150), 0, 255).astype(np.uint8)


def laid(sheet: Scene, ground: UInt8Array, left: int, top: int) -> tuple[UInt8Array, LabelledPhoto]:
    """The sheet on a larger ground, and its labels there."""
    picture = ground.copy()
    height, width = sheet.image.shape[:2]
    picture[top : top + height, left : left + width] = sheet.image
    digits = tuple((str(label), (x + left, y + top, w, h)) for label, (x, y, w, h) in sheet.digits)
    return picture, LabelledPhoto("sheet", Path(), sheet.lines, digits)


@pytest.mark.parametrize("turns", [0, 1], ids=["upright", "on-its-side"])
def test_a_sheet_on_rough_wood_is_read(reader: Reader, page: Scene, turns: int) -> None:
    """Wood fills most of the picture: its grain says nothing of the sheet's."""
    ground = wood(1100, 1500, np.random.default_rng(3))
    picture, labels = laid(page, ground, 260, 190)
    if turns:
        picture = np.ascontiguousarray(np.rot90(picture))
    reading = reader.read(picture, turns=None)
    if turns:
        read = "".join("".join(reading.lines).split())
        assert sum(digit in read for digit in "31415927182860221") >= 15
    else:
        assert judge_photo(labels, reading).tally.recall >= 0.9


def test_a_page_in_fog_is_read(reader: Reader, page: Scene) -> None:
    """Most of its ink is less than an eighth darker than the paper."""
    fog = np.rint(page.image * 0.17 + 180).astype(np.uint8)
    labels = laid(page, page.image, 0, 0)[1]
    tally: Tally = judge_photo(labels, reader.read(fog)).tally
    assert tally.f1 >= 0.9


def test_a_blank_page_in_fog_stays_blank(reader: Reader) -> None:
    blank = draw_page([], np.random.default_rng(8)).image
    assert reader.read(np.rint(blank * 0.17 + 180).astype(np.uint8)).lines == ()


def test_a_sheet_that_passes_for_writing_on_a_board_is_read(reader: Reader, page: Scene) -> None:
    """What is bright and small makes a picture look like a board: a cloth with bright spots."""
    ground = np.full((1100, 1500, 3), 40, np.uint8)
    for top in range(20, 1080, 90):
        for left in range(20, 1480, 90):
            ground[top : top + 30, left : left + 30] = 255
    ground[180:960, 240:1240] = 40
    picture, labels = laid(page, ground, 260, 200)
    light, doubtful = polarity(np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), np.uint8))
    assert light
    assert not doubtful
    assert judge_photo(labels, reader.read(picture)).tally.recall >= 0.9


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_page_of_words_is_not_turned_until_letters_are_digits(reader: Reader, seed: int) -> None:
    words = draw_page(None, np.random.default_rng([9, seed]), kind=SceneKind.NO_DIGITS)
    assert len(reader.read(words.image, turns=None).detections) <= 0.08 * len(words.nondigits)


@settings(max_examples=30, deadline=None)
@given(
    height=st.integers(8, 200),
    width=st.integers(8, 200),
    usual=st.floats(0.0, 60.0),
    seed=st.integers(0, 99),
)
def test_noise_at_a_place_is_no_more_than_the_usual(
    height: int, width: int, usual: float, seed: int
) -> None:
    strength = np.random.default_rng(seed).integers(0, 256, (height, width)).astype(np.uint8)
    noise = local_noise(known(strength), usual, (5, 7))
    assert noise.shape == (5, 7)
    assert noise.min() >= 0
    assert noise.max() <= usual * 1.001


def test_noise_is_seen_where_it_is() -> None:
    strength = np.zeros((400, 600), np.uint8)
    rough = np.random.default_rng(0).normal(60, 20, (400, 300))
    strength[:, 300:] = np.clip(rough, 0, 255)
    noise = local_noise(known(strength), 20.0, (40, 60))
    assert noise[:, :25].max() < 2
    assert noise[:, 35:].mean() > 14

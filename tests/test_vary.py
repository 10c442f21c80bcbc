"""How tutorials vary their images: within the ranges they name, no further, anew each epoch."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import cv2
import numpy as np
import pytest

pytest.importorskip("keras")

from edge.errors import InputError
from edge.normalize import FIELD
from tests.support import needs_tensorflow
from train.images import Images
from train.varied_feed import VariedBatches
from train.vary import Variation, vary

NOTHING = Variation(rotation_deg=0, shift=0, zoom=0)


def _bar(width: int = 4) -> np.ndarray:
    """An upright bar of `width`, even, by 16 pixels in the middle."""
    image = np.zeros((FIELD, FIELD), np.uint8)
    image[6:22, 14 - width // 2 : 14 + width // 2] = 255
    return image


def _many(how: Variation, count: int = 400, width: int = 4) -> np.ndarray:
    return vary(np.repeat(_bar(width)[None], count, axis=0), np.random.default_rng(1), how)


def _moments(image: np.ndarray) -> dict[str, float]:
    return cv2.moments(image)


def test_nothing_asked_nothing_changed() -> None:
    assert np.array_equal(_many(NOTHING, 3), np.repeat(_bar()[None], 3, axis=0))


def test_a_turn_stays_within_its_range_and_uses_it() -> None:
    angles = []
    for image in _many(dataclasses.replace(NOTHING, rotation_deg=10)):
        m = _moments(image)
        angles.append(np.degrees(0.5 * np.arctan2(2 * m["mu11"], m["mu02"] - m["mu20"])))
    assert -10.5 < min(angles) < -9
    assert 9 < max(angles) < 10.5
    assert abs(np.mean(angles)) < 1


def test_a_shift_stays_within_its_range_and_uses_it() -> None:
    centers = np.array(
        [
            (m["m10"] / m["m00"], m["m01"] / m["m00"])
            for m in map(_moments, _many(dataclasses.replace(NOTHING, shift=0.1)))
        ]
    )
    moved = centers - (FIELD - 1) / 2
    assert np.all(np.abs(moved) <= 2.81)
    assert np.all(np.abs(moved).max(axis=0) > 2.5)
    assert np.all(np.abs(moved.mean(axis=0)) < 0.3)


def test_a_zoom_changes_each_axis_within_its_range() -> None:
    how = dataclasses.replace(NOTHING, zoom=0.1)
    made = [_moments(image) for image in _many(how, width=14)]
    plain = _moments(_bar(14))
    height = [np.sqrt(m["mu02"] / m["m00"] / (plain["mu02"] / plain["m00"])) for m in made]
    width = [np.sqrt(m["mu20"] / m["m00"] / (plain["mu20"] / plain["m00"])) for m in made]
    for scales in (height, width):
        assert 0.88 < min(scales) < 0.93
        assert 1.08 < max(scales) < 1.16  # drawn to sample: a tenth less is a ninth more
    assert abs(float(np.corrcoef(height, width)[0, 1])) < 0.2


def test_what_comes_in_from_outside_is_the_edge() -> None:
    image = np.full((1, FIELD, FIELD), 9, np.uint8)
    assert np.all(vary(image, np.random.default_rng(0), Variation(10, 0.3, 0.3)) == 9)


@pytest.mark.parametrize("wrong", [(-1, 0, 0), (0, -0.1, 0), (0, 0, 1), (0, 0, -0.1)])
def test_what_no_image_can_be_varied_by_is_refused(wrong: tuple[float, float, float]) -> None:
    with pytest.raises(InputError, match="varied"):
        Variation(*wrong)


def test_an_epoch_shows_every_image_once_each_epoch_otherwise() -> None:
    plain = np.arange(10, dtype=np.uint8)[:, None, None].repeat(FIELD, 1).repeat(FIELD, 2)
    images = Images(plain, np.arange(10))
    feed = VariedBatches(images, images.labels, Variation(10, 0.1, 0.1), batch=4, seed=3)
    assert len(feed) == 3

    def epoch(number: int) -> list[int]:
        feed.start_at(number)
        items = [feed[index] for index in range(len(feed))]
        for seen, labels in items:
            assert seen.dtype == np.float32
            assert np.array_equal(np.rint(255 * seen[:, 14, 14, 0]), labels)
        return [int(label) for _, labels in items for label in labels]

    first = epoch(0)
    assert sorted(first) == sorted(epoch(1)) == list(range(10))
    assert epoch(1) != first
    assert epoch(0) == first


@needs_tensorflow
def test_the_second_form_learns(tmp_path: Path, drawn: Images) -> None:
    from train.data import Split
    from train.fit import fit
    from train.recipes import get_recipe

    recipe = get_recipe("conv3_dropout_augmented")
    assert recipe.variation == Variation(rotation_deg=10, shift=0.1, zoom=0.1)
    split = Split(drawn, drawn.take(np.arange(500)), "for the test")
    trained = fit(dataclasses.replace(recipe, batch=32), split, tmp_path, epochs=4, seed=0)
    said = trained.model.predict(split.validation.images[..., None] / 255.0, verbose=0)
    assert (said.argmax(axis=1) == split.validation.labels).mean() > 0.8

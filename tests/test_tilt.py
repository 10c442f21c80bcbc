"""A camera held askew turns what it sees, about its middle, and nothing else."""

from __future__ import annotations

import dataclasses

import cv2
import numpy as np
import pytest

pytest.importorskip("keras")

from edge.errors import InputError
from edge.normalize import FIELD
from train.augment import Augmentation
from train.data import Images
from train.feed import AugmentedBatches, draw_pools
from train.tilt import FARTHEST_DEG, tilt_some


def angle_of(image: np.ndarray) -> float:
    """Degrees by which the long axis of the ink leans from upright."""
    moments = cv2.moments(image)
    spread = moments["mu20"] - moments["mu02"]
    return float(np.degrees(0.5 * np.arctan2(2 * moments["mu11"], -spread)))


def test_a_stroke_is_turned_by_every_angle_up_to_the_farthest() -> None:
    upright = np.zeros((FIELD, FIELD), np.uint8)
    upright[5:23, 13:15] = 255
    before = upright.copy()
    tilted = tilt_some(np.tile(upright, (600, 1, 1)), np.random.default_rng(0), 1.0)
    angles = np.array([angle_of(image) for image in tilted])
    assert np.abs(angles).max() < FARTHEST_DEG + 1
    spread = np.histogram(angles, bins=np.linspace(-FARTHEST_DEG, FARTHEST_DEG, 9))[0]
    assert spread.min() > 40
    assert np.array_equal(upright, before)
    # About the middle: nothing is cut off, and the ink's own middle stays.
    assert tilted.sum(axis=(1, 2)) == pytest.approx(float(upright.sum()), rel=0.03)
    for image in tilted[:50]:
        moments = cv2.moments(image)
        assert moments["m10"] / moments["m00"] == pytest.approx(13.5, abs=0.2)
        assert moments["m01"] / moments["m00"] == pytest.approx(13.5, abs=0.2)


def test_about_the_share_is_tilted(drawn: Images) -> None:
    images = np.tile(drawn.images[:100], (4, 1, 1))
    rng = np.random.default_rng(1)
    assert 0.27 < (tilt_some(images, rng, 0.35) != images).any(axis=(1, 2)).mean() < 0.43
    assert np.array_equal(tilt_some(images, rng, 0.0), images)


def test_the_camera_is_held_askew_to_the_end_and_the_paper_never(drawn: Images) -> None:
    how = dataclasses.replace(Augmentation(), camera_share=0.0, settled_camera_share=0.0)
    assert how.settled().tilted_share == how.tilted_share > 0
    feed = AugmentedBatches(drawn, draw_pools(drawn, 0, size=64), how, 64, 0, epochs=4)
    shown, targets, weights = feed[0]
    digits = slice(0, 64)
    other = (shown["image"][digits] != shown["paper"][digits]).any(axis=(1, 2, 3))
    assert 0.2 < other.mean() < 0.5
    # A turn spoils nothing: both towers are to be shown.
    assert (targets["shares"][:, 1] > 0).all()
    # It teaches whether something is a digit, not which: a 1 with a flag would be a 7.
    assert np.array_equal(weights["camera"][digits] == 0, other)
    assert (weights["pen"] == 1).all()
    assert (weights["is_digit"] == 1).all()


def test_a_share_of_tilted_images_beyond_one_is_refused() -> None:
    with pytest.raises(InputError):
        Augmentation(tilted_share=1.1)

"""What a scanner of forms makes of a digit: coarse, black or white, and still the same digit."""

from __future__ import annotations

import cv2
import numpy as np

from edge.normalize import BOX, FIELD, centers_of_mass
from train.augment import Augmentation
from train.scan import scan, scan_some
from train.strokes import draw_digits


def _sides(image: np.ndarray) -> tuple[int, int]:
    return cv2.boundingRect(image)[2:]


def test_it_keeps_the_input_contract() -> None:
    rng = np.random.default_rng(3)
    for image in draw_digits(60, rng)[0]:
        seen = scan(image, rng)
        assert seen.shape == (FIELD, FIELD)
        assert seen.dtype == np.uint8
        assert max(_sides(seen)) == BOX
        assert np.abs(centers_of_mass(seen[None])[0] - FIELD / 2).max() <= 1.5


def test_it_stretches_some_and_none_beyond_recognition() -> None:
    rng = np.random.default_rng(4)
    upright = np.zeros((FIELD, FIELD), np.uint8)
    cv2.rectangle(upright, (13, 4), (15, 23), 255, -1)
    widths = [_sides(scan(upright, rng))[0] for _ in range(60)]
    assert min(widths) <= 4
    assert 5 <= max(widths) <= 8
    tall = np.zeros((FIELD, FIELD), np.uint8)
    cv2.ellipse(tall, (14, 14), (6, 9), 0, 0, 360, 255, 2)
    shapes = [_sides(scan(tall, rng)) for _ in range(60)]
    assert sum(w == h == BOX for w, h in shapes) > 15
    assert sum(w < 0.8 * h for w, h in shapes) > 15


def test_no_ink_stays_none() -> None:
    assert not scan(np.zeros((FIELD, FIELD), np.uint8), np.random.default_rng(0)).any()


def test_pale_ink_is_not_lost() -> None:
    rng = np.random.default_rng(5)
    for image in draw_digits(60, rng)[0]:
        assert scan(image // 8, rng).max() == 255


def test_about_the_share_is_scanned_and_the_given_images_stay() -> None:
    images, _ = draw_digits(400, np.random.default_rng(6))
    before = images.copy()
    seen = scan_some(images, np.random.default_rng(7), 0.25)
    assert np.array_equal(images, before)
    assert 0.15 < (seen != images).any(axis=(1, 2)).mean() < 0.35
    assert np.array_equal(scan_some(images, np.random.default_rng(7), 0.0), images)


def test_scans_are_seen_to_the_end_of_a_training() -> None:
    how = Augmentation()
    assert how.settled().scan_share == how.scan_share > 0

"""What is written small: blurred, of the same place and size, and still what it was."""

from __future__ import annotations

import numpy as np
import pytest

from edge.normalize import BOX, FIELD
from train.afar import from_afar, some_from_afar
from train.strokes import draw_digits


def _longest(image: np.ndarray) -> int:
    rows, columns = np.nonzero(image)
    return int(max(np.ptp(rows), np.ptp(columns))) + 1


@pytest.mark.parametrize("size", [1, 9, 16, 20])
def test_it_keeps_the_input_contract(size: int) -> None:
    images, _ = draw_digits(30, np.random.default_rng(size))
    for image in images:
        small = from_afar(image, size)
        assert small.shape == (FIELD, FIELD)
        assert small.dtype == np.uint8
        assert small.max() >= 128
        assert BOX - 2 <= _longest(small) <= BOX


def test_the_smaller_the_more_is_lost() -> None:
    images, _ = draw_digits(100, np.random.default_rng(3))

    def lost(size: int) -> float:
        seen = np.stack([from_afar(image, size) for image in images])
        return float(np.abs(seen.astype(float) - images).mean())

    losses = [lost(size) for size in (20, 16, 12, 9)]
    assert losses == sorted(losses)
    assert losses[-1] > 2 * losses[0]


def test_no_ink_stays_none() -> None:
    assert not from_afar(np.zeros((FIELD, FIELD), np.uint8), 12).any()


def test_about_the_share_is_changed_and_the_given_images_are_not() -> None:
    images, _ = draw_digits(400, np.random.default_rng(4))
    before = images.copy()
    seen = some_from_afar(images, np.random.default_rng(5), 0.35)
    assert np.array_equal(images, before)
    changed = (seen != images).any(axis=(1, 2)).mean()
    assert 0.25 < changed < 0.45
    assert np.array_equal(some_from_afar(images, np.random.default_rng(5), 0.0), images)

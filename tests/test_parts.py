"""Parts cut off digits are no digits; what still is one is not taught as none."""

from __future__ import annotations

import cv2
import numpy as np

from edge.normalize import FIELD
from train.data import Images
from train.nondigits import draw_nondigits
from train.parts import _Resemblance, draw_parts
from train.strokes import draw_digits


def test_parts_are_pieces_of_ink_under_the_contract(drawn: Images) -> None:
    parts = draw_parts(200, np.random.default_rng(0), drawn.images)
    assert (parts.shape, parts.dtype) == ((200, FIELD, FIELD), np.uint8)
    assert (parts.max(axis=(1, 2)) > 100).all()
    for part in parts:
        _, _, width, height = cv2.boundingRect(part)
        assert max(width, height) <= 22  # 20, and what centring between pixels adds
    assert np.array_equal(parts, draw_parts(200, np.random.default_rng(0), drawn.images))


def test_what_looks_like_another_digit_is_left_out(drawn: Images) -> None:
    rng = np.random.default_rng(1)
    resemblance = _Resemblance(drawn.images, rng)
    others, _ = draw_digits(300, rng)
    assert resemblance.none(others).mean() < 0.06
    # A bar, a bow and two crumbs are none; the right half of an upright 1 is a 1.
    bar, bow, crumbs, one = np.zeros((4, FIELD, FIELD), np.uint8)
    cv2.line(bar, (4, 14), (24, 14), 255, 3)
    cv2.ellipse(bow, (14, 18), (10, 8), 0, 180, 360, 255, 2)
    cv2.circle(crumbs, (14, 5), 2, 255, -1)
    cv2.circle(crumbs, (14, 23), 2, 255, -1)
    cv2.line(one, (14, 4), (14, 24), 255, 2)
    assert resemblance.none(np.stack([bar, bow, crumbs, one])).tolist() == [True, True, True, False]


def test_digits_without_such_parts_end_as_empty_paper() -> None:
    empty = np.zeros((9, FIELD, FIELD), np.uint8)
    assert not draw_parts(4, np.random.default_rng(2), empty).any()
    assert not draw_parts(4, np.random.default_rng(2), empty[:1]).any()
    assert draw_parts(0, np.random.default_rng(2), empty).shape == (0, FIELD, FIELD)


def test_non_digits_hold_parts(drawn: Images, monkeypatch) -> None:
    asked: list[int] = []

    def marked(count: int, rng: np.random.Generator, digits: np.ndarray) -> np.ndarray:
        asked.append(count)
        return np.full((count, FIELD, FIELD), 7, np.uint8)

    monkeypatch.setattr("train.nondigits.draw_parts", marked)
    images = draw_nondigits(600, np.random.default_rng(3), drawn.images)
    assert (images == 7).all(axis=(1, 2)).sum() == asked[0]
    assert 30 < asked[0] < 80

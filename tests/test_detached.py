"""Strokes that stand apart from their digit, and pages that are tilted."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from edge.detached import join_strokes
from edge.pieces import Piece
from edge.reader import Reader
from edge.strength import Box, known
from edge.threshold import threshold
from edge.tilt import rotated
from train.scenes import draw_page

PAGE = (960, 1280)


def piece(number: int, box: Box, strength: float = 180.0) -> Piece:
    return Piece((number,), box, lambda _: strength)


@pytest.mark.parametrize(
    ("part", "strength", "together"),
    [
        pytest.param((172, 82, 60, 16), 180.0, True, id="the-bar-of-a-5"),
        pytest.param((172, 82, 60, 16), 40.0, False, id="a-shadow-at-the-same-place"),
        pytest.param((105, 95, 43, 50), 180.0, True, id="the-loop-of-a-9"),
        pytest.param((105, 160, 43, 50), 180.0, False, id="a-small-digit-at-its-foot"),
        pytest.param((60, 95, 43, 50), 180.0, False, id="a-loop-too-far-away"),
    ],
)
def test_what_belongs_to_a_digit(part: Box, strength: float, together: bool) -> None:
    joined = join_strokes([piece(1, (150, 90, 20, 100)), piece(2, part, strength)], PAGE)
    assert len(joined) == (1 if together else 2)


@pytest.mark.parametrize(
    ("corner", "together"),
    [
        pytest.param((0, 560, 700, 400), False, id="a-dark-corner"),
        pytest.param((580, 560, 700, 400), False, id="the-other-corner"),
        pytest.param((0, 300, 500, 400), True, id="one-side"),
        pytest.param((0, 0, 500, 960), True, id="a-digit-that-fills-a-photo"),
    ],
)
def test_the_corner_of_a_picture_is_no_digits_body(corner: Box, together: bool) -> None:
    x, y, _, _ = corner
    stroke = piece(2, (x + 250, y + 120, 60, 90))
    assert len(join_strokes([piece(1, corner), stroke], PAGE)) == (1 if together else 2)


@pytest.mark.parametrize(
    ("box", "kept"),
    [
        pytest.param((300, 300, 26, 13), True, id="a-flat-2"),
        pytest.param((300, 300, 60, 13), False, id="a-dash"),
        pytest.param((300, 300, 8, 8), False, id="a-speck"),
    ],
)
def test_how_small_a_digit_may_be(box: Box, kept: bool) -> None:
    assert len(join_strokes([piece(1, box)], PAGE)) == int(kept)


@pytest.mark.parametrize("angle_deg", [-40.0, 0.0, 25.0])
def test_nothing_is_cut_off_when_ink_is_turned(angle_deg: float) -> None:
    ink = np.full((60, 30), 255, np.uint8)
    turned = rotated(ink, angle_deg)
    assert int(turned.sum()) == pytest.approx(int(ink.sum()), rel=0.03)


def test_a_tilted_page_is_read() -> None:
    page = draw_page(["2378456"], np.random.default_rng(5), size=(640, 480))
    height, width = page.image.shape[:2]
    moved = cv2.getRotationMatrix2D((width / 2, height / 2), -35, 0.75)
    tilted = cv2.warpAffine(page.image, moved, (width, height), borderMode=cv2.BORDER_REPLICATE)
    read = "".join(Reader().read(np.asarray(tilted, np.uint8)).lines).replace(" ", "")
    assert sum(one == other for one, other in zip(read, "2378456", strict=False)) >= 6


def test_a_page_without_any_ink_is_empty() -> None:
    # No ink at all leaves nothing to number; OpenCV crashes on an empty picture.
    assert not threshold(known(np.zeros((60, 80), np.uint8))).mask.any()
    assert Reader().read(np.full((60, 80), 255, np.uint8)).detections == ()

"""Which way up a page lies, and what is read of it then."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.orientation import turn, turn_box_back
from edge.reader import Reader
from train.scenes import draw_page


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_a_page_on_its_side_is_read_as_it_should_be(reader: Reader, turns: int) -> None:
    page = draw_page(["314 159", "2718 28", "60 221 47"], np.random.default_rng(5))
    photo = np.ascontiguousarray(np.rot90(page.image, turns))
    reading = reader.read(photo, turns=None)
    assert reading.lines == page.lines
    # Boxes are in the photo as given: the ink lies inside them there.
    grey = cv2.cvtColor(photo, cv2.COLOR_BGR2GRAY)
    for one in reading.detections:
        x, y, w, h = one.box
        assert grey[y : y + h, x : x + w].min() < 0.6 * np.median(grey)


@given(
    st.tuples(st.integers(0, 20), st.integers(0, 10), st.integers(1, 9), st.integers(1, 9)),
    st.integers(0, 3),
)
def test_boxes_are_turned_back_exactly(box, turns: int) -> None:
    x, y, w, h = box
    frame = np.zeros((20, 30), np.uint8)
    frame[y : y + h, x : x + w] = 255
    turned = cv2.boundingRect(turn(frame, turns))
    assert turn_box_back(turned, turns, frame.shape) == cv2.boundingRect(frame)


def test_a_lone_eight_is_no_reason_to_turn_a_page(reader: Reader) -> None:
    scene = draw_page(["8"], np.random.default_rng(3))
    assert [one.box for one in reader.read(scene.image, turns=None).detections] == [
        one.box for one in reader.read(scene.image).detections
    ]


def test_a_lone_digit_on_its_side_is_read_where_it_is_none_as_it_lies(reader: Reader) -> None:
    """A photo of one digit was read as nothing, or as what it looks like on its side."""
    upright = turned = 0
    for seed in range(30):
        digit = "2345678"[seed % 7]
        scene = draw_page([digit], np.random.default_rng([seed, 7]), size=(240, 320))
        upright += reader.read(scene.image, turns=None).lines == (digit,)
        on_its_side = np.ascontiguousarray(np.rot90(scene.image))
        turned += reader.read(on_its_side, turns=None).lines == (digit,)
    assert upright >= 29
    assert turned >= 18


def test_no_lone_stroke_turns_a_page(reader: Reader) -> None:
    """Any dash is a 1 when it is turned."""
    sheet = np.full((320, 640, 3), 222, np.uint8)
    cv2.line(sheet, (250, 160), (390, 164), (40, 30, 30), 12)
    assert reader.read(sheet, turns=None).lines == ()

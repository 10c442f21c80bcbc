"""Whatever is given as a frame is read or refused, never answered with a stranger's error.

The suite reads 300 frames; `EDGE_DIGITS_FRAMES=5000 python -m pytest tests/test_frames.py`
reads more.
"""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from edge.errors import InputError
from edge.reader import Reader
from edge.reading import Reading
from edge.signs import NumberStyle
from tests.broken_frames import broken_frame
from train.scenes import Scene, draw_page

FRAMES = int(os.environ.get("EDGE_DIGITS_FRAMES", "300"))


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(numbers=NumberStyle.SIGNED)


@pytest.fixture(scope="module")
def page() -> Scene:
    return draw_page(["314 15", "-92.6"], np.random.default_rng(4))


def check(frame: Any, reading: Reading) -> None:
    """Everything said lies inside the frame and is what it claims to be."""
    height, width = np.shape(frame)[:2]
    for one in (*reading.detections, *reading.numbers, *reading.signs):
        x, y, w, h = one.box
        assert all(isinstance(value, int) for value in one.box)
        assert 0 <= x < x + w <= width
        assert 0 <= y < y + h <= height
    for one in reading.detections:
        assert one.digit in "0123456789"
        assert 0 <= one.confidence <= 1
        assert np.isfinite(one.probabilities).all()
    assert len(reading.lines) <= len(reading.numbers) <= len(reading.detections)


@pytest.mark.parametrize("part", range(10))
def test_a_broken_frame_is_read_or_refused(reader: Reader, part: int) -> None:
    read = 0
    told = []
    for number in range(part, FRAMES, 10):
        frame = broken_frame(np.random.default_rng([number, 51]))
        # Finding out which way up it lies reads it twice: for some of them.
        turns = None if number % 7 == 0 else number % 4
        try:
            reading = reader.read(frame, turns=turns)
        except InputError as error:
            told.append(str(error))
        else:
            read += 1
            check(frame, reading)
    assert read >= len(told) > 0
    assert all("frame" in line and "\n" not in line for line in told)


@settings(deadline=None, max_examples=120)
@given(
    npst.arrays(
        st.sampled_from([np.uint8, np.uint8, np.uint16, np.float32, np.bool_]),
        st.one_of(
            npst.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=6),
            st.tuples(st.integers(0, 60), st.integers(0, 60), st.integers(0, 5)),
            st.tuples(st.integers(0, 60), st.integers(0, 60)),
        ),
    )
)
def test_only_pictures_of_bytes_are_frames(reader: Reader, frame) -> None:
    channels = frame.shape[2] if frame.ndim == 3 else 1
    right = (
        frame.dtype == np.uint8 and frame.ndim in (2, 3) and frame.size and channels in (1, 3, 4)
    )
    if right:
        check(frame, reader.read(frame))
    else:
        with pytest.raises(InputError, match="frame"):
            reader.read(frame)


@pytest.mark.parametrize(
    "view",
    [
        pytest.param(np.asfortranarray, id="columns-first"),
        pytest.param(lambda image: image[::-1][::-1], id="twice-reversed"),
        pytest.param(lambda image: np.flip(np.flip(image, 1).copy(), 1), id="negative-strides"),
        pytest.param(lambda image: np.pad(image, ((3, 0), (0, 9), (0, 0)))[3:, :-9], id="cut-out"),
        pytest.param(lambda image: np.dstack([image, image[..., :1]])[..., :3], id="of-four"),
        pytest.param(
            lambda image: np.lib.stride_tricks.as_strided(image, writeable=False), id="ro"
        ),
    ],
)
def test_the_layout_in_memory_makes_no_difference(reader: Reader, page: Scene, view) -> None:
    plain = reader.read(page.image)
    assert plain.lines
    other = reader.read(view(page.image))
    assert other.lines == plain.lines
    assert [one.box for one in other.detections] == [one.box for one in plain.detections]


def test_a_frame_stays_as_it_is(reader: Reader, page: Scene) -> None:
    before = page.image.copy()
    reader.read(page.image, turns=None)
    assert np.array_equal(page.image, before)

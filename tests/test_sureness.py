"""How much of a page is surely read, by which its negative is weighed against it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.examination import Examination, page_sureness
from edge.ink import find_ink
from edge.prediction import Prediction
from edge.reading import Detection, Reading

Seen = tuple[str, int, float]
"""Digit, height in pixels, confidence."""


def weigh(seen: Sequence[Seen]) -> float:
    """The sureness of a page on which that is read."""
    digits = [
        Detection((0, 0, 4, height), digit, sure, np.zeros(10, np.float32), _NOTHING)
        for digit, height, sure in seen
    ]
    reading = Reading(tuple(digits), (), ())
    return page_sureness(
        Examination(_NOTHING, find_ink(_NOTHING), [], _NONE, [], _NO_IMAGES, _NONE, [], 0, reading)
    )


_NOTHING = np.zeros((28, 28), np.uint8)
_NO_IMAGES = np.zeros((0, 28, 28), np.uint8)
_NONE = Prediction(np.zeros((0, 10), np.float32), np.zeros(0, np.float32))

_SEEN = st.lists(
    st.tuples(st.sampled_from("0123456789"), st.integers(1, 300), st.floats(0.25, 1)), max_size=20
)


@given(_SEEN, st.tuples(st.sampled_from("0123456789"), st.integers(1, 300), st.floats(0.25, 1)))
def test_what_is_read_more_never_weighs_less(seen: list[Seen], more: Seen) -> None:
    assert weigh([*seen, more]) >= weigh(seen) - 1e-9


def test_an_empty_page_weighs_nothing() -> None:
    assert weigh([]) == 0


def test_ones_beside_other_digits_weigh_half() -> None:
    assert weigh([("4", 30, 1.0), ("1", 30, 1.0)]) == pytest.approx(45)
    assert weigh([("1", 30, 0.9)]) == pytest.approx(13.5)


def test_a_page_of_streaks_weighs_less_than_one_digit() -> None:
    """A photo that moved: the grain of its paper is drawn out into a dozen strokes."""
    streaks = [("1", height, 0.99) for height in (33, *[17] * 12)]
    assert weigh(streaks) < weigh([("5", 96, 0.99)])
    assert weigh(streaks) <= weigh([("1", 33, 0.99)]) + 1e-9


def test_streaks_of_many_ones_do_not_outweigh_the_digits_beside_them() -> None:
    streaks = [("1", 20, 1.0)] * 50
    assert weigh([("7", 30, 1.0), *streaks]) < weigh([("7", 30, 1.0), ("2", 30, 1.0), ("3", 30, 1)])

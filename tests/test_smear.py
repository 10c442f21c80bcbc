"""What is seen while the sheet moves fast is smeared, and counts little."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.reading import Detection, arrange
from edge.smear import LEAST, Smear
from edge.tracking import Tracker

FRAME_S = 1 / 30
TALL = 30


def film(frames: list[tuple[str, int]]) -> list[tuple[str, ...]]:
    """What a tracker shows of digits side by side, by their text and how low they stand."""
    tracker, shown = Tracker("0123456789"), []
    for index, (text, top) in enumerate(frames):
        found = [
            Detection(
                (20 + 30 * place, top, 20, TALL),
                digit,
                0.98,
                np.where(np.arange(10) == int(digit), 0.98, 0.002).astype(np.float32),
                np.zeros((28, 28), np.uint8),
            )
            for place, digit in enumerate(text)
        ]
        shown.append(tracker.update(arrange(found), index * FRAME_S).lines)
    return shown


def carried_in(then: str) -> list[tuple[str, int]]:
    """Bare paper, a page whose strokes are smeared while it moves, and the page at rest."""
    return [("", 0), *(("1111", 400 - 40 * step) for step in range(6)), *[(then, 200)] * 6]


def test_a_page_that_is_carried_in_shows_no_smear() -> None:
    assert set(film(carried_in("2718"))[:7]) == {()}


def test_a_page_is_read_as_soon_as_it_rests_and_nothing_of_the_smear_is_left() -> None:
    shown = film(carried_in("2718"))
    assert {lines for lines in shown if lines} == {("2718",)}
    assert shown[-2] == ("2718",)


def test_a_jerk_does_not_overrule_what_was_read_at_rest() -> None:
    rest, jerk = [("2718", 200)] * 6, [("1111", 240), ("1111", 280)]
    assert set(film([*rest, *jerk, *[("2718", 290)] * 3])) == {("2718",)}


def test_a_frame_that_comes_twice_is_no_rest() -> None:
    twice = [frame for step in range(1, 4) for frame in [("1111", 400 - 50 * step)] * 2]
    assert set(film([("", 0), ("1111", 400), *twice])) == {()}


def test_a_hand_that_trembles_costs_nothing() -> None:
    still = film([("", 0), *[("2718", 200)] * 3])
    trembling = film([("", 0), *(("2718", 200 + step % 2) for step in range(3))])
    assert still == trembling
    assert trembling[2] == ("2718",), "the second sighting"


shifts = st.tuples(st.floats(-500, 500), st.floats(-500, 500))


@given(st.lists(st.tuples(shifts, st.floats(0, 1)), max_size=12))
def test_what_counts_is_a_share_whatever_moves(moves) -> None:
    smear = Smear()
    for shift, passed_s in moves:
        assert LEAST <= smear.sharpness(shift, [TALL], passed_s) <= 1


def test_the_faster_the_less_and_at_rest_all_of_it() -> None:
    speeds = [0, 1, 3, 6, 12, 40]  # pixels a frame
    counts = [Smear().sharpness((0.0, speed), [TALL], FRAME_S) for speed in speeds]
    assert counts[0] == counts[1] == 1
    assert counts[-1] == pytest.approx(LEAST)
    assert all(a >= b for a, b in itertools.pairwise(counts))


def test_it_is_the_speed_that_smears_and_not_the_pace_of_the_frames() -> None:
    quick = Smear().sharpness((6.0, 0.0), [TALL], FRAME_S)
    slow = Smear().sharpness((30.0, 0.0), [TALL], 5 * FRAME_S)
    assert quick == pytest.approx(slow)


def test_where_nothing_is_followed_nothing_is_smeared() -> None:
    assert Smear().sharpness((50.0, 50.0), [], FRAME_S) == 1
    assert Smear().sharpness((50.0, 50.0), [TALL], 0.0) == 1

"""What tracking promises: averages, hysteresis, two lost frames, a prompt end."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.arrays import Float32Array
from edge.matching import match_boxes
from edge.reading import Detection, Reading, arrange, relabelled
from edge.segment import Box
from edge.tracking import Tracker

LABELS = "0123456789"


def vector(**shares: float) -> Float32Array:
    """(10,) probabilities: d7=0.6 is 0.6 for the 7; what is left is spread."""
    values = np.zeros(10, np.float32)
    for name, share in shares.items():
        values[int(name[1:])] = share
    values[values == 0] = (1 - values.sum()) / max(1, (values == 0).sum())
    return values


def seen(probabilities: Float32Array, box: Box = (50, 40, 20, 30)) -> Detection:
    label = int(probabilities.argmax())
    image = np.zeros((28, 28), np.uint8)
    return Detection(box, LABELS[label], float(probabilities[label]), probabilities, image)


def digits(text: str, left: int = 20, top: int = 40) -> list[Detection]:
    """Sure digits side by side."""
    return [
        seen(vector(**{f"d{digit}": 0.98}), (left + 30 * place, top, 20, 30))
        for place, digit in enumerate(text)
    ]


class Film:
    """A tracker that is fed frame by frame, ten a second."""

    def __init__(self) -> None:
        self.tracker = Tracker(LABELS)
        self.time_s = 0.0

    def see(self, detections: Sequence[Detection], after_s: float = 0.1) -> Reading:
        self.time_s += after_s
        return self.tracker.update(arrange(list(detections)), self.time_s)


def test_a_track_averages_probabilities_and_does_not_count_votes() -> None:
    film = Film()
    # Two frames lean to the 7 by a hair, one is sure of the 1: votes would say 7.
    film.see([seen(vector(d7=0.50, d1=0.49))])
    film.see([seen(vector(d7=0.50, d1=0.49))])
    [one] = film.see([seen(vector(d1=0.98))]).detections
    assert one.digit == "1"
    assert one.probabilities[1] == pytest.approx((0.49 + 0.49 + 0.98) / 3, abs=1e-3)
    assert one.confidence == pytest.approx(one.probabilities[1], abs=1e-3)


def test_a_label_changes_only_when_another_clearly_leads() -> None:
    film = Film()
    for _ in range(5):
        film.see([seen(vector(d4=0.6, d9=0.4))])
    shown = {film.see([seen(vector(d9=0.55, d4=0.45))]).lines for _ in range(20)}
    assert shown == {("4",)}, "0.1 apart is no reason"
    for _ in range(8):
        last = film.see([seen(vector(d9=0.9, d4=0.1))]).lines
    assert last == ("9",), "a digit that was really replaced must change"


def test_what_is_new_shows_with_its_second_sure_sighting() -> None:
    film = Film()
    assert film.see(digits("31")).lines == ("31",), "nothing speaks against a first frame"
    assert film.see(digits("314")).lines == ("31",)
    assert film.see(digits("314")).lines == ("314",)


def test_what_is_half_sure_takes_longer_to_show() -> None:
    film = Film()
    film.see([])
    shown = [bool(film.see([seen(vector(d8=0.5))]).lines) for _ in range(5)]
    assert shown == [False, False, False, True, True]


def test_what_flashes_up_once_never_shows() -> None:
    film = Film()
    film.see(digits("31"))
    for index in range(12):
        flash = [seen(vector(d1=0.99), (20 + 30 * index, 150, 20, 30))] if index % 3 == 0 else []
        assert film.see([*digits("31"), *flash]).lines == ("31",)


def test_two_lost_frames_are_survived_and_the_third_ends_it() -> None:
    film = Film()
    film.see(digits("314"))
    film.see(digits("314"))
    assert [film.see([]).lines for _ in range(3)] == [("314",), ("314",), ()]
    assert film.see(digits("7")).lines == (), "what comes next is new"


def test_what_shows_up_while_all_else_is_lost_must_prove_itself_longer() -> None:
    calm, unrest = Film(), Film()
    for film in (calm, unrest):
        for _ in range(3):
            film.see(digits("31415926"))
    newcomer = digits("1", left=300, top=150)
    shown = [
        ["1" in film.see([*rest, *newcomer]).lines for _ in range(2)]
        for film, rest in ((calm, digits("31415926")), (unrest, []))
    ]
    assert shown == [[False, True], [False, False]]


def test_one_digit_that_blinks_stays_while_the_others_are_seen() -> None:
    film = Film()
    film.see(digits("314"))
    for index in range(30):
        found = digits("314")
        if index % 3:
            del found[1]
        assert film.see(found).lines == ("314",)


def test_another_page_takes_the_place_of_the_last_at_once() -> None:
    film = Film()
    for _ in range(5):
        film.see(digits("314"))
    film.see(digits("2718", left=35, top=120))
    assert film.see(digits("2718", left=35, top=120)).lines == ("2718",)


def test_digits_are_followed_when_the_sheet_moves_by_a_digits_width() -> None:
    film = Film()
    film.see(digits("3141"))
    numbers = set(film.tracker.shown)
    for step in range(1, 8):
        assert film.see(digits("3141", left=20 + 30 * step)).lines == ("3141",)
    assert set(film.tracker.shown) == numbers, "a digit was taken for its neighbour"


def test_a_gap_in_time_begins_anew() -> None:
    film = Film()
    film.see(digits("314"))
    film.see(digits("314"))
    assert film.see(digits("9"), after_s=5.0).lines == ("9",)
    film.time_s = 0.0  # a clip that is played again
    assert film.see(digits("2")).lines == ("2",)


def test_matching_takes_no_speck_for_a_digit() -> None:
    pairs, _ = match_boxes([(50, 50, 20, 30)], [(58, 62, 4, 5)], np.ones((1, 1)), (0, 0))
    assert pairs == {}


def test_matching_pairs_each_box_once(rng: np.random.Generator) -> None:
    for _ in range(30):
        known, found = (
            [
                (int(x), int(y), 20, 30)
                for x, y in rng.integers(0, 300, (int(rng.integers(0, 30)), 2))
            ]
            for _ in range(2)
        )
        pairs, shift = match_boxes(known, found, np.ones((len(known), len(found))), (0, 0))
        assert len(set(pairs.values())) == len(pairs)
        assert set(pairs) <= set(range(len(known)))
        assert np.isfinite(shift).all()


places = st.tuples(
    st.integers(0, 600), st.integers(0, 440), st.integers(8, 30), st.integers(20, 40)
)


@settings(deadline=None)  # a busy machine is no failure
@given(st.lists(st.tuples(places, st.sampled_from(LABELS), st.sampled_from(LABELS)), max_size=12))
def test_digits_that_stay_and_are_called_otherwise_are_laid_out_as_if_anew(found) -> None:
    before = arrange([seen(vector(**{f"d{old}": 0.9}), box) for box, old, _ in found])
    names = {box: new for box, _, new in found}
    renamed = [seen(vector(**{f"d{names[one.box]}": 0.9}), one.box) for one in before.detections]
    anew, quick = arrange(renamed), relabelled(before, renamed)
    assert (quick.lines, quick.numbers) == (anew.lines, anew.numbers)
    assert [(one.box, one.digit) for one in quick.detections] == [
        (one.box, one.digit) for one in anew.detections
    ]

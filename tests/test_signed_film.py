"""Signs in the live loop: they belong to their digits, and do not flicker."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.controls import ControlledFrames, Controls
from edge.draw import draw_reading
from edge.frames import Frame
from edge.reader import Reader
from edge.reading import Detection, Reading, arrange
from edge.segment import Box
from edge.session import open_session
from edge.signs import NumberStyle
from edge.sinks.messages import reading_message
from edge.steady import SteadyFrames
from edge.steady_signs import signs_by_digit, spell_known
from edge.tracking import Tracker
from edge.web.board import Board
from tests.support import Run
from train.scenes import draw_clip, draw_page

LINE, TEXT = "-3.14 27", ("-3.14 27",)
FPS = 20.0

# Geometry: digits 40 tall and 24 wide, 14 apart, a minus before the first, a point after it
MINUS, POINT = (70, 77, 20, 5), (128, 95, 5, 5)


def page(marks: Sequence[Box], digits: str = "12", move: int = 0) -> Reading:
    """The reading of digits side by side, all moved to the right."""
    detections = [
        Detection(
            (100 + 38 * place + move, 60, 24, 40),
            digit,
            0.98,
            np.where(np.arange(10) == int(digit), 0.98, 0.002).astype(np.float32),
            np.zeros((28, 28), np.uint8),
        )
        for place, digit in enumerate(digits)
    ]
    return arrange(detections, [(x + move, y, w, h) for x, y, w, h in marks])


def film(frames: Sequence[Reading]) -> list[Reading]:
    """What a tracker makes of them, ten a second."""
    tracker = Tracker("0123456789")
    return [tracker.update(one, index / 10) for index, one in enumerate(frames)]


def texts(readings: Sequence[Reading]) -> list[str]:
    return [one.numbers[0].text for one in readings]


def test_signs_that_are_lost_for_two_frames_stay() -> None:
    sure, none = page([MINUS, POINT]), page([])
    assert set(texts(film([*[sure] * 5, none, none, *[sure] * 3]))) == {"-1.2"}


def test_signs_that_flash_up_once_never_show() -> None:
    sure, none = page([MINUS, POINT]), page([])
    assert set(texts(film([none, none, sure, *[none] * 6, sure, none]))) == {"12"}


def test_signs_that_really_come_or_go_are_followed_within_five_frames() -> None:
    sure, none = page([MINUS, POINT]), page([])
    assert texts(film([*[none] * 6, *[sure] * 5]))[-1] == "-1.2"
    assert texts(film([*[sure] * 6, *[none] * 5]))[-1] == "12"


def test_a_first_frame_shows_its_signs_at_once() -> None:
    assert texts(film([page([MINUS, POINT])])) == ["-1.2"]


def test_signs_stay_with_their_digits_while_these_are_lost_and_go_with_them() -> None:
    shown = film([*[page([MINUS, POINT])] * 4, *[Reading()] * 3])
    assert [one.lines for one in shown[4:]] == [("-1.2",), ("-1.2",), ()]
    assert shown[-1].signs == ()


def test_signs_move_with_their_digits() -> None:
    shown = film([page([MINUS, POINT], move=9 * step) for step in range(8)])
    for step, one in enumerate(shown):
        assert [sign.box[0] for sign in one.signs] == [MINUS[0] + 9 * step, POINT[0] + 9 * step]
        assert one.numbers[0].box[0] == MINUS[0] + 9 * step


def test_a_digit_that_is_written_before_a_minus_makes_no_second_minus() -> None:
    before = film([*[page([MINUS])] * 5, *[page([MINUS], digits="12")] * 3])
    assert texts(before)[-1] == "-12"
    digit = page([], digits="7", move=-62).detections  # close before the dash: 7-12
    both = arrange([*digit, *page([]).detections], [MINUS])
    assert film([*[page([MINUS])] * 5, *[both] * 6])[-1].lines == ("7 12",)


def test_what_no_longer_suits_its_place_is_left_out() -> None:
    boxes = [(100, 60, 24, 40), (138, 60, 24, 40), (176, 60, 24, 40)]
    [twice] = spell_known(boxes, [0, 1, 2], [{".": POINT}, {".": POINT}, {"-": MINUS}])
    assert (twice.point, twice.minus) == (None, None), "two points; a minus within"
    [last] = spell_known(boxes, [0, 1, 2], [{}, {}, {".": POINT}])
    assert last.point is None, "nothing after the point"
    far = [*boxes[:2], (400, 60, 24, 40)]
    assert [one.members for one in spell_known(far, [0, 1, 2], [{}, {".": POINT}, {}])] == [
        (0, 1),
        (2,),
    ]


boxes = st.tuples(st.integers(0, 400), st.integers(0, 200), st.integers(1, 60), st.integers(1, 80))


@settings(deadline=None, max_examples=150)
@given(st.lists(boxes, max_size=8), st.lists(boxes, max_size=10))
def test_every_sign_belongs_to_a_digit_and_a_film_of_one_frame_says_what_it_says(
    digits, marks
) -> None:
    empty = np.zeros((28, 28), np.uint8)
    vector = np.eye(10, dtype=np.float32)[7]
    reading = arrange([Detection(box, "7", 0.99, vector, empty) for box in digits], marks)
    owned = signs_by_digit(reading)
    assert sum(map(len, owned)) == len(reading.signs)
    shown = Tracker("0123456789").update(reading, 0.0)
    assert [one.text for one in shown.numbers] == [one.text for one in reading.numbers]
    assert shown.signs == reading.signs


# On the shipped model


@pytest.fixture(scope="module")
def shots() -> list[Frame]:
    """A page with signs that sways in the hand, before a noisy sensor."""
    rng = np.random.default_rng([3, 3])
    clip = draw_clip(draw_page([LINE], rng, size=(640, 480)), 40, rng)
    noisy = (np.clip(one + rng.normal(0, 14, one.shape), 0, 255) for one in clip)
    return [Frame(one.astype(np.uint8), index, index / FPS) for index, one in enumerate(noisy)]


def steady(**how: bool) -> SteadyFrames:
    session = open_session()
    reader = Reader(session, numbers=NumberStyle.SIGNED)
    return SteadyFrames(reader, session.artifact.labels, **how)


def test_signs_are_steadier_than_in_single_frames(shots: list[Frame]) -> None:
    single, followed = (
        [frames.read(shot).lines for shot in shots]
        for frames in (steady(track=False), steady(track=True))
    )
    right = [sum(lines == TEXT for lines in each) for each in (single, followed)]
    assert right[1] >= right[0]
    assert right[1] >= 0.9 * len(shots)


def test_a_threshold_that_is_set_meanwhile_keeps_the_signs(shots: list[Frame]) -> None:
    session, controls = open_session(), Controls()
    reader = Reader(session, numbers=NumberStyle.SIGNED)
    inner = SteadyFrames(reader, session.artifact.labels)
    frames = ControlledFrames(inner, session, controls, NumberStyle.SIGNED)
    for shot in shots[:10]:
        if shot.index == 2:
            controls.threshold = 0.45
        last = frames.read(shot)
    assert last.lines == TEXT


def test_the_page_the_broker_and_the_picture_hold_signs(shots: list[Frame]) -> None:
    frames = steady()
    reading = [frames.read(shot) for shot in shots[:6]][-1]
    assert reading.lines == TEXT
    board = Board("film")
    board.put(shots[5], reading, 20.0)
    assert board.state()["numbers"] == ["-3.14", "27"]
    assert json.loads(reading_message(shots[5], reading))["numbers"] == ["-3.14", "27"]
    drawn = draw_reading(shots[5].image, reading)
    assert np.any(np.all(drawn == (190, 60, 160), axis=-1)), "the box of a sign"


def test_the_command_reads_signs_when_asked(run: Run, shots: list[Frame], tmp_path: Path) -> None:
    clip = tmp_path / "clip.avi"
    writer = cv2.VideoWriter(str(clip), cv2.VideoWriter.fourcc(*"MJPG"), FPS, (640, 480))
    for shot in shots[:12]:
        writer.write(shot.image)
    writer.release()
    words = ("edge.webcam", "--source", clip, "--json", "--no-window")
    plain, asked = run(*words), run(*words, "--numbers", "signed")
    assert plain.returncode == asked.returncode == 0, asked.stderr
    plain_last, last = (json.loads(one.stdout.splitlines()[-1]) for one in (plain, asked))
    assert last["lines"] == list(TEXT)
    assert [one["text"] for one in last["numbers"]] == ["-3.14", "27"]
    assert [one["sign"] for one in last["signs"]] == ["-", "."]
    assert set(last) - set(plain_last) == {"signs"}
    assert "-" not in "".join(plain_last["lines"])

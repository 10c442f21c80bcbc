"""A film is read steadily: still scenes are skipped, and what is shown stays the same."""

from __future__ import annotations

import itertools

import cv2
import numpy as np
import pytest

from edge.arrays import UInt8Array
from edge.controls import ControlledFrames, Controls
from edge.errors import InputError
from edge.frames import Frame
from edge.reader import Reader
from edge.session import open_session
from edge.sources.demo import DemoScene
from edge.steady import SETTLED_AFTER, SteadyFrames, reader_with_threshold
from edge.still import StillScene

# Still scenes


def noisy(image: UInt8Array, rng: np.random.Generator, spread: float = 3.0) -> UInt8Array:
    return np.asarray(np.clip(image + rng.normal(0, spread, image.shape), 0, 255), np.uint8)


@pytest.fixture
def paper() -> UInt8Array:
    return np.full((480, 640, 3), 220, np.uint8)


@pytest.mark.parametrize("spread", [0.0, 2.0, 6.0, 12.0])
def test_a_sensors_noise_is_no_motion(
    paper: UInt8Array, rng: np.random.Generator, spread: float
) -> None:
    scene = StillScene()
    assert not scene.is_still(noisy(paper, rng, spread))
    scene.remember()
    assert all(scene.is_still(noisy(paper, rng, spread)) for _ in range(20))


def test_a_stroke_of_a_few_pixels_is_motion(paper: UInt8Array, rng: np.random.Generator) -> None:
    scene = StillScene()
    scene.is_still(noisy(paper, rng))
    scene.remember()
    paper[200:222, 300:303] = 60  # a thin 1 of 22 pixels, the least that is read
    assert not scene.is_still(noisy(paper, rng))


def test_light_that_changes_slowly_is_noticed(paper: UInt8Array) -> None:
    scene = StillScene()
    scene.is_still(paper)
    scene.remember()
    still = [scene.is_still(paper - level) for level in np.arange(20, dtype=np.uint8)]
    assert still[0]
    assert not still[-1], "compared with the last frame alone, it would never be"


def test_another_size_is_another_scene(paper: UInt8Array) -> None:
    scene = StillScene()
    scene.is_still(paper)
    scene.remember()
    assert not scene.is_still(paper[:240])


# Both together, on the shipped model


@pytest.fixture(scope="module")
def film() -> list[Frame]:
    """A page that is written, sways, rests and is gone: 260 frames at 25 a second."""
    scene = DemoScene()
    return [Frame(scene.picture(i / 25, i), i, i / 25) for i in range(260)]


def steady(**how: bool) -> SteadyFrames:
    session = open_session()
    return SteadyFrames(Reader(session), session.artifact.labels, **how)


def test_a_still_scene_is_not_read_again_and_still_shown(film: list[Frame]) -> None:
    both, every = steady(), steady(skip=False)
    skipping = [both.read(frame).lines for frame in film]
    reading = [every.read(frame).lines for frame in film]
    assert every.read_frames == len(film)
    assert both.read_frames < len(film) / 2, "most of this film stands still"
    assert skipping == reading, "skipping changed what is shown"


def test_a_scene_at_rest_is_read_until_it_has_settled(film: list[Frame]) -> None:
    frames = steady()
    at_rest = film[170]
    for index in range(40):
        frames.read(Frame(at_rest.image, index, index / 25))
    assert frames.read_frames == SETTLED_AFTER


def test_the_film_is_read_as_it_is_written(film: list[Frame]) -> None:
    frames, scene = steady(), DemoScene()
    shown = [(frames.read(frame).lines, scene.text(frame.timestamp_s)) for frame in film]
    wrong = sum(lines != text for lines, text in shown)
    # Each of ten digits is shown with its second frame, and a page is gone with its third.
    assert wrong <= 10 + 3, [pair for pair in shown if pair[0] != pair[1]]


def test_a_rested_scene_keeps_its_tracks(film: list[Frame]) -> None:
    """The time that was skipped is no gap."""
    frames = steady()
    at_rest = film[170].image
    for index in range(100):
        frames.read(Frame(at_rest, index, index / 25))
    before = frames.tracks
    moved = np.roll(at_rest, 6, axis=1)
    frames.read(Frame(moved, 100, 4.0))
    assert frames.tracks == before


def test_two_runs_over_a_film_say_the_same(film: list[Frame]) -> None:
    first, second = ([f.read(frame).lines for frame in film] for f in (steady(), steady()))
    assert first == second


def test_the_threshold_that_is_set_meanwhile_holds_from_the_next_frame() -> None:
    session = open_session()
    seen_by: list[float] = []

    class Noting(SteadyFrames):
        def replace_reader(self, reader: Reader) -> None:
            seen_by.append(controls.threshold)
            super().replace_reader(reader)

    controls = Controls()
    inner = Noting(Reader(session), session.artifact.labels)
    frames = ControlledFrames(inner, session, controls)
    blank = np.full((48, 64, 3), 200, np.uint8)
    for index in range(4):
        if index == 2:
            controls.threshold = 0.8
        frames.read(Frame(blank, index, index / 10))
    assert seen_by == [0.8]


def test_a_higher_threshold_shows_less_and_a_lower_one_never_less(film: list[Frame]) -> None:
    session = open_session()
    image = film[170].image
    counts = [
        len(reader_with_threshold(session, threshold).read(image).detections)
        for threshold in (0.05, 0.5, 0.95)
    ]
    assert all(a >= b for a, b in itertools.pairwise(counts))
    with pytest.raises(InputError):
        reader_with_threshold(session, 1.5)


def test_a_frame_of_another_size_begins_anew(film: list[Frame]) -> None:
    """Its boxes are in other pixels: what moved between the two is nothing."""
    frames = steady()
    for index in range(4):
        frames.read(Frame(film[170].image, index, index / 25))
    height, width = film[170].image.shape[:2]
    larger = cv2.resize(film[170].image, (width * 11 // 5, height * 11 // 5)).astype(np.uint8)
    alone = Reader(open_session()).read(larger).lines
    assert alone
    assert frames.read(Frame(larger, 4, 4 / 25)).lines == alone

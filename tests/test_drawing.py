"""Drawn digits, non-digits, varied images and pages: seeded, within the contract, varied."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from edge.arrays import UInt8Array
from edge.errors import InputError
from edge.session import open_session
from tests.support import Run, one_line_error
from train.augment import Augmentation, _marker, bend
from train.data import Images
from train.forms.digits import DIGITS
from train.nondigits import draw_nondigits
from train.photograph import _DAMAGES, photograph, photograph_some
from train.scenes import draw_clip, draw_page
from train.strokes import draw_digit, draw_digits, draw_form


def test_drawing_depends_on_the_seed_alone() -> None:
    first = draw_digits(40, np.random.default_rng(3))
    again = draw_digits(40, np.random.default_rng(3))
    other = draw_digits(40, np.random.default_rng(4))
    assert np.array_equal(first[0], again[0])
    assert not np.array_equal(first[0], other[0])


def test_all_ten_digits_are_drawn_equally_often(drawn: Images) -> None:
    assert np.bincount(drawn.labels).tolist() == [100] * 10


def test_no_two_drawn_digits_are_alike(drawn: Images) -> None:
    assert len({image.tobytes() for image in drawn.images}) == len(drawn)


@pytest.mark.parametrize("digit", range(10))
def test_every_form_stays_on_its_canvas(digit: int, rng: np.random.Generator) -> None:
    for form in DIGITS[digit]:
        ink = draw_form(form, rng)
        assert ink.max() == 255
        assert not ink[0].any()
        assert not ink[:, 0].any()


def test_the_shipped_network_reads_drawn_digits(drawn: Images) -> None:
    said = open_session().run(drawn.images)
    assert (said.labels == drawn.labels).mean() >= 0.97
    assert said.is_digit is not None
    assert (said.is_digit >= 0.5).mean() >= 0.97


def test_the_shipped_network_turns_nondigits_away(drawn: Images, rng) -> None:
    others = draw_nondigits(5000, rng, drawn.images)  # of a thousand the share is off by 0.7 %
    said = open_session().run(others).is_digit
    assert said is not None
    assert (said >= 0.5).mean() <= 0.05


def test_augmenting_leaves_its_input_and_follows_its_seed(drawn: Images) -> None:
    images = drawn.images[:64]
    before = images.copy()

    def vary() -> UInt8Array:
        rng = np.random.default_rng(1)
        return photograph_some(bend(images, rng, Augmentation()), rng, 0.4)

    one, same = vary(), vary()
    assert np.array_equal(images, before)
    assert np.array_equal(one, same)
    assert one.dtype == np.uint8
    assert one.shape == images.shape
    assert (one != images).any(axis=(1, 2)).mean() > 0.95


def test_a_marker_closes_holes_and_keeps_the_size_of_the_contract(drawn: Images) -> None:
    rings = drawn.images[drawn.labels == 0]
    thick = np.stack([_marker(ring) for ring in rings])
    inked = (thick >= 128).any(axis=0)
    assert 18 <= np.ptp(np.flatnonzero(inked.any(axis=1))) + 1 <= 22  # of 28 rows
    assert (thick >= 128).mean() > 1.4 * (rings >= 128).mean()


def test_bent_digits_are_still_read(drawn: Images, rng: np.random.Generator) -> None:
    bent = bend(drawn.images[:500], rng, Augmentation())
    assert (open_session().run(bent).labels == drawn.labels[:500]).mean() > 0.93


@pytest.mark.parametrize("damage", _DAMAGES, ids=lambda one: one.__name__.lstrip("_"))
def test_each_damage_changes_the_picture_and_not_its_shape(damage, rng, drawn: Images) -> None:
    picture = drawn.images[0].astype(np.float32)
    spoiled = [damage(picture.copy(), rng) for _ in range(20)]
    assert all(one.shape == (28, 28) and np.isfinite(one).all() for one in spoiled)
    assert any(np.abs(one - picture).mean() > 1 for one in spoiled)


def test_a_photograph_never_loses_the_whole_digit(drawn: Images) -> None:
    """A blank picture that is called a 7 teaches nothing good."""
    rng = np.random.default_rng(12)
    images = np.tile(drawn.images, (2, 1, 1))
    lost = [image for image in images if np.ptp(photograph(image, rng)) < 12]
    assert not lost


def test_a_photograph_is_a_picture(rng: np.random.Generator, drawn: Images) -> None:
    assert photograph(drawn.images[0], rng).dtype == np.uint8


def test_a_share_beyond_one_is_refused() -> None:
    with pytest.raises(InputError):
        Augmentation(camera_share=1.5)


def test_a_training_ends_on_images_that_are_varied_less() -> None:
    how = Augmentation(settling=0.4)
    assert how.at(0.59) == how
    late = how.at(0.6)
    assert late == how.settled() == late.at(1.0)
    assert late.camera_share == how.settled_camera_share < how.camera_share
    images = draw_digits(60, np.random.default_rng(3))[0]

    def moved(varied: Augmentation) -> float:
        bent = bend(images, np.random.default_rng(4), varied)
        return float(np.abs(bent.astype(float) - images).mean())

    assert moved(late) < moved(how)


def test_a_scene_knows_where_its_digits_are(rng: np.random.Generator) -> None:
    scene = draw_page(["70 4", "1"], rng, noise=0, tilt_deg=0)
    assert [label for label, _ in scene.digits] == [7, 0, 4, 1]
    grey = cv2.cvtColor(scene.image, cv2.COLOR_BGR2GRAY)
    for _, (x, y, w, h) in scene.digits:
        assert grey[y : y + h, x : x + w].min() < 0.6 * np.median(grey)
    assert scene.lines == ("70 4", "1")


def test_a_page_is_written_from_what_can_be_written(rng: np.random.Generator) -> None:
    with pytest.raises(InputError, match="digits and spaces"):
        draw_page(["3 %"], rng)


def test_a_clip_moves(rng: np.random.Generator) -> None:
    scene = draw_page(["42"], rng, size=(320, 240))
    frames = list(draw_clip(scene, 5, rng))
    assert [frame.shape for frame in frames] == [(240, 320, 3)] * 5
    assert all(np.any(a != b) for a, b in itertools.pairwise(frames))


def test_the_command_draws_a_page_a_clip_and_the_truth(run: Run, tmp_path: Path) -> None:
    result = run("train.scenes", "--output", tmp_path, "--frames", "3", "--lines", "12", "34 5")
    assert result.returncode == 0, result.stderr
    truth = json.loads((tmp_path / "truth.json").read_text())
    assert truth["lines"] == ["12", "34 5"]
    assert [one["digit"] for one in truth["digits"]] == list("12345")
    assert cv2.imread(str(tmp_path / "page.png")).shape == (720, 960, 3)
    clip = cv2.VideoCapture(str(tmp_path / "clip.avi"))
    assert int(clip.get(cv2.CAP_PROP_FRAME_COUNT)) == 3
    clip.release()


@pytest.mark.parametrize("arguments", [["--frames", "0"], ["--lines", "3 %"]])
def test_a_scene_that_cannot_be_drawn_is_one_line(run: Run, tmp_path: Path, arguments) -> None:
    result = run("train.scenes", "--output", tmp_path / "new", *arguments)
    assert result.returncode == 2
    one_line_error(result)
    assert not (tmp_path / "new").exists()


def test_a_digit_may_have_a_canvas_of_any_size(rng: np.random.Generator) -> None:
    assert draw_digit(5, rng, side=200).shape == (200, 200)

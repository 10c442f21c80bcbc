"""What the network is not sure of is looked at again, and only that."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import cast

import numpy as np
import pytest

from edge.acceptance import Acceptance
from edge.arrays import Float32Array, Int64Array, UInt8Array
from edge.normalize import CENTER, centers_of_mass
from edge.prediction import Prediction
from edge.second_look import looked_again
from edge.session import Session, open_session
from train.data import Images
from train.nondigits import draw_nondigits
from train.strokes import draw_digits


@dataclass
class Answering:
    """A session that gives one answer to everything and keeps what it was asked."""

    probabilities: Float32Array
    is_digit: float | None
    asked: list[UInt8Array] = field(default_factory=list)

    def run(self, images: UInt8Array) -> Prediction:
        """The one answer, for each image."""
        self.asked.append(images)
        sure = None if self.is_digit is None else np.full(len(images), self.is_digit, np.float32)
        return Prediction(np.tile(self.probabilities, (len(images), 1)), sure)


def prediction(sureness: list[float], *, second_output: bool = True) -> Prediction:
    """One row a sureness, each for label 0."""
    sure = np.array(sureness, np.float32)
    probabilities = np.zeros((len(sure), 10), np.float32)
    probabilities[:, 0] = 1 if second_output else sure
    if not second_output:
        probabilities[:, 1] = 1 - sure
    return Prediction(probabilities, sure if second_output else None)


def look(
    images: UInt8Array,
    said: Prediction,
    answering: Answering,
    acceptance: Acceptance = Acceptance(),  # noqa: B008, it is frozen
) -> Prediction:
    return looked_again(images, said, cast("Session", answering), acceptance)


def test_the_sure_and_the_refused_cost_nothing(drawn: Images) -> None:
    said = prediction([0.99, 0.81, 0.19, 0.0])
    answering = Answering(np.eye(10, dtype=np.float32)[3], 1.0)
    assert look(drawn.images[:4], said, answering) is said
    assert not answering.asked
    nothing = prediction([])
    assert look(drawn.images[:0], nothing, answering) is nothing


def test_the_unsure_are_averaged_with_four_more_looks(drawn: Images) -> None:
    said = prediction([0.9, 0.5, 0.1, 0.75])
    answering = Answering(np.eye(10, dtype=np.float32)[3], 1.0)
    again = look(drawn.images[:4], said, answering)
    assert [len(images) for images in answering.asked] == [8]
    assert again.is_digit == pytest.approx([0.9, (0.5 + 4) / 5, 0.1, (0.75 + 4) / 5])
    assert again.labels.tolist() == [0, 3, 0, 3]
    assert again.probabilities.sum(axis=1) == pytest.approx(np.ones(4))
    assert said.is_digit == pytest.approx([0.9, 0.5, 0.1, 0.75])  # what was said stays


def test_a_model_without_a_second_output_is_asked_again_too(drawn: Images) -> None:
    """Its threshold is higher, and so is what is near it."""
    said = prediction([0.98, 0.9, 0.65], second_output=False)
    answering = Answering(np.eye(10, dtype=np.float32)[1], None)
    again = look(drawn.images[:3], said, answering)
    assert again.is_digit is None
    assert again.probabilities[:, 1] == pytest.approx([0.02, (0.1 + 4) / 5, 0.35])


@pytest.mark.parametrize(
    ("threshold", "asked"),
    [(0.0, [True, False, False, False]), (0.1, [False, True, True, False]), (0.9, [False] * 4)],
)
def test_near_is_near_the_threshold_that_is_asked_for(
    threshold: float, asked: list[bool], drawn: Images
) -> None:
    said = prediction([0.0, 0.03, 0.3, 0.6])
    answering = Answering(np.eye(10, dtype=np.float32)[1], 1.0)
    again = look(drawn.images[:4], said, answering, Acceptance(is_digit=threshold))
    assert [bool(label) for label in again.labels] == asked


def test_what_is_looked_at_again_is_under_the_contract(drawn: Images) -> None:
    answering = Answering(np.eye(10, dtype=np.float32)[1], 0.5)
    look(drawn.images, prediction([0.5] * len(drawn)), answering)
    (looks,) = answering.asked
    assert looks.shape == (4 * len(drawn), 28, 28)
    assert looks.dtype == np.uint8
    assert np.abs(centers_of_mass(looks) - CENTER).max() <= 1
    before = np.repeat(drawn.images.sum(axis=(1, 2), dtype=np.int64), 4)
    assert looks.sum(axis=(1, 2)) == pytest.approx(before, rel=0.05)  # nothing is cut off
    assert (looks != np.repeat(drawn.images, 4, axis=0)).any(axis=(1, 2)).all()


def test_a_second_look_lets_less_in() -> None:
    """Fewer drawn non-digits are taken for digits; of drawn digits at most one in 1,000 is lost."""
    rng = np.random.default_rng(5)
    images, labels = draw_digits(4000, rng)
    others = draw_nondigits(4000, rng, images)
    session = open_session()
    first, second = (reads(images, session, again=again) for again in (False, True))
    assert (second == labels).sum() >= (first == labels).sum() - 4
    let_in, still = (reads(others, session, again=again) for again in (False, True))
    assert (still >= 0).sum() < 0.95 * (let_in >= 0).sum()


def reads(images: UInt8Array, session: Session, *, again: bool) -> Int64Array:
    """What each image is read as, -1 where it is no digit."""
    said = session.run(images)
    if again:
        said = looked_again(images, said, session, Acceptance())
    return np.where(said.sureness >= 0.5, said.labels, -1)

"""What the network that ships is held to on MNIST's test set, spoiled, turned and as it is."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from benchmarks.corruptions import CORRUPTIONS, corrupt
from benchmarks.depth import FULL
from benchmarks.exam import DIGITS, STRANGERS, TURNED, set_exam
from benchmarks.rejection import TURNED_AWAY, reject
from edge.session import DEFAULT_MODEL, open_session
from train.data import Images

FLOOR = 0.9970
SPOILED_MEAN, SPOILED_WORST = 0.98, 0.93
MOST_BYTES = 80_000
LOST, LET_IN = 0.005, 0.03


def test_the_int8_file_reads_mnist(mnist_test: Images) -> None:
    said = open_session().run(mnist_test.images)
    assert (said.labels == mnist_test.labels).mean() >= FLOOR


def test_the_int8_file_reads_what_a_camera_spoiled(mnist_test: Images) -> None:
    part = mnist_test.take(np.arange(0, len(mnist_test), 10))
    session = open_session()
    shares = {}
    for kind in CORRUPTIONS:
        spoiled = corrupt(kind, part.images, np.random.default_rng(0))
        shares[kind] = float((session.run(spoiled).labels == part.labels).mean())
    assert np.mean(list(shares.values())) >= SPOILED_MEAN, shares
    assert min(shares.values()) >= SPOILED_WORST, shares


@pytest.fixture(scope="module")
def let_in(mnist_test: Images) -> dict[str, float]:
    """Share of the non-digits let in where `LOST` of the digits, upright or turned, are lost."""
    exam = set_exam(mnist_test, spoiled=0, strangers=FULL.strangers)
    said = exam.parts(open_session().run(exam.images))
    at = TURNED_AWAY.index(LOST)
    return {
        part: reject(said[part], said[STRANGERS]).curves[0].accepted[at]
        for part in (DIGITS, TURNED)
    }


@pytest.mark.xfail(
    cv2.__version__.startswith("4."),
    reason="with OpenCV 4 and NumPy 1 a quarter of the images are others: 3.4 % are let in",
    raises=AssertionError,
    strict=True,
)
def test_the_int8_file_knows_digits_from_what_is_none(let_in: dict[str, float]) -> None:
    assert let_in[DIGITS] <= LET_IN


@pytest.mark.xfail(
    reason="3.5 % are let in; 7s turned are angles, 6s turned are b",
    raises=AssertionError,
    strict=True,
)
def test_the_int8_file_knows_turned_digits_from_what_is_none(let_in: dict[str, float]) -> None:
    assert let_in[TURNED] <= LET_IN


def test_the_int8_file_is_small() -> None:
    assert DEFAULT_MODEL.stat().st_size <= MOST_BYTES

"""Print beside the digits: it is not read, nor taken for rules, and has no say."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from benchmarks.photos_labels import LabelledPhoto
from benchmarks.photos_score import Tally, judge_photo
from edge.acceptance import Acceptance, Verdict
from edge.arrays import UInt8Array
from edge.context import judge
from edge.light import flatten
from edge.orientation import upright_turns
from edge.prediction import Prediction
from edge.reader import Reader
from edge.rules import without_rules
from edge.segment import Box, Candidate
from train.scenes import SceneKind, draw_page


def verdicts(digits: list[Box], others: list[Box]) -> tuple[list[Verdict], list[Verdict]]:
    """What becomes of boxes that the network takes for a 7 each, and of such that it refuses."""
    boxes = digits + others
    candidates = [Candidate(box, np.full((4, 4), 255, np.uint8), 200.0, 0.9) for box in boxes]
    probabilities = np.zeros((len(boxes), 10), np.float32)
    probabilities[:, 7] = 1
    is_digit = np.array([0.99] * len(digits) + [0.01] * len(others), np.float32)
    said = judge(candidates, Prediction(probabilities, is_digit), Acceptance(), 1, (600, 900))
    return said[: len(digits)], said[len(digits) :]


@pytest.mark.parametrize("below", [15, 25, 35])
def test_digits_stay_beside_smaller_print(below: int) -> None:
    digits = [(60 + 80 * place, 100, 32, 48) for place in range(9)]
    letters = [(50 + 18 * place, 100 + below, 14, 22) for place in range(45)]
    assert set(verdicts(digits, letters)[0]) == {Verdict.ACCEPTED}


@pytest.mark.parametrize("small", [16, 22])
def test_letters_that_look_like_digits_are_print(small: int) -> None:
    taken = [(50 + 18 * place, 100 + 22 - small, 14, small) for place in range(0, 40, 5)]
    letters = [(50 + 18 * place, 100, 14, 22) for place in range(40) if place % 5]
    assert set(verdicts(taken, letters)[0]) == {Verdict.PRINT}


def test_a_form_is_filled_in(reader: Reader) -> None:
    """Handwritten lines above printed ones are found."""
    tally = Tally()
    for seed in range(6):
        scene = draw_page(None, np.random.default_rng([seed, 11]), kind=SceneKind.PRINT)
        digits = tuple((str(label), box) for label, box in scene.digits)
        photo = LabelledPhoto(str(seed), Path(), scene.lines, digits)
        tally += judge_photo(photo, reader.read(scene.image)).tally
    assert tally.found >= 0.95 * tally.digits


def words(blur: float) -> UInt8Array:
    """A page of print, out of focus."""
    sheet = np.full((480, 640), 222, np.uint8)
    for row in range(60, 440, 40):
        cv2.putText(
            sheet, "Please write your numbers", (60, row), cv2.FONT_HERSHEY_SIMPLEX, 1.0, 30, 2
        )
    return np.asarray(cv2.GaussianBlur(sheet, (0, 0), blur), np.uint8)


@pytest.mark.parametrize("blur", [0.5, 1.0, 2.0, 2.5])
def test_print_out_of_focus_is_no_rule(blur: float) -> None:
    strength = flatten(words(blur))
    assert without_rules(strength) is strength


def test_specks_do_not_turn_a_page(reader: Reader) -> None:
    """Lying dashes are 1s on their side; they are many, but small."""
    scene = draw_page(["472"], np.random.default_rng(2))
    photo = scene.image.copy()
    for place in range(14):
        x = 30 + 42 * place
        cv2.line(photo, (x, 30 + place % 3), (x + 16, 30), (40, 40, 40), 3, cv2.LINE_AA)
    seen = reader.examine(photo)
    page = seen.page.shape[0], seen.page.shape[1]
    session = reader.session
    assert upright_turns(seen.candidates, seen.prediction, session, Acceptance(), 1, page) == 0

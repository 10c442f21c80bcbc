"""Numbers between words are read; letters and smaller print are not."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from edge.acceptance import Verdict
from edge.examination import is_surely_turned
from edge.reader import Reader
from edge.segment import Box, Candidate
from edge.words import in_print
from train.scenes import SceneKind, draw_page


def suspects(text: str, *, height: int = 40, simple: str = "", sure: float = 0.9) -> str:
    """Which characters of a line are taken for print; digits are read, letters refused.

    A question mark is read as a digit, but unsurely, at .55. Characters are 24 wide and 6 apart,
    words 30; a written 5 stands below.
    """
    boxes: list[Box] = [(60, 400, 24, 40)]
    x = 60
    for character in text:
        if character != " ":
            boxes.append((x, 100, 24, height))
        x += 30
    written = "5" + text.replace(" ", "")
    candidates = [Candidate(box, np.full((4, 4), 255, np.uint8), 200.0, 0.9) for box in boxes]
    accepted = np.array([one.isdigit() or one == "?" for one in written])
    sizes = np.array([max(box[2:]) for box in boxes], np.float64)
    strokes = np.array([one in simple for one in written])
    sureness = np.array([0.55 if one == "?" else sure for one in written])
    found = in_print(candidates, accepted, sizes, strokes, sureness)
    assert not found[0]
    return "".join(itertools.compress(written, found & accepted))


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        pytest.param("abcdefg 25", "", id="at-the-end"),
        pytest.param("25 abcdefg", "", id="at-the-beginning"),
        pytest.param("abcd 25 efgh", "", id="in-the-middle"),
        pytest.param("abcdefg 7", "", id="a-digit-alone"),
        pytest.param("abcdefg 1", "1", id="an-I-alone"),
        pytest.param("abcdefg 11", "", id="eleven"),
        pytest.param("abc25defg", "25", id="in-a-word"),
        pytest.param("abcdefg25 hij", "25", id="at-the-end-of-a-word"),
        pytest.param("2bcdefg", "2", id="a-capital"),
    ],
)
def test_which_digits_of_a_line_of_words_stay(text: str, gone: str) -> None:
    assert suspects(text, simple="01") == gone


@pytest.mark.parametrize(
    ("text", "sure", "gone"),
    [
        pytest.param("(3+4)x(5-2)", 1.0, "", id="brackets-and-operators"),
        pytest.param("(3+4)x(5-2)", 0.95, "3452", id="read-unsurely"),
        pytest.param("a3bc4defgh5jkm", 1.0, "345", id="too-few"),
        pytest.param("(1+0)x(0-1)", 1.0, "1001", id="perhaps-o-and-l"),
    ],
)
def test_a_sum_is_no_print(text: str, sure: float, gone: str) -> None:
    assert suspects(text, simple="01", sure=sure) == gone


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        pytest.param("????????????", "????????????", id="nothing-else-was-refused"),
        pytest.param("a????????b", "????????", id="a-word"),
        pytest.param("a ???????? b", "????????", id="a-number-apart"),
        pytest.param("a ?4??", "", id="a-few"),
        pytest.param("25 3071 46 ?? 88", "", id="among-digits"),
    ],
)
def test_letters_that_are_read_unsurely_are_print(text: str, gone: str) -> None:
    assert suspects(text) == gone


def test_numbers_in_smaller_print_are_print() -> None:
    assert suspects("abcdefg 25", height=25) == "25"


def test_numbers_between_words_are_read() -> None:
    """Hands that write words of letters, and numbers beside them: four in five were lost."""
    reader, letters = Reader(), list("FahrteknpKT")
    right = digits = 0
    for seed in range(6):
        rng = np.random.default_rng([606, seed])
        words = ["".join(rng.choice(letters, 6)) for _ in range(3)]
        lines = [f"{word} {rng.integers(20, 99)}" for word in words]
        scene = draw_page(lines, rng)
        read = [one.box for one in reader.read(scene.image).detections]
        for _, (x, y, _, h) in scene.digits:
            digits += 1
            right += any(abs(b[0] - x) <= 0.2 * h and abs(b[1] - y) <= 0.2 * h for b in read)
    assert right / digits >= 0.9


def test_words_stay_unread() -> None:
    reader = Reader()
    pages = [
        draw_page(None, np.random.default_rng([5, i]), kind=SceneKind.NO_DIGITS) for i in range(4)
    ]
    assert sum(len(reader.read(page.image).detections) for page in pages) <= 1


@pytest.mark.parametrize(
    ("refused", "confidence", "turned"),
    [(0, 0.93, True), (0, 0.9, False), (9, 0.93, False), (9, 0.97, True)],
)
def test_a_page_of_words_is_turned_only_where_its_digits_are_sure(
    refused: int, confidence: float, turned: bool
) -> None:
    seen = Reader().examine(draw_page(["3574"], np.random.default_rng(5)).image)
    digits = [replace(one, confidence=confidence) for one in seen.reading.detections]
    seen = replace(
        seen,
        reading=replace(seen.reading, detections=tuple(digits)),
        candidates=[*seen.candidates, *[seen.candidates[0]] * refused],
        verdicts=[*seen.verdicts, *[Verdict.NO_DIGIT] * refused],
    )
    assert is_surely_turned(seen) is turned

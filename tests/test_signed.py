"""Minus signs and decimal points: read where they belong to a number, left out elsewhere."""

from __future__ import annotations

import json
import re
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from edge.draw import draw_reading
from edge.layout import group_lines, split_numbers
from edge.reader import Reader
from edge.reading import Detection, arrange
from edge.segment import Box
from edge.signs import NumberStyle, spell
from tests.support import Run
from train.scenes import Scene, draw_page

NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


@pytest.fixture(scope="module")
def signed() -> Reader:
    return Reader(numbers=NumberStyle.SIGNED)


@pytest.fixture(scope="module")
def page() -> Scene:
    return draw_page(["-3.14 27", "12 - 5 = 7", "-0.5 3-5"], np.random.default_rng([3, 3]))


# Geometry: digits 40 tall and 24 wide on a base line at 100, 14 apart


def digit(left: int, top: int = 60, width: int = 24, height: int = 40) -> Box:
    return left, top, width, height


DASH_BEFORE = (70, 77, 20, 5)  # 10 before a digit at 100
POINT_AFTER = (128, 95, 5, 5)  # between digits at 100 and 138


def texts(digits: list[Box], marks: list[Box]) -> list[str]:
    labels = "123456789"
    detections = [
        Detection(box, labels[i], 1.0, np.zeros(10, np.float32), np.zeros((28, 28), np.uint8))
        for i, box in enumerate(digits)
    ]
    return [one.text for one in arrange(detections, marks).numbers]


@pytest.mark.parametrize(
    ("digits", "marks", "said"),
    [
        pytest.param([digit(100)], [DASH_BEFORE], ["-1"], id="minus"),
        pytest.param([digit(100), digit(138)], [DASH_BEFORE], ["-12"], id="minus-of-two"),
        pytest.param([digit(100)], [(70, 98, 20, 5)], ["1"], id="a dash on the base line"),
        pytest.param([digit(100)], [(70, 60, 20, 5)], ["1"], id="a dash at the top"),
        pytest.param([digit(100)], [(76, 72, 14, 16)], ["1"], id="a blob at half the height"),
        pytest.param([digit(100)], [(20, 77, 20, 5)], ["1"], id="a dash far away"),
        pytest.param([digit(100)], [(30, 77, 60, 5)], ["1"], id="a long line"),
        pytest.param([digit(36), digit(100)], [DASH_BEFORE], ["1", "2"], id="3-5"),
        pytest.param([digit(0), digit(100)], [DASH_BEFORE], ["1", "-2"], id="3 -5"),
        pytest.param([digit(0), digit(116)], [(59, 77, 20, 5)], ["1", "2"], id="3 - 5"),
        pytest.param([digit(100)], [(70, 70, 20, 5), (70, 82, 20, 5)], ["1"], id="equals"),
        pytest.param(
            [digit(100)], [DASH_BEFORE, (78, 66, 4, 4), (78, 90, 4, 4)], ["1"], id="division"
        ),
        pytest.param(
            [digit(68, 30), digit(100)], [DASH_BEFORE], ["1", "2"], id="a fraction's line"
        ),
        pytest.param(
            [digit(100)], [DASH_BEFORE, (30, 60, 26, 40)], ["1"], id="after a letter: A-1"
        ),
        pytest.param([digit(100), digit(138)], [POINT_AFTER], ["1.2"], id="point"),
        pytest.param([digit(100), digit(138)], [(127, 94, 6, 14)], ["1.2"], id="comma"),
        pytest.param([digit(100), digit(156)], [(140, 95, 5, 5)], ["1.2"], id="a wide point"),
        pytest.param([digit(100), digit(190)], [(150, 95, 5, 5)], ["1", "2"], id="too far apart"),
        pytest.param([digit(100), digit(138)], [(128, 76, 5, 5)], ["12"], id="a raised dot"),
        pytest.param([digit(100), digit(138)], [(128, 60, 5, 5)], ["12"], id="an apostrophe"),
        pytest.param([digit(100), digit(138)], [(130, 98, 1, 1)], ["12"], id="a speck"),
        pytest.param([digit(100)], [POINT_AFTER], ["1"], id="a full stop"),
        pytest.param([digit(138)], [POINT_AFTER], ["1"], id="nothing before the point"),
        pytest.param(
            [digit(100), digit(138)], [POINT_AFTER, (128, 74, 5, 5)], ["12"], id="a colon"
        ),
        pytest.param(
            [digit(100), digit(138), digit(176)],
            [POINT_AFTER, (166, 95, 5, 5)],
            ["123"],
            id="two points: a date",
        ),
        pytest.param(
            [digit(100), digit(138)], [DASH_BEFORE, POINT_AFTER], ["-1.2"], id="minus-and-point"
        ),
        pytest.param([], [DASH_BEFORE, POINT_AFTER], [], id="no-digits"),
    ],
)
def test_a_mark_is_a_sign_by_where_it_stands(digits, marks, said) -> None:
    assert texts(digits, marks) == said


def test_a_line_that_climbs_keeps_its_signs() -> None:
    def climb(box: Box) -> Box:
        return box[0], box[1] - round(0.2 * box[0]), box[2], box[3]

    digits = [climb(digit(left)) for left in (100, 138, 176, 300, 338)]
    marks = [climb((70, 77, 20, 5)), climb((166, 95, 5, 5)), climb((270, 77, 20, 5))]
    assert texts(digits, marks) == ["-12.3", "-45"]


boxes = st.tuples(st.integers(0, 400), st.integers(0, 200), st.integers(1, 60), st.integers(1, 80))


@settings(deadline=None, max_examples=300)
@given(st.lists(boxes, max_size=9), st.lists(boxes, max_size=12))
@example([(100, 60, 24, 40), (138, 60, 24, 40)], [DASH_BEFORE, POINT_AFTER])
def test_whatever_lies_about_every_number_is_one_and_no_digit_is_lost(digits, marks) -> None:
    for line in group_lines(digits):
        numbers = spell(digits, line, marks)
        assert [i for one in numbers for i in one.members] == line
        for one in numbers:
            assert one.point is None or 0 < one.point[0] < len(one.members)
            assert set(one.signs) <= set(marks)
    assert all(NUMBER.fullmatch(text) for text in texts(digits, marks))


@settings(deadline=None, max_examples=100)
@given(st.lists(boxes, max_size=9))
def test_without_marks_numbers_are_what_gaps_make_them(digits) -> None:
    for line in group_lines(digits):
        assert [list(one.members) for one in spell(digits, line, ())] == split_numbers(digits, line)


# Pages


def test_signs_are_read_where_they_were_written(signed: Reader, page: Scene) -> None:
    reading = signed.read(page.image)
    assert reading.lines == page.signed == ("-3.14 27", "12 5 7", "-0.5 3 5")
    assert [one.text for one in reading.signs] == ["-", ".", "-", "."]
    assert [float(one.text) for one in reading.numbers] == [-3.14, 27, 12, 5, 7, -0.5, 3, 5]
    boxes = {one.box for one in reading.signs}
    for x, y, w, h in boxes:
        assert any(np.abs(np.subtract((x, y, w, h), box)).max() <= 4 for box in page.nondigits)


def test_plain_numbers_are_digits_alone(page: Scene) -> None:
    reading = Reader().read(page.image)
    assert reading.signs == ()
    assert all(one.text.isdigit() for one in reading.numbers)
    assert [line.replace(" ", "") for line in reading.lines] == [
        line.replace(" ", "") for line in page.lines
    ]


def test_most_numbers_have_their_signs(signed: Reader) -> None:
    """Numbers of thirty pages whose digits were all read: what signs alone get wrong."""
    written = right = 0
    for seed in range(30):
        scene = draw_page(["-3.14 27", "5 - 0.25", "3-5 -61.8"], np.random.default_rng([seed, 8]))
        reading = signed.read(scene.image)
        if [one.digit for one in reading.detections] != [str(label) for label, _ in scene.digits]:
            continue
        want, have = " ".join(scene.signed).split(), " ".join(reading.lines).split()
        written += len(want)
        right += sum(a == b for a, b in zip(want, have, strict=False))
    assert written >= 60
    assert right / written >= 0.95


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_signs_lie_in_the_pixels_of_the_picture_as_given(
    signed: Reader, page: Scene, turns
) -> None:
    upright = signed.read(page.image)
    turned = signed.read(np.ascontiguousarray(np.rot90(page.image, -turns)), turns=turns)
    assert turned.lines == upright.lines
    height, width = np.rot90(page.image, -turns).shape[:2]
    for x, y, w, h in (one.box for one in turned.signs):
        assert 0 <= x < x + w <= width
        assert 0 <= y < y + h <= height


def test_the_drawn_picture_shows_them(signed: Reader, page: Scene) -> None:
    reading = signed.read(page.image)
    drawn = draw_reading(page.image, reading)
    x, y, w, h = reading.signs[0].box
    around = drawn[y - 4 : y + h + 5, x - 4 : x + w + 5]
    assert np.any(np.all(around == (190, 60, 160), axis=-1))


def test_the_command_reads_signs_when_asked(run: Run, page: Scene, tmp_path: Path) -> None:
    photo = tmp_path / "sums.png"
    cv2.imwrite(str(photo), page.image)
    plain = run("edge.read", "--json", photo)
    asked = run("edge.read", "--json", "--numbers", "signed", photo)
    assert plain.returncode == asked.returncode == 0, asked.stderr
    one, other = json.loads(plain.stdout), json.loads(asked.stdout)
    assert set(other) - set(one) == {"numbers", "signs"}
    assert other["lines"] == list(page.signed)
    assert [one["sign"] for one in other["signs"]] == ["-", ".", "-", "."]
    assert "-" not in "".join(one["lines"])
    assert one["detections"] == other["detections"]

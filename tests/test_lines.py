"""Lines of writing, bent, climbing, scattered, and the numbers in them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.layout import group_lines, split_numbers
from edge.segment import Box
from edge.slope import slope


def digits(*middles: tuple[int, int]) -> list[Box]:
    """Digits of 30 x 50 pixels around points."""
    return [(x - 15, y - 25, 30, 50) for x, y in middles]


@pytest.mark.parametrize(
    ("boxes", "lines"),
    [
        pytest.param(
            digits(
                (250, 100), (340, 95), (430, 105), (160, 148), (260, 180), (350, 175), (440, 185)
            ),
            [[0, 1, 2], [3, 4, 5, 6]],
            id="nearer-to-the-line-below",
        ),
        pytest.param(
            digits((100, 100), (190, 105), (280, 60), (370, 100), (460, 95)),
            [[0, 1, 2, 3, 4]],
            id="a-lone-one-between-others",
        ),
        pytest.param(
            digits((100, 100), (190, 100), (300, 30), (100, 200), (190, 200)),
            [[2], [0, 1], [3, 4]],
            id="a-lone-one-beside-others",
        ),
        pytest.param(
            digits((100, 100), (160, 118), (220, 128), (280, 128), (340, 118), (400, 100))
            + digits((100, 180), (160, 198), (220, 208), (280, 208), (340, 198), (400, 180)),
            [list(range(6)), list(range(6, 12))],
            id="bent",
        ),
    ],
)
def test_which_line_a_digit_belongs_to(boxes: list[Box], lines: list[list[int]]) -> None:
    assert group_lines(boxes) == lines


@settings(max_examples=60, deadline=None)
@given(
    rows=st.integers(1, 5),
    columns=st.integers(2, 8),
    climb=st.floats(-0.2, 0.2),
    seed=st.integers(0, 10_000),
)
def test_rows_stay_rows(rows: int, columns: int, climb: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    boxes = digits(
        *(
            (100 + 70 * column, round(500 + 110 * row + climb * 70 * column + rng.uniform(-4, 4)))
            for row in range(rows)
            for column in range(columns)
        )
    )
    written = [list(range(row * columns, (row + 1) * columns)) for row in range(rows)]
    assert group_lines(boxes) == written


def test_a_page_climbs_as_its_lines_do() -> None:
    climbing = [(x, y + x // 5, w, h) for x, y, w, h in digits(*((90 * i, 200) for i in range(6)))]
    assert slope(climbing) == pytest.approx(0.2, abs=0.03)
    assert slope(climbing[:2]) == 0


def _line(*gaps: int, width: int = 30, height: int = 40) -> list[Box]:
    """Boxes of one line with these gaps between them, in pixels."""
    boxes = [(0, 0, width, height)]
    for gap in gaps:
        x, _, w, _ = boxes[-1]
        boxes.append((x + w + gap, 0, width, height))
    return boxes


def _lengths(boxes: list[Box]) -> list[int]:
    return [len(number) for number in split_numbers(boxes, range(len(boxes)))]


@pytest.mark.parametrize(
    ("gaps", "lengths"),
    [
        ((10, 10), [3]),
        ((24, 26, 90, 24, 27), [3, 3]),  # wide writing: its inner gaps are no new numbers
        ((30, 34, 31), [1, 1, 1, 1]),
        ((21, 23, 20, 22), [5]),
        ((8, 30, 8), [2, 2]),
        ((8, 30, 8, 200, 8), [2, 2, 2]),
        ((30,), [1, 1]),
        ((), [1]),
    ],
)
def test_numbers_are_parted_where_gaps_are_clearly_wider(
    gaps: tuple[int, ...], lengths: list[int]
) -> None:
    assert _lengths(_line(*gaps)) == lengths


def test_flat_digits_have_wider_gaps_of_their_own() -> None:
    assert _lengths(_line(24, width=60)) == [2]
    assert _lengths(_line(24, width=30)) == [1, 1]


def test_a_thin_1_takes_a_digits_place() -> None:
    boxes = [(0, 0, 30, 40), (48, 0, 4, 40), (70, 0, 30, 40)]
    assert _lengths(boxes) == [3]


@pytest.mark.parametrize(
    ("boxes", "lines"),
    [
        pytest.param([], [], id="nothing"),
        pytest.param([(50, 0, 20, 40), (0, 5, 20, 40)], [[1, 0]], id="left-to-right"),
        pytest.param([(0, 100, 20, 40), (0, 0, 20, 40)], [[1], [0]], id="top-to-bottom"),
        pytest.param(
            [(0, 0, 20, 40), (40, 9, 20, 40), (80, 18, 20, 40), (0, 70, 20, 40)],
            [[0, 1, 2], [3]],
            id="slanted",
        ),
        pytest.param([(0, 0, 20, 40), (900, 0, 20, 40)], [[0], [1]], id="far-apart"),
        pytest.param(
            [(0, 0, 20, 40), (50, 45, 20, 40), (100, 92, 20, 40), (150, 135, 20, 40)],
            [[0, 1, 2, 3]],
            id="falling-steeply",
        ),
        pytest.param(
            [(0, 0, 20, 40), (2, 60, 20, 40), (1, 120, 20, 40)], [[0], [1], [2]], id="a-column"
        ),
    ],
)
def test_lines(boxes, lines) -> None:
    assert group_lines(boxes) == lines


def test_a_wide_gap_begins_a_new_number() -> None:
    boxes = [(0, 0, 20, 40), (28, 0, 20, 40), (90, 0, 20, 40)]
    assert split_numbers(boxes, [0, 1, 2]) == [[0, 1], [2]]


@given(st.lists(st.tuples(*[st.integers(0, 500)] * 2, *[st.integers(1, 80)] * 2), max_size=25))
def test_every_box_is_in_exactly_one_line(boxes) -> None:
    lines = group_lines(boxes)
    assert sorted(index for line in lines for index in line) == list(range(len(boxes)))
    for line in lines:
        assert sorted(line) == sorted(i for number in split_numbers(boxes, line) for i in number)

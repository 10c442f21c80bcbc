"""Rules that are completed from their neighbours: none twice, and an end to the search."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge import rule_grid, rules
from edge.ink import find_ink
from edge.reader import Reader
from edge.rule_line import Rule, measured, middle_of
from edge.rules import without_rules
from edge.strength import known as of_known
from train.scenes import SceneKind, draw_page
from train.strokes import draw_digits

WIDTH, HEIGHT = 320, 200
THICKEST = 6
MOST_LOOKS = 8 * HEIGHT
"""A place is looked at twice; at most every other row is one, and three may be missed in a row."""


def lines(rows: Sequence[int]) -> np.ndarray:
    """(h, w) uint8: a line across at each row."""
    strength = np.zeros((HEIGHT, WIDTH), np.uint8)
    strength[list(rows)] = 100
    return strength


def rules_at(known: Sequence[int]) -> list[Rule]:
    """A rule across at each row."""
    along, whole = np.arange(WIDTH, dtype=np.int32), slice(0, WIDTH)
    alone = lines(known)
    return [
        measured(alone, along, np.full(WIDTH, row, np.int32), whole, THICKEST)[0] for row in known
    ]


def completed(strength: np.ndarray, known: Sequence[int], beside: Sequence[int] = ()) -> list[Rule]:
    """What the rules at these rows are completed to; fails where the search does not end."""
    looks = 0

    def counted(*given):
        nonlocal looks
        looks += 1
        assert looks <= MOST_LOOKS, "it never ends"
        return measured(*given)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rule_grid, "measured", counted)
        return rule_grid.completed(
            rules_at(known), strength, THICKEST, rules_at(beside) if beside else None
        )


def test_what_is_missing_between_and_beyond_is_found() -> None:
    rows = [20, 50, 80, 110, 140, 170]
    found = completed(lines(rows), [50, 80, 140])
    assert sorted(map(middle_of, found)) == rows


def test_of_squares_one_side_tells_the_other() -> None:
    """One rule was seen, the others have digits on them: squares are as wide as tall."""
    rows = [20, 70, 120, 170]
    assert len(completed(lines(rows), [70])) == 1
    assert sorted(map(middle_of, completed(lines(rows), [70], beside=[10, 60, 110]))) == rows


def test_rules_that_squares_have_hidden_are_found_at_the_second_look() -> None:
    """Where a rule of the one kind runs into one of the other, they pass for one, too thick."""
    sheet = np.full((480, 640), 225, np.uint8)
    for at in range(30, 640, 60):
        cv2.line(sheet, (at, 0), (at, 479), 190.0, 2)
        cv2.line(sheet, (0, at), (639, at), 190.0, 2)
    for at in (85, 205, 325, 445):
        cv2.line(sheet, (0, at), (639, at + 8), 60.0, 2)
    assert not find_ink(sheet).mask[:, 40:600].any()


def test_a_rule_before_its_place_is_found_once() -> None:
    """From 49, where one must be, 45 is found; from 53 again, and so it went on without end."""
    rows = [17, 25, 33, 41]
    strength = lines([*rows, 45])
    strength[45] += 20
    found = completed(strength, rows)
    assert sorted(map(middle_of, found)) == [*rows, 45]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(0, HEIGHT - 1), min_size=2, max_size=40, unique=True),
    st.integers(2, 6),
)
def test_however_the_lines_lie_the_search_ends(rows: list[int], known: int) -> None:
    strength = lines(rows)
    completed(strength, sorted(rows)[:known])
    assert without_rules(of_known(strength)).shape == strength.shape


def test_on_a_small_page_without_rules_they_are_hardly_ever_searched_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """At half the size of such a page two rows of digits were as good as rules, on every page."""
    searched = []
    monkeypatch.setattr(rules, "find_rules", lambda *_, **__: searched.append(1) or [])
    for seed in range(24):
        page = draw_page(("31415", "92653"), np.random.default_rng(seed), size=(320, 240))
        find_ink(page.image)
    assert len(searched) <= 6


def test_rules_that_there_are_on_a_small_page_are_found() -> None:
    pages = [
        draw_page(("31415",), np.random.default_rng(seed), size=(320, 240), kind=SceneKind.RULED)
        for seed in range(8)
    ]
    assert sum(find_ink(page.image).ruled for page in pages) >= 7


def crop(digit: np.ndarray, rng: np.random.Generator, rule_px: float) -> np.ndarray:
    """(188, 168) uint8: a digit that fills a photo of ruled paper, one rule from edge to edge."""
    ink = cv2.resize(digit, (168, 168), interpolation=cv2.INTER_CUBIC).astype(np.float32) / 255
    paper = 215 * (1 - 0.7 * np.pad(ink, ((10, 10), (0, 0))))
    y, x = np.mgrid[:188, :168]
    away = np.abs(y - rng.uniform(30, 158) - rng.uniform(-0.03, 0.03) * x)
    ruled = paper * (1 - 0.3 * np.clip(rule_px / 2 + 0.5 - away, 0, 1))
    return np.clip(ruled + rng.normal(0, 2.5, ruled.shape), 0, 255).astype(np.uint8)


def test_a_digit_that_fills_a_photo_of_ruled_paper_is_read(reader: Reader) -> None:
    """A rule was taken for one up to 3 % of the photo only, and what hung on it bent it."""
    digits, labels = draw_digits(60, np.random.default_rng(4))
    right = {}
    for rule_px in (0, 8):
        rng = np.random.default_rng(5)
        read = [reader.read(crop(one, rng, rule_px)).lines for one in digits]
        right[rule_px] = sum(a == (str(b),) for a, b in zip(read, labels, strict=True))
    assert right[0] >= 54
    assert right[8] >= right[0] - 8


def test_the_bar_of_a_seven_is_no_rule_however_thick(reader: Reader) -> None:
    """It ends before the edges of the photo."""
    sheet = np.full((200, 160), 215, np.uint8)
    cv2.polylines(sheet, [np.array([[12, 30], [146, 30], [70, 180]])], False, 60, 9)
    assert reader.read(sheet).lines == ("7",)

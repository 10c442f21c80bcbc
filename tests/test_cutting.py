"""Digits that grew together: seams between them, pieces between seams, the row that is believed."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edge.arrays import UInt8Array
from edge.belief import best_way, choose
from edge.cutting import pieces_of
from edge.hypotheses import Hypothesis, hypotheses
from edge.reader import Reader
from edge.seams import find_seams
from edge.segment import Candidate
from train.scenes import SceneKind, draw_page


def rings(count: int, *, tall: int = 60) -> UInt8Array:
    """(h, w) uint8: rings side by side, each touching the next, as zeros do."""
    wide = tall * 2 // 3
    ink = np.zeros((tall + 4, count * (wide - 3) + 8), np.uint8)
    for number in range(count):
        middle = (4 + number * (wide - 3) + wide // 2, tall // 2 + 2)
        cv2.ellipse(ink, middle, (wide // 2 - 3, tall // 2 - 3), 0, 0, 360, 255, 6)
    x, y, w, h = cv2.boundingRect(ink)
    return np.ascontiguousarray(ink[y : y + h, x : x + w])


def candidate(ink: UInt8Array) -> Candidate:
    return Candidate((10, 20, ink.shape[1], ink.shape[0]), ink, 200.0, 0.8)


def test_a_seam_runs_between_two_rings() -> None:
    ink = rings(2)
    left_of = np.cumsum(np.pad(ink, ((0, 0), (1, 0))), axis=1, dtype=np.int64)
    shares = [
        left_of[np.arange(len(ink)), seam].sum() / left_of[:, -1].sum()
        for seam in find_seams(ink, 20)
    ]
    assert min(abs(share - 0.5) for share in shares) < 0.05


def test_seams_part_the_ink_each_in_another_way() -> None:
    # Through the hole of a ring there are many ways, and they cut it alike.
    ink = rings(3)
    left_of = np.cumsum(np.pad(ink, ((0, 0), (1, 0))), axis=1, dtype=np.int64)
    before = [left_of[np.arange(len(ink)), seam] for seam in find_seams(ink, 40)]
    digit = ink.sum(dtype=np.int64) / 3
    between = [np.abs(a - b).sum() for i, a in enumerate(before) for b in before[:i]]
    assert len(before) >= 5
    assert min(between) > 0.06 * digit


def sevens() -> tuple[UInt8Array, UInt8Array]:
    """(h, w) uint8 each: two upright digits whose stems lean and whose bars meet a stem."""
    both = np.zeros((2, 90, 180), np.uint8)
    for place, left in enumerate((8, 64)):
        points = np.array([(left, 8), (left + 50, 8), (left + 14, 84)], np.int32)
        cv2.polylines(both[place], [points], False, 255, 7, cv2.LINE_AA)
    x, y, w, h = cv2.boundingRect(both.max(axis=0))
    return both[0, y : y + h, x : x + w], both[1, y : y + h, x : x + w]


def test_upright_digits_whose_long_strokes_lean_are_parted_where_they_meet() -> None:
    first, second = sevens()
    ink = np.ascontiguousarray(np.maximum(first, second))
    assert cv2.connectedComponents((ink > 127).astype(np.uint8))[0] == 2  # paper and one chain
    columns = np.arange(ink.shape[1])
    wrong = [
        first[columns >= seam[:, None]].sum(dtype=np.int64)
        + second[columns < seam[:, None]].sum(dtype=np.int64)
        for seam in find_seams(ink, 15)
    ]
    assert min(wrong) < 0.012 * ink.sum(dtype=np.int64)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=40)
@given(
    height=st.integers(1, 50),
    width=st.integers(1, 120),
    cover=st.floats(0.0, 1.0),
    seed=st.integers(0, 1000),
)
def test_pieces_lie_within_whatever_was_cut(
    height: int, width: int, cover: float, seed: int
) -> None:
    ink = (np.random.default_rng(seed).random((height, width)) < cover).astype(np.uint8) * 255
    parts, spans = pieces_of(candidate(ink))
    assert len(parts) == len(spans)
    for part, (start, end) in zip(parts, spans, strict=True):
        x, y, w, h = part.box
        assert 0 <= start < end
        assert x >= 10
        assert y >= 20
        assert x + w <= 10 + width
        assert y + h <= 20 + height
        assert part.ink.shape == (h, w)


def test_each_ring_of_a_pair_is_a_piece() -> None:
    parts, spans = pieces_of(candidate(rings(2)))
    last = max(end for _, end in spans)
    whole = np.array([0.95 if p.box[3] >= 58 and 33 <= p.box[2] <= 45 else 0.1 for p in parts])
    way = best_way(spans, whole)
    assert len(way) == 2
    assert spans[way[0]][0] == 0
    assert spans[way[1]][1] == last


@pytest.mark.parametrize(
    ("spans", "sure", "way"),
    [
        pytest.param([(0, 1), (1, 2)], [0.9, 0.9], [0, 1], id="end-to-end"),
        pytest.param([(0, 1), (1, 2)], [0.9, 0.3], [], id="one-is-no-digit"),
        pytest.param([(0, 1), (2, 3)], [0.9, 0.9], [], id="a-gap"),
        pytest.param([(0, 1), (1, 2), (2, 3), (1, 3)], [0.9, 0.9, 0.9, 0.8], [0, 3], id="fewer"),
        pytest.param([], [], [], id="nothing"),
    ],
)
def test_a_chain_is_read_from_end_to_end(
    spans: list[tuple[int, int]], sure: list[float], way: list[int]
) -> None:
    assert best_way(spans, np.array(sure)) == way


@pytest.mark.parametrize(
    ("ones", "before", "believed"),
    [
        pytest.param([False, False], 0.1, True, id="two-digits"),
        pytest.param([True, False], 0.1, False, id="a-stroke-cut-off-a-letter"),
        pytest.param([False, False], 0.99, False, id="less-sure-than-the-whole"),
    ],
)
def test_what_is_believed(ones: list[bool], before: float, believed: bool) -> None:
    part = candidate(rings(1))
    outcome = Hypothesis((0,), (part, part), ((0, 1), (1, 2)))
    chosen = choose([outcome], [np.array([0.95, 0.95])], [np.array(ones)], np.array([before]))
    assert chosen == ([(0, [0, 1])] if believed else [])


@pytest.mark.parametrize(
    ("digits", "letters", "believed"),
    [
        pytest.param(4, 0, True, id="a-page-of-digits"),
        pytest.param(1, 0, False, id="beside-one-digit"),
        pytest.param(4, 1, False, id="a-page-with-a-letter"),
    ],
)
def test_a_1_is_cut_off_where_there_are_no_letters(
    digits: int, letters: int, believed: bool
) -> None:
    part = candidate(rings(1))
    outcome = Hypothesis((0,), (part, part), ((0, 1), (1, 2)))
    before = np.array([0.1] + [0.99] * digits + [0.1] * letters)
    said = [np.array([0.95, 0.95])], [np.array([False, True])]
    assert bool(choose([outcome], *said, before)) == believed


@pytest.mark.parametrize(
    ("said", "way"),
    [
        pytest.param([0.99, 0.1, 0.99], [0, 1, 2], id="two-of-three"),
        pytest.param([0.99, 0.1, 0.1], [], id="one-of-three"),
    ],
)
def test_a_piece_that_no_one_can_read_costs_its_neighbours_nothing(
    said: list[float], way: list[int]
) -> None:
    part = candidate(rings(1))
    outcome = Hypothesis((0,), (part,) * 3, ((0, 1), (1, 2), (2, 3)))
    before = np.array([0.1] + [0.99] * 4)
    chosen = choose([outcome], [np.array(said)], [np.zeros(3, bool)], before)
    assert chosen == ([(0, way)] if way else [])


@pytest.mark.parametrize(
    ("chains", "digits", "read", "believed"),
    [
        pytest.param(7, 1, 5, 5, id="a-page-of-chains"),
        pytest.param(7, 1, 2, 0, id="a-page-of-words"),
        pytest.param(7, 9, 3, 3, id="beside-digits"),
        pytest.param(7, 9, 1, 0, id="letters-beside-digits"),
        pytest.param(3, 9, 1, 1, id="a-scribble-or-two"),
    ],
)
def test_chains_are_believed_where_enough_of_them_are_digits_throughout(
    chains: int, digits: int, read: int, believed: int
) -> None:
    part = candidate(rings(1))
    outcomes = [Hypothesis((at,), (part, part), ((0, 1), (1, 2))) for at in range(chains)]
    said = [np.full(2, 0.95 if at < read else 0.1) for at in range(chains)]
    before = np.array([0.1] * chains + [0.99] * digits)
    assert len(choose(outcomes, said, [np.zeros(2, bool)] * chains, before)) == believed


def test_chains_that_are_read_tell_that_a_page_holds_digits() -> None:
    # Beside two digits alone, the one that no one can read would keep the 1 from being cut off.
    part = candidate(rings(1))
    outcomes = [Hypothesis((at,), (part, part), ((0, 1), (1, 2))) for at in range(6)]
    said = [np.full(2, 0.95)] * 5 + [np.full(2, 0.1)]
    ones = [np.zeros(2, bool)] * 4 + [np.array([True, False]), np.zeros(2, bool)]
    before = np.array([0.1] * 6 + [0.99] * 4)
    assert len(choose(outcomes, said, ones, before)) == 5


@pytest.mark.parametrize(("chains", "cut"), [(2, 2), (20, 0)], ids=["a-few", "a-page-of-words"])
def test_words_are_not_cut(chains: int, cut: int) -> None:
    seen = [candidate(rings(1))] + [candidate(rings(2))] * chains
    sure = np.array([0.99] + [0.1] * chains)
    assert sum(len(one.replaces) == 1 for one in hypotheses(seen, sure)) == cut


def test_most_digits_that_touch_are_found() -> None:
    # Without cutting it is about half of them; on the third page hardly one stands alone.
    reader, found, written = Reader(), 0, 0
    for number in range(4):
        page = draw_page(None, np.random.default_rng([18, number]), kind=SceneKind.TOUCHING)
        found += len(reader.read(page.image).detections)
        written += len(page.digits)
    assert found > 0.85 * written

"""What is drawn beside digits, and around them: rings, boxes, strokes of another size."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.acceptance import Acceptance, Verdict
from edge.arrays import UInt8Array
from edge.context import judge
from edge.drawings import drawn_around, of_another_size
from edge.enclosed import encloses
from edge.ink import find_ink
from edge.pieces import Piece, number_pieces, pieces_on
from edge.prediction import Prediction
from edge.reader import Reader
from edge.segment import Box, Candidate
from train.scenes import Scene, draw_page

PEN = (45, 38, 36)


def written_small(lines: list[str], seed: int) -> tuple[UInt8Array, list[Box]]:
    """A page with room around its digits, and where they stand, each number one box."""
    scene: Scene = draw_page(lines, np.random.default_rng([31, seed]))
    height, width = scene.image.shape[:2]
    scale, left, top = 0.62, 0.15 * width, 0.15 * height
    moved = np.array([[scale, 0, left], [0, scale, top]], np.float32)
    page = cv2.warpAffine(
        scene.image, moved, (width, height), flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE
    )
    boxes = iter([box for _, box in scene.digits])
    numbers = []
    for number in " ".join(lines).split():
        mine = [next(boxes) for _ in number]
        x, y = min(b[0] for b in mine), min(b[1] for b in mine)
        right, bottom = max(b[0] + b[2] for b in mine), max(b[1] + b[3] for b in mine)
        numbers.append(
            (
                round(x * scale + left),
                round(y * scale + top),
                round((right - x) * scale),
                round((bottom - y) * scale),
            )
        )
    return np.asarray(page, np.uint8), numbers


def ring(page: UInt8Array, box: Box) -> None:
    x, y, w, h = box
    middle = (x + w // 2, y + h // 2)
    cv2.ellipse(
        page, middle, (w // 2 + h // 3, int(0.87 * h)), 5, 0, 360, PEN, h // 14, cv2.LINE_AA
    )


def square(page: UInt8Array, box: Box) -> None:
    x, y, w, h = box
    m = h // 3
    cv2.rectangle(page, (x - m, y - m), (x + w + m, y + h + m), PEN, h // 14, cv2.LINE_AA)


@pytest.mark.parametrize("draw", [ring, square])
@pytest.mark.parametrize(
    ("lines", "seed"),
    [
        pytest.param(["4   2", "0   5", "6   3"], 1, id="single-digits"),
        pytest.param(["20   630", "50   955", "284   15"], 6, id="numbers"),
    ],
)
def test_what_a_ring_or_a_box_holds_is_read(reader: Reader, draw, lines, seed: int) -> None:
    page, numbers = written_small(lines, seed)
    for number in numbers[::2]:
        draw(page, number)
    read = reader.read(page, turns=None).lines
    assert [line.split() for line in read] == [line.split() for line in lines]


def test_ringed_digits_turn_no_page(reader: Reader) -> None:
    """A ring is a 0 whichever way up it lies: eight of them outvoted what they hold."""
    lines = ["7   3", "2   4", "1   1"]
    page, numbers = written_small(lines, 8)
    for number in numbers:
        ring(page, number)
    examination = reader.examine(page, turns=None)
    assert examination.turns == 0
    assert "0" not in "".join(examination.reading.lines)


def candidate(box: Box, ink: UInt8Array | None = None) -> Candidate:
    height, width = box[3] + 2, box[2] + 2
    return Candidate(box, np.full((height, width), 255, np.uint8) if ink is None else ink, 200, 0.9)


def hoop(box: Box) -> Candidate:
    """A ring that fills its box."""
    w, h = box[2:]
    ink = np.zeros((h + 2, w + 2), np.uint8)
    cv2.ellipse(ink, (w // 2 + 1, h // 2 + 1), (w // 2 - 2, h // 2 - 2), 0, 0, 360, 255, 4)
    return candidate(box, ink)


@pytest.mark.parametrize(
    ("box", "held"),
    [
        pytest.param((80, 75, 40, 50), True, id="in-its-middle"),
        pytest.param((95, 95, 10, 10), False, id="a-speck"),
        pytest.param((140, 75, 40, 50), False, id="across-it"),
        pytest.param((220, 75, 40, 50), False, id="beside-it"),
    ],
)
def test_what_a_ring_is_drawn_around(box: Box, held: bool) -> None:
    both = [hoop((50, 50, 100, 100)), candidate(box)]
    every = np.ones(2, bool)
    assert drawn_around(both, every, every).tolist() == [held, False]


def test_a_stroke_inside_its_digits_box_is_not_enclosed() -> None:
    """The bar of a 5 that reaches over its belly has ink below, but none on both sides."""
    page = np.full((300, 300, 3), 235, np.uint8)
    cv2.polylines(page, [np.array([[120, 80], [120, 140], [180, 180], [120, 230]])], False, PEN, 8)
    cv2.line(page, (134, 84), (190, 80), PEN, 8)
    cv2.circle(page, (60, 60), 40, PEN, 5)
    cv2.line(page, (60, 45), (60, 75), PEN, 6)
    ink = find_ink(page)
    sheet = number_pieces(ink.part)
    pieces = sorted(pieces_on(sheet, ink.mask.shape), key=lambda piece: -piece.box[3])
    body, hooped, bar, stroke = pieces[0], pieces[1], pieces[3], pieces[2]
    assert not encloses(body, bar, sheet)
    assert encloses(hooped, stroke, sheet)
    assert not encloses(hooped, Piece((0,), (200, 200, 20, 40), lambda _: 100.0), sheet)


def verdicts(labels: str, sizes: list[int]) -> list[Verdict]:
    """What becomes of well-read digits of these heights, far from each other."""
    candidates = [candidate((40 + 90 * i, 300, 30, size)) for i, size in enumerate(sizes)]
    probabilities = np.eye(10, dtype=np.float32)[[int(label) for label in labels]]
    said = Prediction(probabilities, np.full(len(labels), 0.99, np.float32))
    return judge(candidates, said, Acceptance(), 1, (900, 1200), 0)


@pytest.mark.parametrize(
    ("labels", "sizes", "odd"),
    [
        pytest.param("3570", [60, 66, 58, 120], [3], id="a-large-circle"),
        pytest.param("3571", [60, 66, 58, 110], [3], id="the-side-of-a-box"),
        pytest.param("3571", [60, 66, 58, 25], [3], id="what-a-fold-leaves"),
        pytest.param("51", [60, 25], [1], id="a-speck-beside-one-digit"),
        pytest.param("3570", [60, 66, 58, 78], [], id="a-tall-0"),
        pytest.param("3571", [60, 66, 58, 40], [], id="a-short-1"),
        pytest.param("3578", [60, 66, 58, 120], [], id="a-large-8"),
        pytest.param("51", [60, 110], [], id="one-digit-alone-tells-little"),
        pytest.param("1001", [60, 120, 40, 90], [], id="strokes-and-rings-alone"),
        pytest.param("20243511", [120, 118, 122, 119, 50, 52, 51, 115], [], id="a-heading"),
    ],
)
def test_strokes_and_rings_have_the_size_of_digits(labels, sizes, odd: list[int]) -> None:
    said = verdicts(labels, sizes)
    assert [i for i, verdict in enumerate(said) if verdict is Verdict.SIZE] == odd
    assert {verdict for i, verdict in enumerate(said) if i not in odd} <= {Verdict.ACCEPTED}


@given(
    st.lists(st.tuples(st.floats(5, 300), st.booleans(), st.booleans()), min_size=1, max_size=12),
    st.floats(0.1, 10),
)
def test_only_proportions_count(drawn: list[tuple[float, bool, bool]], scale: float) -> None:
    sizes = np.array([size for size, _, _ in drawn])
    digits, simple = (np.array([one[i] for one in drawn], bool) for i in (1, 2))
    odd = of_another_size(sizes, digits, simple)
    assert not (odd & ~(digits & simple)).any()
    edges = np.concatenate([sizes / size for size in sizes])
    if np.abs(edges[:, None] - (0.6, 1.3)).min() > 1e-6:
        assert (odd == of_another_size(sizes * scale, digits, simple)).all()

"""From a frame to text: ink, candidates, context, lines."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from edge.acceptance import Acceptance
from edge.errors import InputError
from edge.hypotheses import hypotheses
from edge.reader import Reader
from edge.session import Session, open_session
from train.scenes import Scene, draw_page
from train.strokes import Hand, draw_digit


@pytest.fixture(scope="module")
def page() -> Scene:
    return draw_page(["314 159", "2718 28", "60 221 47"], np.random.default_rng(5))


def test_a_page_is_read_as_it_was_written(reader: Reader, page: Scene) -> None:
    assert reader.read(page.image).lines == page.lines


def test_every_box_holds_its_digit(reader: Reader, page: Scene) -> None:
    reading = reader.read(page.image)
    assert [one.digit for one in reading.detections] == [str(label) for label, _ in page.digits]
    for found, (_, box) in zip(reading.detections, page.digits, strict=True):
        assert np.abs(np.subtract(found.box, box)).max() <= 4


def test_most_pages_are_read_without_any_mistake(reader: Reader) -> None:
    """Forty pages by forty hands, seven digits a line, three lines: 840 digits."""
    digits = right = 0
    for seed in range(40):
        rng = np.random.default_rng([seed, 99])
        rows = rng.integers(0, 10, (3, 7))
        lines = ["".join(map(str, row[:4])) + " " + "".join(map(str, row[4:])) for row in rows]
        scene = draw_page(lines, rng)
        read = "\n".join(reader.read(scene.image).lines)
        digits += 21
        right += 21 - edit_distance(read.replace(" ", ""), "\n".join(scene.lines).replace(" ", ""))
    assert right / digits >= 0.985


def edit_distance(one: str, other: str) -> int:
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        previous, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (a != b))
    return row[-1]


@pytest.mark.parametrize("width", [640, 1280, 2560, 4000])
def test_the_resolution_makes_no_difference(reader: Reader, page: Scene, width: int) -> None:
    scale = width / page.image.shape[1]
    photo = cv2.resize(page.image, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    assert reader.read(photo).lines == page.lines


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda image: cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), id="grey"),
        pytest.param(lambda image: cv2.cvtColor(image, cv2.COLOR_BGR2BGRA), id="alpha"),
        pytest.param(lambda image: (image * 0.45).astype(np.uint8), id="dim"),
        pytest.param(lambda image: 255 - image, id="light-on-dark"),
        pytest.param(lambda image: cv2.GaussianBlur(image, (0, 0), 1.5), id="soft"),
    ],
)
def test_the_same_page_in_another_light(reader: Reader, page: Scene, change) -> None:
    assert reader.read(change(page.image)).lines == page.lines


def test_ruled_paper_does_not_hide_digits(reader: Reader, page: Scene) -> None:
    rules = np.full_like(page.image, 255)
    for y in range(20, rules.shape[0], 48):
        cv2.line(rules, (0, y), (rules.shape[1], y + 3), (150, 120, 110), 2)
    ruled = np.minimum(page.image, rules)  # ink is darker than what was printed before
    read = "".join(reader.read(ruled).lines).replace(" ", "")
    want = "".join(page.lines).replace(" ", "")
    assert edit_distance(read, want) <= 1


def test_bare_paper_holds_nothing(reader: Reader, rng: np.random.Generator) -> None:
    blank = draw_page([], rng)
    reading = reader.read(blank.image)
    assert (reading.detections, reading.numbers, reading.lines) == ((), (), ())


@pytest.mark.parametrize("text", ["HELLO WORLD", "+ x = - ( )", "Rakfmn"])
def test_letters_and_operators_are_no_digits(reader: Reader, text: str) -> None:
    sheet = np.full((480, 900, 3), 225, np.uint8)
    cv2.putText(sheet, text, (60, 260), cv2.FONT_HERSHEY_SIMPLEX, 3, (40, 30, 30), 7, cv2.LINE_AA)
    # One in ten may slip through: half of an operator or a letter can be a 1 or a 0.
    assert len(reader.read(sheet).detections) <= max(1, len(text) // 10)


def test_every_stage_is_timed(reader: Reader, page: Scene) -> None:
    stages = reader.read(page.image).stages_us
    assert list(stages) == [
        "prepare",
        "ink",
        "segment",
        "normalize",
        "classify",
        "reconsider",
        "layout",
    ]
    assert all(value > 0 for value in stages.values())


@pytest.mark.parametrize(
    "frame",
    [
        pytest.param(np.zeros((0, 0, 3), np.uint8), id="empty"),
        pytest.param(np.zeros((5, 0, 3), np.uint8), id="no-columns"),
        pytest.param(np.zeros((5, 5, 3), np.float32), id="float"),
        pytest.param(np.full((5, 5), np.nan), id="nan"),
        pytest.param(np.zeros((5, 5, 3), np.uint16), id="16-bit"),
        pytest.param(np.zeros((5, 5, 2), np.uint8), id="two-channels"),
        pytest.param(np.zeros(5, np.uint8), id="one-axis"),
        pytest.param(None, id="none"),
    ],
)
def test_what_is_no_frame_is_refused(reader: Reader, frame) -> None:
    with pytest.raises(InputError, match="frame must"):
        reader.read(frame)


@settings(deadline=None, max_examples=150)
@given(
    npst.arrays(
        np.uint8,
        st.one_of(
            st.tuples(st.integers(1, 40), st.integers(1, 40)),
            st.tuples(st.integers(1, 40), st.integers(1, 40), st.sampled_from([1, 3, 4])),
        ),
    )
)
def test_no_frame_breaks_the_reader(frame: np.ndarray) -> None:
    height, width = frame.shape[:2]
    for one in READER.read(frame).detections:
        x, y, w, h = one.box
        assert 0 <= x < x + w <= width
        assert 0 <= y < y + h <= height
        assert 0 <= one.confidence <= 1


@pytest.mark.parametrize(
    "frame",
    [
        pytest.param(np.zeros((1, 3000, 3), np.uint8), id="one-row"),
        pytest.param(np.zeros((3000, 1), np.uint8), id="one-column"),
        pytest.param(np.full((900, 700, 3), 255, np.uint8), id="white"),
        pytest.param(
            np.random.default_rng(0).integers(0, 256, (480, 640, 3), np.uint8), id="noise"
        ),
        pytest.param(np.eye(500, dtype=np.uint8) * 255, id="diagonal"),
    ],
)
def test_odd_frames_are_read(reader: Reader, frame: np.ndarray) -> None:
    reader.read(frame)


READER = Reader()


def test_a_model_without_is_digit_reads_as_well(page: Scene) -> None:
    """Somebody's own classifier has ten outputs and no more."""

    class TenOutputs(Session):
        def run(self, images):
            return type(prediction := super().run(images))(prediction.probabilities, None)

    session = open_session()
    plain = TenOutputs(session.artifact, session._backend)
    read = "".join(Reader(plain).read(page.image).lines).replace(" ", "")
    assert edit_distance(read, "".join(page.lines).replace(" ", "")) <= 2


@pytest.mark.parametrize("value", [-0.1, 1.1, float("nan")])
def test_a_threshold_is_a_share(value: float) -> None:
    with pytest.raises(InputError):
        Acceptance(is_digit=value)


def paper(width: int = 640) -> np.ndarray:
    return np.full((320, width, 3), 222, np.uint8)


def test_detached_strokes_of_an_open_four_are_joined(reader: Reader) -> None:
    sheet = paper()
    for x in (60, 400):  # ordinary digits, so that the page knows how large one is
        cv2.ellipse(sheet, (x + 40, 160), (34, 60), 0, 0, 360, (40, 30, 30), 9)
    cv2.polylines(sheet, [np.array([[238, 100], [226, 172], [272, 172]])], False, (40, 30, 30), 9)
    cv2.line(sheet, (290, 96), (284, 226), (40, 30, 30), 9)
    assert reader.read(sheet).lines == ("0 4 0",)


def test_digits_that_grew_together_are_split(reader: Reader) -> None:
    """Two digits whose strokes touch; most such pairs must be read as two."""
    right = 0
    pairs = ["53", "26", "35", "62", "23", "65", "32", "56", "25", "36"]
    for seed, pair in enumerate(pairs):
        rng = np.random.default_rng([seed, 3])
        sheet = np.zeros((320, 640), np.uint8)
        at = 60
        for place, digit in enumerate("0" + pair + "0"):
            ink = draw_digit(int(digit), rng, side=150, hand=Hand(np.diag([0.75, 1.0]), 0.06))
            x, y, w, h = cv2.boundingRect(ink)
            region = sheet[90 : 90 + h, at : at + w]
            np.maximum(region, ink[y : y + h, x : x + w], out=region)
            at += w - 4 if place == 1 else w + 50
        read = reader.read(cv2.cvtColor(235 - (sheet * 0.8).astype(np.uint8), cv2.COLOR_GRAY2BGR))
        right += "".join(read.lines).replace(" ", "") == f"0{pair}0"
    assert right >= 7


def test_a_sure_pair_is_neither_joined_nor_split(reader: Reader, page: Scene) -> None:
    """Second thoughts are for what was refused: a page that is read stays as it is."""
    examination = reader.examine(page.image)
    assert hypotheses(examination.candidates, examination.prediction.sureness) == []


@pytest.mark.parametrize("desk", [30, 90])
def test_a_sheet_on_a_dark_desk_is_read(reader: Reader, page: Scene, desk: int) -> None:
    """What surrounds the sheet hangs together and has a box that holds every digit."""
    height, width = page.image.shape[:2]
    scene = np.full((height + 160, width + 160, 3), desk, np.uint8)
    scene[80:-80, 80:-80] = page.image
    assert reader.read(scene).lines == page.lines


def test_a_drawn_frame_around_digits_does_not_swallow_them(reader: Reader, page: Scene) -> None:
    framed = page.image.copy()
    cv2.rectangle(framed, (14, 14), (945, 700), (40, 40, 40), 6)
    assert reader.read(framed).lines == page.lines

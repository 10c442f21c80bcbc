"""`python -m benchmarks photos`: one's own labelled photos, as they are and varied."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.photos_labels import LabelledPhoto, load_labels
from benchmarks.photos_report import to_markdown
from benchmarks.photos_score import Tally, affinities, judge_photo, match
from benchmarks.photos_table import VariationRow, measure_row, moved_photo, variations
from benchmarks.photos_variations import Digits, measure_digits, move_box, resized, turned
from edge.errors import InputError
from edge.reader import Reader
from edge.reading import Detection, Reading
from tests.support import Run, needs_tensorflow, one_line_error
from train.scenes import draw_page

PAGES = 3


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Drawn pages with their labels, one of them with something to ignore."""
    root = tmp_path_factory.mktemp("labelled")
    labels = []
    for seed in range(PAGES):
        scene = draw_page(["314 25", "92 473"], np.random.default_rng(seed))
        cv2.imwrite(str(root / f"{seed}.png"), scene.image)
        labels.append(
            {
                "file": f"{seed}.png",
                "digits": list(scene.lines),
                "boxes": [[*box, str(label)] for label, box in scene.digits],
                "crop": "full frame",
            }
        )
    labels[2]["nondigit_boxes"] = [[5, 5, 20, 20, "x"], [5, 40, 20, 20, "?"]]
    write_labels(root, labels)
    return root


def write_labels(root: Path, labels: list[dict[str, Any]]) -> None:
    (root / "labels.jsonl").write_text("\n".join(json.dumps(one) for one in labels) + "\n\n")


def detection(digit: str, box: tuple[int, int, int, int]) -> Detection:
    return Detection(box, digit, 0.9, np.zeros(10, np.float32), np.zeros((28, 28), np.uint8))


def photo(digits: list[tuple[str, tuple[int, int, int, int]]], **more: Any) -> LabelledPhoto:
    text = "".join(label for label, _ in digits)
    return LabelledPhoto("a.png", Path("a.png"), (text,), tuple(digits), **more)


TWO = [("3", (10, 10, 20, 40)), ("1", (50, 10, 4, 40))]


@pytest.mark.parametrize(
    ("found", "right", "false", "perfect"),
    [
        pytest.param([("3", (10, 10, 20, 40)), ("1", (50, 10, 4, 40))], 2, 0, 1, id="all"),
        pytest.param([("3", (10, 10, 20, 40)), ("1", (55, 12, 5, 38))], 2, 0, 1, id="narrow-1"),
        pytest.param([("8", (10, 10, 20, 40)), ("1", (50, 10, 4, 40))], 1, 0, 0, id="misread"),
        pytest.param([("3", (10, 10, 20, 40))], 1, 0, 0, id="missed"),
        pytest.param([("3", (10, 10, 20, 40)), ("3", (12, 11, 20, 40))], 1, 1, 0, id="twice"),
        pytest.param([("3", (10, 60, 20, 40))], 0, 1, 0, id="elsewhere"),
        pytest.param([("3", (10, 10, 60, 120))], 0, 1, 0, id="too-large"),
    ],
)
def test_what_counts_as_read(found, right, false, perfect) -> None:
    reading = Reading(tuple(detection(*one) for one in found))
    judgement = judge_photo(photo(TWO), reading)
    tally = judgement.tally
    assert (tally.right, tally.false, tally.perfect) == (right, false, perfect)
    assert bool(judgement.mistakes) != bool(perfect) or not reading.lines


def test_ignored_places_count_neither_way_and_nondigits_do() -> None:
    reading = Reading((detection("7", (100, 100, 20, 20)), detection("7", (200, 100, 20, 20))))
    labelled = photo([], nondigits=((200, 100, 20, 20),), ignored=())
    tally = judge_photo(labelled, reading).tally
    assert (tally.false, tally.nondigits, tally.nondigits_accepted) == (2, 1, 1)
    seen = photo(TWO, ignored=((100, 100, 20, 20), (200, 100, 20, 20)))
    tally = judge_photo(seen, reading).tally
    assert (tally.false, tally.transcribed) == (0, 0)


def test_lines_are_compared_without_spaces_in_their_order() -> None:
    labelled = LabelledPhoto("a", Path("a"), ("31 4", "", "15"), ())
    assert judge_photo(labelled, Reading(lines=("314", "1 5"))).tally.lines_right == 1
    assert judge_photo(labelled, Reading(lines=("15", "314"))).tally.lines_right == 0


def test_nothing_written_and_nothing_read_is_perfect() -> None:
    tally = judge_photo(LabelledPhoto("a", Path("a"), (), ()), Reading()).tally
    assert (tally.f1, tally.full_perfect) == (1.0, 1)
    assert Tally(digits=2).f1 == 0.0


boxes = st.lists(
    st.tuples(*[st.integers(0, 80)] * 2, *[st.integers(1, 40)] * 2), max_size=8, unique=True
)


@given(boxes, boxes)
def test_pairs_fit_and_none_is_used_twice(truths, found) -> None:
    fit = affinities(truths, found)
    assert fit.shape == (len(truths), len(found))
    pairs = match(fit)
    assert len(set(pairs.values())) == len(pairs)
    assert all(fit[truth, box] >= 0 for truth, box in pairs.items())
    assert set(match(affinities(truths, truths)).items()) == {(i, i) for i in range(len(truths))}


@settings(deadline=None)
@given(
    st.tuples(*[st.integers(0, 60)] * 2, *[st.integers(8, 20)] * 2),
    st.integers(0, 3),
    st.sampled_from([40, 160]),
)
def test_boxes_move_with_their_ink(box, turns: int, side: int) -> None:
    x, y, w, h = box
    image = np.zeros((100, 80, 3), np.uint8)
    image[y : y + h, x : x + w] = 255
    varied = turned(image, turns)
    assert move_box(box, varied.moved) == cv2.boundingRect(varied.image[..., 0])
    scaled = resized(image, side)
    there = cv2.boundingRect((scaled.image[..., 0] > 100).astype(np.uint8))
    assert np.abs(np.subtract(move_box(box, scaled.moved), there)).max() <= 2


@pytest.mark.parametrize("name", list(variations()))
def test_a_variation_is_the_same_every_time_and_keeps_its_boxes(name: str) -> None:
    scene = draw_page(["4711"], np.random.default_rng(1))
    size = measure_digits(scene.image, [box for _, box in scene.digits])
    before = scene.image.copy()
    _, vary = variations()[name]
    one, other = (vary(scene.image, size, np.random.default_rng(6)) for _ in range(2))
    assert np.array_equal(scene.image, before)
    assert np.array_equal(one.image, other.image)
    assert (one.image.dtype, one.image.ndim) == (np.uint8, 3)
    labelled = photo([(str(label), box) for label, box in scene.digits])
    height, width = one.image.shape[:2]
    for _, (x, y, w, h) in moved_photo(labelled, one).digits:
        assert -0.06 * width <= x <= x + w <= 1.06 * width
        assert -0.06 * height <= y <= y + h <= 1.06 * height


def test_strength_and_size_of_digits_are_measured() -> None:
    image = np.full((100, 100, 3), 200, np.uint8)
    image[20:60, 30:40] = 50
    assert measure_digits(image, [(30, 20, 10, 40)]) == Digits(40.0, pytest.approx(0.75, abs=0.02))
    assert measure_digits(image, []).unit == 10


def test_rows_are_the_same_whichever_photos_are_read_beside(folder: Path) -> None:
    photos = load_labels(folder / "labels.jsonl", folder)
    reader = Reader()
    whole = measure_row("sensor noise", photos, reader, seed=3)
    parts = [measure_row("sensor noise", [one], reader, seed=3) for one in reversed(photos)]
    assert whole.tally == sum((part.tally for part in parts), Tally())


@needs_tensorflow  # its environment has matplotlib
def test_the_command_writes_table_json_and_plot(run: Run, folder: Path, tmp_path: Path) -> None:
    words = [folder, "--variations", "as is", "turned 180", "--output", tmp_path, "--errors"]
    result = run("benchmarks", "photos", *words)
    assert result.returncode == 0, result.stderr
    assert result.stdout == (tmp_path / "photos.md").read_text() + "\n"
    document = json.loads((tmp_path / "photos.json").read_text())
    rows = {row["name"]: row for row in document["variations"]}
    assert list(rows) == ["as is", "turned 180"]
    for row in rows.values():
        assert row["tally"]["photos"] == PAGES
        assert row["f1"] >= 0.95
        assert row["median_ms"] > 0
    assert cv2.imread(str(tmp_path / "photos.png")) is not None
    limited = run("benchmarks", "photos", *words[:3], "--limit", "1", "--json", *words[4:])
    assert json.loads(limited.stdout)["variations"][0]["tally"]["photos"] == 1


@pytest.mark.parametrize(
    ("line", "said"),
    [
        pytest.param("no json", "line 1", id="no-json"),
        pytest.param('{"digits": []}', "file", id="no-file"),
        pytest.param('{"file": "0.png", "digits": "31"}', "list", id="text-for-lines"),
        pytest.param('{"file": "0.png", "digits": [], "boxes": [[1, 2]]}', "line 1", id="short"),
        pytest.param('{"file": "0.png", "digits": [], "boxes": [[1, 2, 0, 4, "1"]]}', "0 x 4"),
        pytest.param('{"file": "none.png", "digits": []}', "there is no", id="no-photo"),
        pytest.param("", "labels no photo", id="empty"),
    ],
)
def test_labels_that_are_none_are_told(folder: Path, tmp_path: Path, line: str, said: str) -> None:
    (tmp_path / "labels.jsonl").write_text(line)
    with pytest.raises(InputError, match=said):
        load_labels(tmp_path / "labels.jsonl", folder)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(["--variations", "fog"], "no variation", id="variation"),
        pytest.param(["--limit", "0"], "at least 1", id="limit"),
        pytest.param(["--labels", "none.jsonl"], "--labels", id="labels"),
    ],
)
def test_usage_is_told(run: Run, folder: Path, words: list[str], said: str) -> None:
    result = run("benchmarks", "photos", folder, *words)
    assert result.returncode == 2
    assert said in one_line_error(result)


def test_the_table_names_every_row() -> None:
    tally = Tally(photos=2, full=2, full_perfect=1, digits=4, found=4, right=3)
    from benchmarks.host import read_host
    from benchmarks.photos_report import PhotosBenchmark

    row = VariationRow("as is", "the photos as they are", tally, 12.34, {})
    text = to_markdown(PhotosBenchmark("again", read_host(), "m.tflite", "0" * 64, 0, [row]))
    assert "| as is | the photos as they are | 0.750 | 0.750 | 0.750 | 1/2 | 0/0 |" in text

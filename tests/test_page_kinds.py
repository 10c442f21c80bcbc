"""Pages by kind of difficulty, and the reader's speed: counts, intervals, reports, commands."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks.hog import train_linear
from benchmarks.kinds.page import bars
from benchmarks.kinds.report import cells
from benchmarks.kinds.row import rows_of
from benchmarks.kinds.score import Case, PageScore, cases_of, draw_case, score_case
from benchmarks.pages import draw_pages
from benchmarks.photos_score import Tally
from benchmarks.speed import classic, machine
from benchmarks.speed.measure import FEW, Ratio, Timing
from edge.reader import Reader
from tests.support import Run, one_line_error
from train.data import Images
from train.scenes import SceneKind
from train.strokes import draw_digits

PLAIN, PRINT, NOTHING = SceneKind.PLAIN, SceneKind.PRINT, SceneKind.NO_DIGITS


def score(kind: SceneKind, number: int, **counts: int) -> PageScore:
    tally = Tally(photos=1, boxed=1, transcribed=1, **counts)
    return PageScore(Case(kind, number), tally, ())


# Rows


def test_kinds_take_turns() -> None:
    cases = cases_of([PLAIN, PRINT], 5)
    assert [(one.kind, one.number) for one in cases] == [
        *((PLAIN, 0), (PRINT, 0), (PLAIN, 1), (PRINT, 1), (PLAIN, 2)),
    ]


def test_rows_add_up_and_their_intervals_hold_their_shares() -> None:
    scores = [
        score(PLAIN, 0, digits=10, found=10, right=10, perfect=1, lines_right=1),
        score(PLAIN, 1, digits=10, found=10, right=8, false=2),
        score(PRINT, 0, digits=4, found=4, right=4, nondigits=50, nondigits_accepted=5),
        score(NOTHING, 0, nondigits=10, perfect=1, lines_right=1),
    ]
    plain, printed, nothing, total = rows_of(scores)
    assert [row.kind for row in (plain, printed, nothing, total)] == [
        *("plain", "print", "no digits", "all"),
    ]
    assert plain.tally.f1 == pytest.approx(2 * 18 / (20 + 20 + 2))
    assert plain.f1_interval is not None
    assert plain.f1_interval[0] < plain.tally.f1 < plain.f1_interval[1] <= 1
    assert plain.perfect[0] == 0.5
    assert plain.accepted is None
    assert printed.accepted is not None
    assert printed.accepted[0] == 0.1
    assert printed.accepted[1][0] < 0.1 < printed.accepted[1][1]
    # Where nothing is written F1 says nothing; the page still counts.
    assert nothing.f1_interval is None
    assert nothing.perfect[0] == 1
    assert total.tally.photos == 4
    assert cells(nothing)[2] == "-"
    assert json.loads(json.dumps(nothing.to_json()))["f1"] is None


def test_bars_end_where_their_shares_do() -> None:
    rows = rows_of([score(PLAIN, n, digits=1, perfect=n % 2) for n in range(4)])
    drawn = bars("Pages right", rows, lambda row: row.perfect, 2)
    assert drawn.count("<rect") == 2
    assert "plain: 50.0%" in drawn
    assert bars("Non-digits", rows, lambda row: row.accepted, 2).count("<rect") == 0


# Pages


def test_a_page_depends_on_its_number_alone() -> None:
    one, same, other = (draw_case(Case(PLAIN, number)) for number in (2, 2, 3))
    assert np.array_equal(one.image, same.image)
    assert one.lines != other.lines


def test_a_plain_page_is_read_and_a_wrong_reading_counted() -> None:
    found = score_case(Case(PLAIN, 0), Reader())
    assert found.tally.digits == found.tally.found + len(
        [one for one in found.mistakes if "missed" in one]
    )
    assert found.tally.f1 > 0.9
    assert found.picture is not None
    assert found.picture.shape == (300, 400, 3)


def test_the_whole_report_reads_kinds_in_turns() -> None:
    few = draw_pages(3)
    assert np.array_equal(few.images, draw_pages(3).images)
    assert all(line.replace(" ", "").isdigit() for lines in few.lines for line in lines)


def test_the_command_reads_pages_by_kind(run: Run, tmp_path: Path) -> None:
    result = run(
        *("benchmarks", "pages", "--count", "4", "--kind", "plain", "--kind", "no digits"),
        *("--output", tmp_path, "--json", "--processes", "2"),
    )
    assert result.returncode == 0, result.stderr
    document = json.loads(result.stdout)
    assert [row["kind"] for row in document["kinds"]] == ["plain", "no digits", "all"]
    plain = document["kinds"][0]
    assert plain["counts"]["photos"] == 2
    assert plain["f1"] >= 0.9
    assert plain["f1_interval"][0] <= plain["f1"] <= plain["f1_interval"][1]
    assert [one["number"] for one in document["pages"]] == [0, 0, 1, 1]
    assert json.loads((tmp_path / "pages.json").read_text("utf-8")) == document
    assert "| plain | 2 |" in (tmp_path / "pages.md").read_text("utf-8")
    page = (tmp_path / "pages.html").read_text("utf-8")
    assert page.count("<svg") == 4
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "")


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["pages", "--count", "3"], "--count"),
        (["pages", "--processes", "0"], "--processes"),
        (["pages", "--model", "none.tflite"], "none.tflite"),
        (["speed", "--rounds", "0"], "--rounds"),
    ],
    ids=" ".join,
)
def test_bad_usage_is_one_line_and_exit_2(options, says: str, run: Run, tmp_path: Path) -> None:
    result = run("benchmarks", *options, "--output", tmp_path)
    assert result.returncode == 2
    assert says in one_line_error(result)


# Speed


def test_a_ratio_is_taken_round_by_round() -> None:
    slow = Timing("edge", "a", rounds_us=[20, 200, 60])
    fast = Timing("classic", "a", rounds_us=[10, 100, 20])
    ratio = Ratio.of("classic", slow, fast)
    assert (ratio.median, ratio.reached) == (2, True)
    assert not Ratio.of("classic", slow, Timing("classic", "a", rounds_us=[5, 5, 5])).reached


def test_a_linear_machine_parts_what_can_be_parted(rng: np.random.Generator) -> None:
    labels = np.arange(300) % 10
    points = np.eye(10)[labels] + rng.normal(0, 0.05, (300, 10))
    weights = train_linear(points.astype(np.float32), labels, steps=150)
    assert weights.shape == (11, 10)
    assert np.array_equal((points @ weights[:-1] + weights[-1]).argmax(axis=1), labels)


def test_the_classics_machine_tells_what_it_learnt(rng: np.random.Generator) -> None:
    labels = np.arange(300) % 10
    points = np.eye(64)[labels] + rng.normal(0, 0.05, (300, 64))
    points = (points / np.linalg.norm(points, axis=1, keepdims=True)).astype(np.float32)
    known = machine.train_numpy(points[:200], labels[:200])
    assert [known.tell(point) for point in points[200:]] == labels[200:].tolist()
    # Each is drawn to the side of its digit by no more than the penalty allows.
    assert np.abs(known.pairs).max() <= machine.C
    assert np.count_nonzero(known.pairs, axis=1).max() <= 9


@pytest.mark.skipif(not machine.has_opencv_machine(), reason="this OpenCV has no cv2.ml")
def test_the_classics_machine_is_that_of_opencv() -> None:
    images, labels = draw_digits(900, np.random.default_rng(3))
    described = classic.describe_all(images)
    theirs = machine.train_opencv(described[:600], labels[:600])
    ours = machine.train_numpy(described[:600], labels[:600])
    same = [theirs.tell(one) == ours.tell(one) for one in described[600:]]
    assert np.mean(same) >= 0.98
    assert len(ours.vectors) == pytest.approx(len(theirs.model.getSupportVectors()), rel=0.1)


def test_the_classic_finds_and_reads_digits(drawn: Images) -> None:
    known = classic.train_machine(drawn.images[:600], drawn.labels[:600])
    found = classic.read_frame(FEW.draw()[0], known)
    assert 7 <= len(found) <= 12
    assert all(16 <= box[3] <= 64 and 0 <= digit <= 9 for box, digit in found)
    blank = np.full((480, 640, 3), 200, np.uint8)
    assert classic.read_frame(blank, known) == []


def test_time_grows_slower_than_digits_and_pixels(run: Run, tmp_path: Path) -> None:
    """Ratios of one run, far from those measured (6, 9.5, 1.5): a quadratic stage breaks them."""
    result = run(
        *("benchmarks", "speed", "--rounds", "1", "--output", tmp_path, "--json"), timeout=900
    )
    assert result.returncode == 0, result.stderr
    document = json.loads(result.stdout)
    ratios = {one["name"]: one["median"] for one in document["ratios"]}
    assert ratios["digits"] < 10
    assert ratios["pixels"] < 25
    assert 0 < ratios["classic"] < 4
    edge = document["timings"][0]
    assert edge["digits"] >= 55
    assert list(edge["stages_us"])[:3] == ["prepare", "ink", "segment"]
    assert sum(values[0] for values in edge["stages_us"].values()) <= edge["rounds_us"][0]
    assert "| goal | reached |" in (tmp_path / "speed.md").read_text("utf-8")

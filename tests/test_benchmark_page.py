"""The page stands alone and shows what was measured; results of hosts are never mixed unsaid."""

from __future__ import annotations

import copy
import dataclasses
import html.parser
import json
from pathlib import Path

import pytest

from benchmarks.compare import compare, load_result
from benchmarks.compare import main as compare_command
from benchmarks.page.charts import pareto
from benchmarks.page.svg import Axis
from benchmarks.workspace import Workspace
from edge.errors import InputError
from tests.browser import needs_chromium, open_browser
from tests.support import Run, one_line_error

VOID = {"meta", "img", "br", "line", "circle", "rect", "polyline"}


@pytest.fixture(scope="module")
def reports(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One small run as on a device: no Keras, the reference that ships."""
    folder = tmp_path_factory.mktemp("reports")
    done = run("benchmarks", "--edge", "--quick", "--images", "150", "--output", folder)
    assert done.returncode == 0, done.stderr
    assert "Keras did not run here" in done.stdout
    return folder


class Outline(html.parser.HTMLParser):
    """Checks that what opens closes, and collects what the page would load."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.loads: list[str] = []
        self.titles: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs) -> None:
        self.tags.add(tag)
        if tag not in VOID:
            self.open.append(tag)
        self.loads += [value for name, value in attrs if name in ("src", "href", "xlink:href")]

    def handle_startendtag(self, tag: str, attrs) -> None:
        self.tags.add(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "h2":
            self.titles.append(data)


def test_the_page_stands_alone_and_is_whole(reports: Path) -> None:
    page = (reports / "benchmark.html").read_text("utf-8")
    outline = Outline()
    outline.feed(page)
    assert outline.open == []
    assert all(one.startswith("data:image/png;base64,") for one in outline.loads)
    assert not outline.tags & {"script", "link", "iframe", "object"}
    assert "prefers-color-scheme:dark" in page
    assert 'name="viewport"' in page
    for title in ("Accuracy against latency", "Size of the file", "Calibration", "Host", "Again"):
        assert title in outline.titles
    assert "python -m benchmarks --edge --quick" in page


@needs_chromium
@pytest.mark.parametrize("width", [390, 1200])
def test_the_page_never_scrolls_sideways_and_shows_every_picture(
    width: int, reports: Path, tmp_path: Path
) -> None:
    with open_browser(tmp_path) as page:
        page.open((reports / "benchmark.html").as_uri(), width)
        assert page.ask("document.documentElement.scrollWidth") <= width
        assert page.ask("[...document.images].every(one => one.naturalWidth > 0)")
        heights = page.ask(
            "[...document.querySelectorAll('svg')].map(one => one.getBoundingClientRect().height)"
        )
        assert len(heights) >= 5
        assert min(heights) > 40
        assert page.complaints == []


def test_the_device_proves_itself_against_the_reference_that_ships(reports: Path) -> None:
    document = json.loads((reports / "benchmark.json").read_text("utf-8"))
    assert document["data"]["name"] == "shipped"
    assert {one["format"] for one in document["models"]} <= {"tflite", "onnx"}
    assert all(one["standing"] == "compared" for one in document["models"])
    exact = [one for one in document["models"] if one["scheme"] == "none"]
    assert min(one["parity"]["agreement"] for one in exact) == 1.0
    assert document["extras"]["peers"] == []


def test_edge_and_keras_exclude_each_other(run: Run, tmp_path: Path) -> None:
    done = run("benchmarks", "--edge", "--keras", "a.keras", "--output", tmp_path)
    assert done.returncode == 2
    assert "--edge" in one_line_error(done)


# Comparing results


@pytest.fixture
def results(reports: Path, tmp_path: Path) -> tuple[Path, Path]:
    """The run, and the same carried home from another host, twice as fast."""
    document = json.loads((reports / "benchmark.json").read_text("utf-8"))
    other = copy.deepcopy(document)
    other["host"]["cpu"] = "Raspberry Pi 5"
    path = tmp_path / "pi.json"
    path.write_text(json.dumps(other), "utf-8")
    return reports / "benchmark.json", path


def test_hosts_have_tables_of_their_own_and_that_is_said(
    results: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert compare_command([*map(str, results)]) == 0
    page = capsys.readouterr().out
    assert "come from 2 hosts" in page
    assert page.count("| result |") == 2
    first, second = page.split("## Host 2: Raspberry Pi 5")
    assert "pi.json" not in first
    assert str(results[0]) not in second.split("## Across hosts")[0]
    assert "accuracy the same" in second


def test_two_results_are_compared(results: tuple[Path, Path], run: Run) -> None:
    result = run("benchmarks", "compare", *results)
    assert result.returncode == 0, result.stderr
    assert "come from 2 hosts" in result.stdout


def test_results_of_one_host_share_a_table(results: tuple[Path, Path]) -> None:
    one = load_result(results[0])
    page = compare([one, one])
    assert "hosts" not in page
    assert page.count("| result |") == 1
    assert "too few processes" in page


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ((10, 11), (20, 22), "slower"),
        ((20, 22), (10, 11), "faster"),
        ((10, 12), (11, 13), "no difference"),
    ],
)
def test_a_change_is_named_only_beyond_the_intervals(
    before: tuple[int, int], after: tuple[int, int], says: str, results: tuple[Path, Path]
) -> None:
    found = []
    for ends in (before, after):
        one = load_result(results[0])
        document = copy.deepcopy(dict(one.document))
        for model in document["models"]:
            model["latency"]["runtime"] |= {"p50_us": sum(ends) / 2, "p50_interval_us": list(ends)}
        found.append(dataclasses.replace(one, document=document))
    assert says in compare(found)


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"schema_version": 1}', '{"schema_version": 2, "host": {}}']
)
def test_what_is_no_result_is_told(content: str, tmp_path: Path) -> None:
    path = tmp_path / "benchmark.json"
    path.write_text(content, "utf-8")
    with pytest.raises(InputError, match=r"benchmark\.json"):
        load_result(path)


# Pictures


@pytest.mark.parametrize(
    "axis",
    [Axis(0, 1, 64, 600), Axis(97.3, 99.9, 280, 20), Axis(7, 9000, 64, 600, log=True)],
    ids=["unit", "percent", "log"],
)
def test_an_axis_puts_its_ends_at_its_ends_and_some_values_between(axis: Axis) -> None:
    assert (axis.at(axis.low), axis.at(axis.high)) == (axis.begin, axis.end)
    ticks = axis.ticks()
    assert 2 <= len(ticks) <= 9
    assert all(axis.low - 1e-6 <= one <= axis.high + 1e-6 for one in ticks)


def test_nobody_beats_a_row_of_the_front() -> None:
    class Call:
        def __init__(self, us: float) -> None:
            self.p50_us = us

    class Fake:
        def __init__(self, us: float, accuracy: float) -> None:
            self.call, self.accuracy = Call(us), accuracy

    rows = [Fake(10, 0.98), Fake(20, 0.99), Fake(30, 0.985), Fake(10, 0.97), Fake(40, 0.99)]
    assert pareto(rows) == rows[:2]  # type: ignore[arg-type,comparison-overlap]


# Going on


def test_a_stopped_run_goes_on_and_a_new_one_begins_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []

    def fake(module: str, job, *, what: str):
        calls.append(module)
        return {"answer": len(calls)}

    monkeypatch.setattr("benchmarks.workspace.run_fresh", fake)
    first = Workspace(tmp_path, {"models": "a"}, resume=False)
    assert first.run("m", {"n": 1}, what="x") == {"answer": 1}
    assert first.run("m", {"n": 2}, what="x") == {"answer": 2}
    again = Workspace(tmp_path, {"models": "a"}, resume=True)
    assert again.run("m", {"n": 1}, what="x") == {"answer": 1}
    assert again.reused == 1
    # Other models: nothing of before counts.
    other = Workspace(tmp_path, {"models": "b"}, resume=True)
    assert other.run("m", {"n": 1}, what="x") == {"answer": 3}
    fresh = Workspace(tmp_path, {"models": "a"}, resume=False)
    assert fresh.run("m", {"n": 1}, what="x") == {"answer": 4}
    fresh.close()
    assert not list(tmp_path.iterdir())


def test_the_reports_show_which_operators_take_the_time(reports: Path) -> None:
    document = json.loads((reports / "benchmark.json").read_text("utf-8"))
    profiles = document["extras"]["operators"]
    if not profiles:
        pytest.skip("no runtime here tells its operators: tflite-runtime brings no schema")
    for one in profiles:
        parts = (one["call_us"] or 0) + sum(part["us"] for part in one["operators"])
        assert one["total_us"] == pytest.approx(parts, abs=0.01)
    text = (reports / "benchmark.md").read_text("utf-8")
    assert "## Operators of digits-int8.tflite" in text
    assert "\N{FULL BLOCK}" in text
    assert "Its longest operator is number" in document["explanation"]
    assert "Operators, ai-edge-litert" in (reports / "benchmark.html").read_text("utf-8")

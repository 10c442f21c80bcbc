"""Tables, pages, advice and explanation say what the rows say, and nothing else."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from benchmarks.advice import advise
from benchmarks.explain import explain
from benchmarks.markdown import to_markdown
from benchmarks.report import write_reports
from benchmarks.result import Row, Standing
from benchmarks.table import HEADER, difference, markdown_table, microseconds, text_table
from tests.benchmark_rows import HOST, benchmark, row


@pytest.mark.parametrize(
    ("value", "text"),
    [(1.3, "1.30"), (8.314, "8.31"), (38.84, "38.8"), (108.2, "108"), (54321.0, "54,321")],
)
def test_microseconds_show_three_digits(value: float, text: str) -> None:
    assert microseconds(value) == text


@pytest.mark.parametrize(("value", "text"), [(0.0, "0.0000"), (0.0312, "0.0312"), (6e-7, "6e-07")])
def test_a_small_difference_is_not_shown_as_none(value: float, text: str) -> None:
    assert difference(value) == text


def test_a_table_is_aligned_and_tells_other_parents() -> None:
    rows = [row("a", us=10.4, size=64_560), row("b", us=9, standing=Standing.OTHER_PARENT)]
    lines = text_table(rows).splitlines()
    assert len({len(line) for line in lines}) == 1
    assert lines[0].split()[:3] == ["format", "scheme", "runtime"]
    assert "64,560" in lines[1]
    assert "100.00%" in lines[1]
    assert "other parent" in lines[2]
    assert "%" not in lines[2].split("other parent")[1]


def test_a_markdown_table_has_its_bars() -> None:
    lines = markdown_table([row("a", us=1), row("b", us=2)]).splitlines()
    assert {line.count("|") for line in lines} == {len(HEADER) + 1}
    assert set(lines[1]) <= set("|-: ")


def test_the_page_says_how_to_do_it_again_on_which_data_and_host() -> None:
    page = to_markdown(benchmark(row("a", us=1)))
    for part in ("python -m benchmarks --quick", "first 1,000", "drawn", "a processor", "Note."):
        assert part in page


def test_reports_are_written_with_every_sample(tmp_path: Path) -> None:
    written = write_reports(benchmark(row("a", us=1), row("b", us=2)), tmp_path / "new")
    document = json.loads(written[0].read_text("utf-8"))
    assert document["schema_version"] == 2
    assert [run["samples_ns"] for run in document["runs"]] == [[1000], [6000], [2000], [7000]]
    assert document["models"][0]["latency"]["session"]["p50_us"] == 6.0
    assert written[1].read_text("utf-8").startswith("# Benchmark")


@pytest.mark.parametrize(
    ("rows", "named", "unnamed"),
    [
        # the fastest wins
        ([row("a", us=10), row("b", us=30)], ["Use `a`", "3.0 times as fast as `b`"], []),
        # among equally fast files the smaller one
        (
            [row("a", us=10, size=900), row("b", us=10.2, size=500)],
            ["Use `b`", "`a` on ai-edge-litert is no faster"],
            [],
        ),
        # speed does not buy back a lost agreement
        ([row("a", us=10, agreement=0.9), row("b", us=30)], ["`b`"], ["`a`"]),
        # a fast file that moves probabilities comes with an exact one
        ([row("a", us=10, off=0.05), row("b", us=30, off=1e-6)], ["`a`", "`b`"], []),
        # an uncompared file is never recommended
        ([row("a", us=10, standing=Standing.OTHER_PARENT), row("b", us=30)], ["`b`"], ["`a`"]),
        # the float32 file that stands in for Keras can be
        ([row("a", us=10, standing=Standing.REFERENCE)], ["`a`"], []),
        # Keras cannot
        ([row("a", us=10, standing=Standing.REFERENCE, format="keras")], ["--keras"], ["`a`"]),
        ([row("a", us=10, agreement=0.9)], ["None of the 1"], ["`a`"]),
        ([row("a", us=10, standing=Standing.NO_REFERENCE)], ["--keras FILE"], ["`a`"]),
    ],
)
def test_advice_follows_from_the_rows(rows: list[Row], named: list[str], unnamed: list[str]):
    said = advise(benchmark(*rows))
    assert all(one in said for one in named), said
    assert not any(one in said for one in unnamed), said


@pytest.mark.parametrize(
    ("int8_us", "features", "says", "not_said"),
    [
        (10.0, ("avx512_vnni",), "3.0 times as fast", "as slow"),
        (60.0, ("avx512_vnni",), "2.0 times as slow", "as fast"),
        (30.5, ("avx2",), "one speed", "times as"),
    ],
    ids=["faster", "slower", "within the noise"],
)
def test_the_explanation_follows_from_times_and_processor(
    int8_us: float, features: tuple[str, ...], says: str, not_said: str
) -> None:
    exact = dataclasses.replace(row("float", us=30.0), scheme="none")
    found = benchmark(exact, row("int8", us=int8_us))
    found = dataclasses.replace(found, host=dataclasses.replace(HOST, features=features))
    told = explain(found)
    assert says in told
    assert not_said not in told
    assert ("VNNI" in told) == ("avx512_vnni" in features)

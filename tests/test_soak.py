"""What a soak counts, and that it runs."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from benchmarks.soak.process import Sample, wait_between
from benchmarks.soak.verdict import Record, complaints, growth, to_markdown
from tests.broker import needs_broker
from tests.support import Run

needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc, as Linux has it")

MB = 1 << 20


def samples(step_bytes: int = 0, more_handles: int = 0) -> list[Sample]:
    """Ten minutes, every ten seconds; the first minute is the warm-up and much less."""
    return [
        Sample(
            10.0 * i,
            (100 * MB if i >= 6 else 10 * MB) + i * step_bytes,
            8 + more_handles * i // 60,
            6,
            i,
        )
        for i in range(60)
    ]


FINE = Record(
    minutes=10, samples=samples(), exit_code=0, frames_sent=None, frames_read=3000,
    frames_skipped=0, broken_lines=0, changes=100, changes_missing=0, messages=103, pages=900,
    pages_failed=0, pages_starved=0, recorded=9001, recorded_due=9000, recorded_slack=4,
    tracebacks=0,
)  # fmt: skip


def test_a_soak_without_loss_has_no_complaints() -> None:
    assert complaints(FINE) == []
    assert "nothing that was promised is lost" in to_markdown(FINE)
    json.dumps(replace(FINE, faults={"the camera is gone": 3}).to_json(), allow_nan=False)


def test_warming_up_is_no_growth() -> None:
    assert growth(samples()) == {"rss_bytes": 0, "handles": 0, "threads": 0}
    assert growth(samples()[:8]) == {"rss_bytes": 0, "handles": 0, "threads": 0}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param({"samples": samples(step_bytes=MB // 3)}, "memory grew by 12", id="memory"),
        pytest.param({"samples": samples(more_handles=12)}, "handles more", id="handles"),
        pytest.param({"exit_code": 1}, "exit code 1", id="an end"),
        pytest.param({"changes_missing": 1}, "1 of 100 readings", id="a reading"),
        pytest.param({"frames_skipped": 2}, "2 frames were not read", id="a frame"),
        pytest.param({"recorded": 8990}, "8990 frames, not 9000", id="the recording"),
        pytest.param({"pages_failed": 1}, "1 pages were not served", id="a page"),
        pytest.param({"tracebacks": 1}, "1 traceback", id="a traceback"),
        pytest.param({"broken_lines": 1}, "1 lines were no JSON", id="a line"),
    ],
)
def test_each_loss_is_told(change: dict[str, Any], said: str) -> None:
    (line,) = complaints(replace(FINE, **change))
    assert said in line
    assert f"wrong: {line}" in to_markdown(replace(FINE, **change))


def test_what_a_fault_costs_by_its_nature_is_no_loss() -> None:
    """A camera that is gone gives no frames, and a page full of clients turns others away."""
    broken = replace(FINE, faults={"a": 1}, frames_skipped=5, pages_failed=4)
    assert complaints(broken) == []
    assert complaints(replace(broken, changes_missing=1))


def test_a_page_that_came_late_because_others_had_the_processor_is_no_loss() -> None:
    starved = replace(FINE, pages_starved=1)
    assert complaints(starved) == []
    assert "| pages late for want of a processor | 1 |" in to_markdown(starved)


def test_threads_that_waited_at_once_do_not_add_up() -> None:
    before = {"main": 1.0, "page": 4.0}
    assert wait_between(before, {"main": 1.5, "page": 4.1, "new": 0.2}) == pytest.approx(0.5)
    assert wait_between(before, {"main": 1.0}) == 0.0
    assert wait_between(before, {}) == 0.0


@needs_linux
@needs_broker
@pytest.mark.parametrize("source", [[], ["--faults"]], ids=["demo", "network camera"])
def test_a_short_soak_runs(source: list[str], tmp_path: Path, run: Run) -> None:
    done = run("benchmarks.soak", "--minutes", "0.12", "--json", "--output", tmp_path, *source)
    assert done.stdout, done.stderr
    record = json.loads(done.stdout)
    assert record["frames_read"] > 3
    assert record["exit_code"] == 0
    assert record["changes"] >= 1
    assert record["changes_missing"] == record["broken_lines"] == record["tracebacks"] == 0
    assert abs(record["recorded"] - record["recorded_due"]) <= record["recorded_slack"]
    assert (tmp_path / "soak.md").read_text("utf-8").startswith("| what |")

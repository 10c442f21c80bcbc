"""A latency summary follows from its raw samples, and what cannot be is refused at birth."""

from __future__ import annotations

import dataclasses
import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.latency import P99_NEEDS, LatencyRun, LatencyScope, LatencySummary
from benchmarks.latency_worker import LatencyJob
from benchmarks.result import DataFacts, LatencyPlan, Standing
from edge.errors import InputError
from edge.session import Runtime
from tests.benchmark_rows import HOST, benchmark, row, timed

SAMPLES = st.lists(st.integers(0, 10**10), min_size=1, max_size=200)


@given(SAMPLES)
def test_percentiles_are_ordered_and_lie_among_the_samples(samples: list[int]) -> None:
    summary = LatencySummary.of([timed(samples)])
    assert summary.n == len(samples)
    assert summary.min_us == min(samples) / 1000
    assert summary.min_us <= summary.p50_us <= summary.p90_us <= max(samples) / 1000


@given(SAMPLES, st.randoms(use_true_random=False), st.integers(0, 200))
def test_neither_order_nor_process_nor_warmup_changes_a_summary(
    samples: list[int], random, cut: int
) -> None:
    expected = LatencySummary.of([timed(samples)])
    random.shuffle(samples)
    parts = [part for part in (samples[:cut], samples[cut:]) if part]
    runs = [timed(part, process=at, warmup=(10**12,)) for at, part in enumerate(parts)]
    # The interval alone depends on which process a sample comes from.
    assert dataclasses.replace(
        LatencySummary.of(runs), p50_interval_us=None, processes=1
    ) == dataclasses.replace(expected, p50_interval_us=None)


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=50), st.integers(1, 1000))
def test_a_summary_scales_with_its_samples(samples: list[int], factor: int) -> None:
    small = LatencySummary.of([timed(samples)])
    large = LatencySummary.of([timed([one * factor for one in samples])])
    assert large.p50_us == pytest.approx(small.p50_us * factor)
    assert large.p90_us == pytest.approx(small.p90_us * factor)


@pytest.mark.parametrize(
    ("n", "told"), [(P99_NEEDS - 1, False), (P99_NEEDS, True)], ids=["too few", "enough"]
)
def test_p99_is_told_only_when_it_rests_on_ten_samples(n: int, told: bool) -> None:
    summary = LatencySummary.of([timed(list(range(n)))])
    assert (summary.p99_us is not None) == told
    assert summary.to_json()["p99_us"] == (round((n - 1) * 0.99) / 1000 if told else None)


@given(SAMPLES, st.lists(st.integers(0, 10**10), max_size=5), st.sampled_from(LatencyScope))
def test_a_run_comes_back_from_json(
    samples: list[int], warmup: list[int], scope: LatencyScope
) -> None:
    run = timed(samples, warmup=tuple(warmup), scope=scope)
    assert LatencyRun.from_json(json.loads(json.dumps(run.to_json()))) == run


@pytest.mark.parametrize(
    "broken",
    [
        lambda: timed([]),
        lambda: timed([5, -1]),
        lambda: timed([5], warmup=(-1,)),
        lambda: LatencySummary.of([]),
        lambda: LatencySummary.of([timed([5]), timed([5], model="other.tflite")]),
        lambda: LatencySummary.of([timed([5]), timed([5], scope=LatencyScope.SESSION)]),
        lambda: LatencySummary.of([timed([5]), timed([5], threads=2)]),
        lambda: LatencySummary(1, 1.0, math.nan, 3.0, None),
        lambda: LatencySummary(1, 2.0, 1.0, 3.0, None),
        lambda: LatencyPlan(0, 1, 1, 0, 64),
        lambda: DataFacts("mnist", "0" * 64, 11, 10),
        lambda: LatencyJob((), Runtime.LITERT, Path("x.npy"), 0, 1, 1, 0),
        lambda: dataclasses.replace(row("a", us=1), accuracy=math.nan),
        lambda: dataclasses.replace(row("a", us=1), standing=Standing.OTHER_PARENT),
        lambda: dataclasses.replace(row("a", us=1), runs=()),
        lambda: dataclasses.replace(HOST, load_1m=math.nan),
        benchmark,
    ],
)
def test_what_cannot_be_is_refused_at_birth(broken) -> None:
    with pytest.raises(InputError):
        broken()

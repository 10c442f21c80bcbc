"""How long one run of a model takes: raw times first, every statistic derived from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Any

import numpy as np

from benchmarks.processes import median_deviation, median_interval
from edge.errors import InputError

P95_NEEDS, P99_NEEDS = 200, 1000
"""Samples below which the percentile would rest on fewer than ten of them."""


class LatencyScope(StrEnum):
    """Between which two moments the clock runs; always one image, batch 1."""

    INVOKE = "invoke"
    """Invoke alone, of TFLite's interpreter, in a bare loop."""
    BARE = "bare"
    """Set, invoke, get in a bare loop: what the runtime costs without any code of ours."""
    RUNTIME = "runtime"
    """Set, invoke, get: an encoded image into the runtime's input, its raw outputs back."""
    SESSION = "session"
    """`Session.run` of one uint8 image: look-up of the pixels, set, invoke, get, dequantize."""
    FRAME = "frame"
    """A camera's frame to its digits, finding them included."""
    KERAS_PREDICT = "keras predict"
    """`model.predict` of one float32 image, as most tutorials call it."""
    KERAS = "keras"
    """`model(x)` of one float32 image, the answers fetched as NumPy; TensorFlow's own threads."""


@dataclass(frozen=True, slots=True)
class LatencyRun:
    """One model, timed in one process.

    Attributes:
        model: the file's name.
        runtime: the library that executed it.
        scope: what lies between the two readings of the clock.
        process: which of the fresh processes it was, from 0.
        warmup_ns: the first calls, in nanoseconds, in no statistic.
        samples_ns: the calls that count, in nanoseconds, in their order.
        threads: how many the runtime was given.
    """

    model: str
    runtime: str
    scope: LatencyScope
    process: int
    warmup_ns: tuple[int, ...]
    samples_ns: tuple[int, ...]
    threads: int = 1

    def __post_init__(self) -> None:
        if not self.samples_ns:
            raise InputError(f"{self.model} on {self.runtime} was not timed even once")
        if min((*self.warmup_ns, *self.samples_ns)) < 0:
            raise InputError(f"{self.model} on {self.runtime} took a negative time")

    def to_json(self) -> dict[str, Any]:
        """A JSON object; `from_json` reads it back."""
        return {
            "model": self.model,
            "runtime": self.runtime,
            "scope": self.scope.value,
            "process": self.process,
            "warmup_ns": list(self.warmup_ns),
            "samples_ns": list(self.samples_ns),
            "threads": self.threads,
        }

    @classmethod
    def from_json(cls, entry: Mapping[str, Any]) -> LatencyRun:
        """Reads what `to_json` wrote; KeyError, TypeError, ValueError where it did not."""
        return cls(
            str(entry["model"]),
            str(entry["runtime"]),
            LatencyScope(entry["scope"]),
            int(entry["process"]),
            tuple(int(one) for one in entry["warmup_ns"]),
            tuple(int(one) for one in entry["samples_ns"]),
            int(entry.get("threads", 1)),
        )


@dataclass(frozen=True, slots=True)
class LatencySummary:
    """What a table shows of many samples; percentiles interpolate linearly.

    Attributes:
        n: how many samples.
        min_us: the fastest, in microseconds.
        p50_us: the median.
        p90_us: nine of ten calls are at least as fast.
        p99_us: the same for 99 of 100, or None below `P99_NEEDS` samples.
        p95_us: for 95 of 100, or None below `P95_NEEDS` samples.
        mad_us: median absolute deviation from the median.
        p50_interval_us: 95 % interval of the median over processes, or None with too few.
        processes: how many fresh processes the samples come from.
    """

    n: int
    min_us: float
    p50_us: float
    p90_us: float
    p99_us: float | None
    p95_us: float | None = None
    mad_us: float = 0.0
    p50_interval_us: tuple[float, float] | None = None
    processes: int = 1

    def __post_init__(self) -> None:
        ordered = [0.0, self.min_us, self.p50_us, self.p90_us]
        ordered += [one for one in (self.p95_us, self.p99_us) if one is not None]
        # NaN fails the comparisons as well.
        if self.n < 1 or not all(a <= b for a, b in pairwise(ordered)) or not self.mad_us >= 0:
            raise InputError(f"no latency summary: n {self.n}, {ordered[1:]} us")

    @classmethod
    def of(cls, runs: Sequence[LatencyRun]) -> LatencySummary:
        """Pools the samples of all processes that timed the same thing.

        Raises:
            InputError: there are no runs, or they timed different things.
        """
        if len({(run.model, run.runtime, run.scope, run.threads) for run in runs}) != 1:
            raise InputError(f"{len(runs)} latency runs of different things have no one median")
        samples = [np.array(run.samples_ns, np.float64) / 1000 for run in runs]
        pooled_us = np.concatenate(samples)
        p50, p90, p95, p99 = (float(one) for one in np.percentile(pooled_us, (50, 90, 95, 99)))
        return cls(
            len(pooled_us),
            float(pooled_us.min()),
            p50,
            p90,
            p99 if len(pooled_us) >= P99_NEEDS else None,
            p95 if len(pooled_us) >= P95_NEEDS else None,
            median_deviation(pooled_us),
            median_interval(samples, np.random.default_rng(0)),
            len({run.process for run in runs}),
        )

    @property
    def is_steady(self) -> bool | None:
        """Whether the median is known to a tenth; None where no interval can tell."""
        if self.p50_interval_us is None:
            return None
        low, high = self.p50_interval_us
        return high - low <= 0.1 * self.p50_us

    def to_json(self) -> dict[str, Any]:
        """A JSON object, microseconds rounded to the clock's nanosecond."""
        interval = self.p50_interval_us
        return {
            "n": self.n,
            "processes": self.processes,
            "min_us": round(self.min_us, 3),
            "p50_us": round(self.p50_us, 3),
            "p50_interval_us": [round(one, 3) for one in interval] if interval else None,
            "p90_us": round(self.p90_us, 3),
            "p95_us": None if self.p95_us is None else round(self.p95_us, 3),
            "p99_us": None if self.p99_us is None else round(self.p99_us, 3),
            "mad_us": round(self.mad_us, 3),
        }

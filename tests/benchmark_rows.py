"""Runs, rows and whole benchmarks as the tests of what they say make them up."""

from __future__ import annotations

from benchmarks.host import HostFacts
from benchmarks.latency import LatencyRun, LatencyScope
from benchmarks.result import Benchmark, DataFacts, LatencyPlan, Row, Standing
from edge.parity import ParityReport

PLAN = LatencyPlan(processes=1, rounds=2, calls=3, warmup=1, rotating_images=64)
HOST = HostFacts("a processor", "x86_64", 2, ("avx2",), None, 0.0, "Linux 6", "3.11.0")


def timed(
    samples: list[int],
    *,
    threads: int = 1,
    warmup: tuple[int, ...] = (),
    process: int = 0,
    model: str = "digits-int8.tflite",
    scope: LatencyScope = LatencyScope.RUNTIME,
) -> LatencyRun:
    taken = tuple(samples)
    return LatencyRun(model, "ai-edge-litert", scope, process, warmup, taken, threads)


def row(
    file: str,
    *,
    us: float,
    size: int = 1000,
    agreement: float = 1.0,
    off: float = 0.0,
    standing: Standing = Standing.COMPARED,
    format: str = "tflite",  # noqa: A002  # the field's name
) -> Row:
    parity = ParityReport(1000, 0.99, 0.99, agreement, 0, 0, off, off)
    return Row(
        file=file,
        format=format,
        scheme="int8",
        runtime="ai-edge-litert",
        size_bytes=size,
        sha256="0" * 64,
        parent_sha256="1" * 64,
        accuracy=0.99,
        standing=standing,
        parity=parity if standing is Standing.COMPARED else None,
        runs=(
            timed([round(us * 1000)], model=file),
            timed([round(us * 1000) + 5000], model=file, scope=LatencyScope.SESSION),
        ),
    )


def benchmark(*rows: Row) -> Benchmark:
    data = DataFacts("drawn", "2" * 64, 1000, 4000)
    command = "python -m benchmarks --quick"
    return Benchmark(
        "2026-01-01T00:00:00+00:00", command, HOST, data, "Compared with x.", PLAN, rows, ("Note.",)
    )

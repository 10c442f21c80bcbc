"""Pictures of what files cost, and bars of anything, from the numbers of one benchmark."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.latency import LatencyScope
from benchmarks.operators.profile import OperatorProfile
from benchmarks.page.svg import (
    ABOVE,
    BOTTOM,
    COLORS,
    HEIGHT,
    LEFT,
    RIGHT,
    WIDTH,
    Axis,
    bar,
    chart,
    dot,
    frame,
    line,
    padded,
    path,
    text,
)
from benchmarks.result import Benchmark, Row
from benchmarks.table import microseconds

_CALLS = (LatencyScope.RUNTIME, LatencyScope.KERAS)
_ROW = 24
_LEAST_SHARE = 0.01
"""Of the run, for an operator to have a bar."""


def short_name(row: Row) -> str:
    """For a legend: "int8 tflite, ai-edge-litert"."""
    scheme = "float32" if row.scheme == "none" else row.scheme
    return "Keras" if row.format == "keras" else f"{scheme} {row.format}, {row.runtime}"


def pareto(rows: Sequence[Row]) -> list[Row]:
    """Rows that no other beats in both accuracy and latency, from fast to slow."""
    front: list[Row] = []
    for row in sorted(rows, key=lambda one: (one.call.p50_us, -one.accuracy)):
        if not front or row.accuracy > front[-1].accuracy:
            front.append(row)
    return front


def accuracy_against_latency(benchmark: Benchmark) -> str:
    """A point a file, its intervals, and the Pareto front through the best."""
    rows = benchmark.rows
    times = [row.call.p50_us for row in rows]
    x = Axis(min(times) * 0.7, max(times) * 1.5, LEFT, WIDTH - RIGHT, log=True)
    ends = [e for row in rows for e in _accuracy_ends(row)]
    low, high = padded(ends)
    y = Axis(max(low, 0), min(high, 100.0), HEIGHT - BOTTOM, ABOVE)
    body = frame(x, y, "microseconds a call, median (logarithmic)", "accuracy, %")
    front = [(x.at(row.call.p50_us), y.at(100 * row.accuracy)) for row in pareto(rows)]
    body.append(path(front, "front"))
    for number, row in enumerate(rows):
        across, up = x.at(row.call.p50_us), y.at(100 * row.accuracy)
        below, above = _accuracy_ends(row)
        kind = f"s{number % COLORS}"
        body.append(line(across, y.at(below), across, y.at(above), kind))
        if row.call.p50_interval_us:
            ends_us = row.call.p50_interval_us
            body.append(line(x.at(ends_us[0]), up, x.at(ends_us[1]), up, kind))
        hint = f"{short_name(row)}: {row.accuracy:.2%}, {microseconds(row.call.p50_us)} us"
        body.append(dot(across, up, f"f{number % COLORS}", hint))
    return chart("Accuracy against latency, with the Pareto front", body)


def latency_distributions(benchmark: Benchmark) -> str:
    """A strip a file: all calls as a histogram, the median as a line."""
    files = [(n, row) for n, row in enumerate(benchmark.rows) if row.format != "keras"]
    colors, rows = zip(*(files or enumerate(benchmark.rows)), strict=True)
    pooled = [
        np.concatenate(
            [run.samples_ns for run in row.runs if run.scope in _CALLS and run.threads == 1]
        )
        / 1000
        for row in rows
    ]
    low = min(float(one.min()) for one in pooled) * 0.9
    high = max(float(np.percentile(one, 99)) for one in pooled) * 1.2
    strip, top = 54, 8
    height = top + strip * len(rows) + BOTTOM
    x = Axis(low, max(high, low * 1.2), 12, WIDTH - RIGHT, log=True)
    body = []
    for value in x.ticks():
        body.append(line(x.at(value), top, x.at(value), height - BOTTOM))
        body.append(text(x.at(value), height - BOTTOM + 16, f"{value:g}", anchor="middle"))
    edges = np.geomspace(x.low, x.high, 90)
    for number, (row, taken) in enumerate(zip(rows, pooled, strict=True)):
        kind = f"f{colors[number] % COLORS}"
        floor = top + strip * (number + 1)
        counts, _ = np.histogram(np.clip(taken, x.low, x.high), edges)
        tallest = max(int(counts.max()), 1)
        for at, count in enumerate(counts):
            if count:
                begin, end = x.at(float(edges[at])), x.at(float(edges[at + 1]))
                tall = float(count) / tallest * (strip - 20)
                body.append(bar(begin, floor - tall, end - begin, tall, kind))
        middle = x.at(row.call.p50_us)
        body.append(line(middle, floor - strip + 18, middle, floor, "median"))
        words = f"{short_name(row)}: {microseconds(row.call.p50_us)} us"
        body.append(text(14, floor - strip + 14, words))
    middle = (12 + WIDTH - RIGHT) / 2
    body.append(
        text(middle, height - 6, "microseconds (logarithmic)", anchor="middle", kind="name")
    )
    return chart("How the times of each file spread", body, height=height)


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its name, its length from 0, the same in words, the number of its colour."""

    name: str
    value: float
    words: str
    color: int


def bars(title: str, values: Sequence[Bar]) -> str:
    """Horizontal bars from 0."""
    longest = max((one.value for one in values), default=0) or 1
    body = []
    for number, one in enumerate(values):
        top = number * 2 * _ROW
        body.append(text(4, top + 15, f"{one.name}: {one.words}"))
        width = (WIDTH - 8) * one.value / longest
        body.append(bar(4, top + 21, width, _ROW - 4, f"f{one.color % COLORS}", one.words))
    return chart(title, body, height=len(values) * 2 * _ROW + 4)


def operators(benchmark: Benchmark, profile: OperatorProfile) -> str:
    """A bar an operator, the float32 file's beside it where both have the same ones."""
    number = {(row.file, row.runtime): place for place, row in enumerate(benchmark.rows)}
    exact = next(
        (
            one
            for one in benchmark.extras.operators
            if one.scheme == "none" and one.runtime == profile.runtime
        ),
        None,
    )
    shown = []
    for place, one in enumerate(profile.operators):
        other = profile.counterpart(place, exact) if exact else None
        pair = [(profile, one)] + ([(exact, other)] if exact and other else [])
        if max(of.share(each) for of, each in pair) < _LEAST_SHARE:
            continue
        for of, each in pair:
            words = f"{microseconds(each.us)} us"
            name = " ".join(filter(None, (of.scheme_name, each.label, each.output)))
            shown.append(Bar(name, max(each.us, 0), words, number.get((of.file, of.runtime), 0)))
    return bars(f"Operators of {profile.file}, {profile.runtime}", shown)


def _accuracy_ends(row: Row) -> tuple[float, float]:
    if row.evidence is None:
        return 100 * row.accuracy, 100 * row.accuracy
    return 100 * row.evidence.low, 100 * row.evidence.high

"""Pictures of how files answer: how sure, how robust, and what they let in."""

from __future__ import annotations

import numpy as np

from benchmarks.page.charts import short_name
from benchmarks.page.svg import (
    ABOVE,
    BOTTOM,
    COLORS,
    HEIGHT,
    LEFT,
    RIGHT,
    TOP,
    WIDTH,
    Axis,
    chart,
    dot,
    frame,
    line,
    path,
    text,
)
from benchmarks.result import Benchmark

_ROW = 24
_NAMES = 204
"""Room for the names of the corruptions, also in a phone's larger letters."""


def calibration(benchmark: Benchmark) -> str:
    """Confidence against accuracy of each file; a perfect one lies on the diagonal."""
    x = Axis(0, 1, LEFT, WIDTH - RIGHT)
    y = Axis(0, 1, HEIGHT - BOTTOM, ABOVE)
    body = frame(x, y, "confidence", "share right")
    body.append(line(x.at(0), y.at(0), x.at(1), y.at(1), "front"))
    for number, row in enumerate(benchmark.rows):
        if not row.evidence:
            continue
        bins = row.evidence.calibration.bins
        body.append(
            path([(x.at(o.confidence), y.at(o.accuracy)) for o in bins], f"s{number % COLORS}")
        )
        for one in bins:
            hint = f"{short_name(row)}: {one.count:,} answers at {one.confidence:.2f}"
            at = (x.at(one.confidence), y.at(one.accuracy))
            body.append(dot(*at, f"f{number % COLORS}", hint, 2 + min(5, np.log10(one.count))))
    return chart("Calibration: confidence against the share right", body)


def robustness(benchmark: Benchmark) -> str:
    """Accuracy under each corruption, every file as a dot."""
    rows = [row for row in benchmark.rows if row.evidence and row.evidence.spoiled]
    kinds = list(rows[0].evidence.spoiled) if rows and rows[0].evidence else []
    values = [row.evidence.spoiled[k] for row in rows for k in kinds if row.evidence]
    low = max(0.0, 100 * min(values) - 2)
    height = TOP + _ROW * len(kinds) + BOTTOM
    x = Axis(low, 100.0, _NAMES, WIDTH - RIGHT)
    body = []
    for value in x.ticks():
        body.append(line(x.at(value), TOP, x.at(value), height - BOTTOM))
        body.append(text(x.at(value), height - BOTTOM + 16, f"{value:g}", anchor="middle"))
    for place, kind in enumerate(kinds):
        middle = TOP + _ROW * place + _ROW / 2
        body.append(text(_NAMES - 8, middle + 4, kind, anchor="end"))
        body.append(line(x.begin, middle, x.end, middle))
        for number, row in enumerate(benchmark.rows):
            if row.evidence and kind in row.evidence.spoiled:
                share = row.evidence.spoiled[kind]
                hint = f"{short_name(row)}, {kind}: {share:.2%}"
                body.append(dot(x.at(100 * share), middle, f"f{number % COLORS}", hint, 5))
    body.append(text((_NAMES + WIDTH) / 2, height - 6, "accuracy, %", anchor="middle", kind="name"))
    return chart("Accuracy under each corruption", body, height=height)


def rejection(benchmark: Benchmark) -> str:
    """Non-digits let in against digits turned away, of the first file that can tell."""
    row = next((r for r in benchmark.rows if r.evidence and r.evidence.rejection), None)
    if row is None or row.evidence is None:
        return ""
    x = Axis(0, 10, LEFT, WIDTH - RIGHT)
    y = Axis(0, 100, HEIGHT - BOTTOM, ABOVE)
    body = frame(x, y, "digits turned away, %", "non-digits let in, %")
    for number, (score, curve) in enumerate(row.evidence.rejection_curves.items()):
        inside = [(away, taken) for away, taken in curve.points if away <= 0.1]
        body.append(path([(x.at(100 * a), y.at(100 * t)) for a, t in inside], f"s{number}"))
        body.append(
            text(
                WIDTH - RIGHT - 6,
                ABOVE + 18 + 16 * number,
                score,
                anchor="end",
                kind=f"t{number}",
            )
        )
    return chart(f"Digits against non-digits: {short_name(row)}", body)

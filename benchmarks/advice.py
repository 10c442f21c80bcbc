"""Which file to use, said from the numbers of one benchmark and of nothing else."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.result import Benchmark, Row, Standing
from benchmarks.table import difference, microseconds
from edge.parity import ParityBudget

_LEAST_NOISE, _UNKNOWN_NOISE = 0.02, 0.05
"""Shares: medians closer than the first are one speed even on a quiet machine; the second
stands in where two copies of one file were not timed."""

_ROUNDING = 1e-4
"""Probabilities closer than this differ by the order in which float32 numbers were added."""


def advise(benchmark: Benchmark, budget: ParityBudget | None = None) -> str:
    """One or two sentences that name a file.

    Files are ranked by the runtime's own call: what `Session.run` adds to it is shared by
    all digits of a frame, which the reader hands over together.

    Args:
        benchmark: what was measured.
        budget: what a file may lose against its reference; None takes the project's own.
    """
    budget = budget or ParityBudget()
    files = [row for row in benchmark.rows if row.parity or _is_file_reference(row)]
    if not files:
        return (
            "No file could be compared with its parent, so none is recommended; "
            "name the Keras model: --keras FILE."
        )
    within = [row for row in files if not row.parity or not budget.violations(row.parity)]
    limit = (
        f"the budget (accuracy drop up to {budget.accuracy_drop:.1%}, "
        f"disagreement up to {budget.disagreement:.1%})"
    )
    if not within:
        return f"None of the {len(files)} files stays within {limit}: use none of them yet."
    tie = 1 + noise_of(benchmark)
    best = _fastest(within, tie)
    others = [row for row in within if row is not best]
    said = (
        f"Use `{best.file}` on {best.runtime} ({_cost(best)}): it stays within {limit}"
        f"{_against(best, others, tie)}."
    )
    exact = [row for row in within if _distance(row) <= _ROUNDING]
    if not exact or best in exact:
        return said
    other = _fastest(exact, tie)
    return (
        f"{said} Where the probabilities must stay as they were, use `{other.file}` on "
        f"{other.runtime} (largest difference {difference(_distance(other))}, {_cost(other)})."
    )


def noise_of(benchmark: Benchmark) -> float:
    """What two copies of one file differ by here, as a share; within it nothing is ranked."""
    measured = max(benchmark.extras.noise.values(), default=_UNKNOWN_NOISE)
    return max(measured, _LEAST_NOISE)


def _against(best: Row, others: Sequence[Row], tie: float) -> str:
    """How much faster it is than the next of the others, which is named."""
    if not others:
        return ", and no other does"
    rival = min(others, key=lambda row: row.call.p50_us)
    name = f"`{rival.file}` on {rival.runtime}"
    ratio = rival.call.p50_us / best.call.p50_us
    if ratio > tie:
        times = f"{ratio:.1f} times" if ratio >= 1.1 else f"{ratio:.2f} times"
        return f" and is {times} as fast as {name}, the next of the {len(others) + 1} that do"
    return (
        f", and {name} is no faster beyond this machine's noise of {tie - 1:.1%} "
        f"({microseconds(rival.call.p50_us)} us, {rival.size_bytes:,} bytes)"
    )


def _fastest(rows: Sequence[Row], tie: float) -> Row:
    """The fastest; among equally fast ones the smallest."""
    limit_us = min(row.call.p50_us for row in rows) * tie
    tied = (row for row in rows if row.call.p50_us <= limit_us)
    return min(tied, key=lambda row: (row.size_bytes, row.call.p50_us))


def _cost(row: Row) -> str:
    return f"{microseconds(row.call.p50_us)} us a call at the median, {row.size_bytes:,} bytes"


def _is_file_reference(row: Row) -> bool:
    return row.standing is Standing.REFERENCE and row.format != "keras"


def _distance(row: Row) -> float:
    return row.parity.largest_difference if row.parity else 0.0

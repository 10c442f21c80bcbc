"""The tables beyond the comparison, once for Markdown and for the page in a browser."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks import answer_sections, speed_sections
from benchmarks.operators.section import operator_sections
from benchmarks.result import Benchmark
from benchmarks.section import Section


def sections(benchmark: Benchmark) -> list[Section]:
    """All tables that have something to show, in reading order."""
    made = [one for make in _MAKERS if (one := make(benchmark)) and one.rows]
    return [*made, *operator_sections(benchmark.extras.operators)]


_MAKERS: tuple[Callable[[Benchmark], Section], ...] = (
    answer_sections.paired,
    answer_sections.spoiled,
    answer_sections.rejected,
    answer_sections.pages,
    answer_sections.kernels,
    speed_sections.scopes,
    speed_sections.spread,
    speed_sections.threads,
    speed_sections.starts,
    speed_sections.peers,
    speed_sections.exports,
)

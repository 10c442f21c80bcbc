"""A benchmark as one Markdown page: advice, table, circumstances, and how to do it again."""

from __future__ import annotations

from collections.abc import Iterable

from benchmarks.advice import advise
from benchmarks.explain import explain
from benchmarks.facts import COLUMNS, circumstances, host_facts, vitals_in_words
from benchmarks.result import Benchmark
from benchmarks.section import Section
from benchmarks.sections import sections
from benchmarks.table import markdown_cells, markdown_table


def to_markdown(benchmark: Benchmark) -> str:
    """The page's text."""
    host = (f"{name}: {value}" for name, value in host_facts(benchmark.host))
    parts = [
        "# Benchmark",
        advise(benchmark),
        explain(benchmark),
        markdown_table(benchmark.rows),
        COLUMNS,
        *(_section(one) for one in sections(benchmark)),
        "## What was measured",
        _list(circumstances(benchmark)),
        "## Host",
        _list([*host, *vitals_in_words(benchmark.extras.vitals)]),
        "## Again",
        f"```\n{benchmark.command}\n```",
        f"Measured {benchmark.created}; benchmark.json beside this page has every sample.",
    ]
    return "\n\n".join(parts) + "\n"


def _section(one: Section) -> str:
    table = markdown_cells(one.header, one.rows, words=1)
    return f"## {one.title}\n\n{one.note}\n\n{table}"


def _list(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)

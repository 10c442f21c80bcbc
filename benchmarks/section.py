"""One table of a report, as text that Markdown and the page in a browser both show."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.result import Row


@dataclass(frozen=True, slots=True)
class Section:
    """One table: the first column words, the others numbers as text.

    Attributes:
        title: heading.
        note: what the numbers mean, a sentence or two.
        header: names of the columns.
        rows: cells as people read them.
    """

    title: str
    note: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def name_of(row: Row) -> str:
    """File and runtime, for the first column."""
    return f"{row.file}, {row.runtime}"

"""The comparison as text: aligned for a terminal, with bars for Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.result import Row

HEADER = (
    "format",
    "scheme",
    "runtime",
    "bytes",
    "accuracy",
    "95 % interval",
    "agreement",
    "lost/won",
    "largest difference",
    "p50 us",
    "p50 interval",
    "p90 us",
    "whole p50 us",
)
_WORDS = 3
"""Columns of words, aligned left; the others are numbers."""


def cells(row: Row) -> tuple[str, ...]:
    """One row's cells, as people read them, in the order of `HEADER`."""
    if parity := row.parity:
        flips = f"{parity.lost}/{parity.won}"
        compared = (f"{parity.agreement:.2%}", flips, difference(parity.largest_difference))
    else:
        compared = (row.standing.value, "-", "-")
    return (
        row.format,
        row.scheme,
        row.runtime,
        f"{row.size_bytes:,}",
        f"{row.accuracy:.2%}",
        f"{100 * row.evidence.low:.2f}-{100 * row.evidence.high:.2f}" if row.evidence else "-",
        *compared,
        microseconds(row.call.p50_us),
        interval(row.call.p50_interval_us),
        microseconds(row.call.p90_us),
        microseconds(row.whole.p50_us),
    )


def text_table(rows: Sequence[Row]) -> str:
    """Aligned columns for a terminal."""
    lines = [HEADER, *map(cells, rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADER))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column < _WORDS else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def markdown_table(rows: Sequence[Row]) -> str:
    """A GitHub table."""
    return markdown_cells(HEADER, [cells(row) for row in rows], words=_WORDS)


def markdown_cells(header: Sequence[str], rows: Sequence[Sequence[str]], *, words: int) -> str:
    """A GitHub table whose first `words` columns are words, the others numbers."""
    rule = ["---" if column < words else "---:" for column in range(len(header))]
    lines = [header, rule, *rows]
    return "\n".join("| " + " | ".join(map(_escape, line)) + " |" for line in lines)


def microseconds(value: float) -> str:
    """Three digits that mean something: 8.31, 38.8, 108, 54,000."""
    return f"{value:,.{2 if value < 10 else 1 if value < 100 else 0}f}"


def interval(ends: tuple[float, float] | None) -> str:
    """Both ends of an interval in microseconds: 21.8-22.4; a dash where there is none."""
    return "-" if ends is None else "-".join(map(microseconds, ends))


def difference(value: float) -> str:
    """A difference of probabilities: 0.0312, or 6e-07 where that would read as nothing."""
    return f"{value:.4f}" if value >= 0.0001 or value == 0 else f"{value:.0e}"


def _escape(cell: str) -> str:
    return cell.replace("|", "\\|")

"""Tables for a terminal and for a Markdown page."""

from __future__ import annotations

from collections.abc import Sequence


def aligned(rows: Sequence[Sequence[str]], *, words: int = 1) -> str:
    """Rows of cells as columns of equal width.

    Args:
        rows: the header first; all of the same length.
        words: how many columns, from the left, hold words; numbers go to the right.
    """
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column < words else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def markdown(rows: Sequence[Sequence[str]], *, words: int = 1) -> str:
    """The same rows as a Markdown table."""
    header, *body = rows
    rule = ["---" if column < words else "--:" for column in range(len(header))]
    return "\n".join(f"| {' | '.join(row)} |" for row in (header, rule, *body))

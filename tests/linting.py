"""What `python -m export.lint` finds in a file, for the tests of its rules."""

from __future__ import annotations

from pathlib import Path

from export.lint.findings import Inspection, Level


def inspected(path: Path) -> Inspection:
    from export.lint.__main__ import inspect

    return inspect(path)


def rules_of(inspection: Inspection) -> dict[str, Level]:
    return {one.rule: one.level for one in reversed(inspection.findings)}

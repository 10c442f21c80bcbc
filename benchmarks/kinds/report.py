"""Pages by kind as JSON, as Markdown, and as one page for a browser."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.host import HostFacts
from benchmarks.kinds.row import ALL, Interval, KindRow
from benchmarks.kinds.score import SEED, PageScore
from benchmarks.table import markdown_cells
from edge.files import write_json, write_text

SCHEMA_VERSION = 1
JSON_NAME, MARKDOWN_NAME, HTML_NAME = "pages.json", "pages.md", "pages.html"

HEADER = ("kind", "pages", "F1", "pages right", "lines right", "non-digits read")
NOTE = (
    "F1: of the digits read right at their place, with a 95 % interval by drawing whole pages "
    "again. Pages right: without any mistake. Lines right: all of a page's text, spaces "
    "disregarded. Non-digits read: signs, letters and print that were taken for digits. "
    "Intervals of shares: Wilson, 95 %."
)


@dataclass(frozen=True, slots=True)
class KindsBenchmark:
    """Everything that was measured.

    Attributes:
        created: when, in UTC.
        command: how to measure it again.
        host: where.
        model: name of the model's file.
        model_sha256: its sha256.
        digits: where the digits come from, "drawn" or a data set's name.
        rows: one for each kind, and the last one over all.
        scores: page by page.
    """

    created: str
    command: str
    host: HostFacts
    model: str
    model_sha256: str
    digits: str
    rows: Sequence[KindRow]
    scores: Sequence[PageScore]

    def to_json(self) -> dict[str, Any]:
        """A JSON object; what went wrong on which page as well."""
        return {
            "schema_version": SCHEMA_VERSION,
            "created": self.created,
            "command": self.command,
            "host": self.host.to_json(),
            "model": {"file": self.model, "sha256": self.model_sha256},
            "digits": self.digits,
            "seed": SEED,
            "kinds": [row.to_json() for row in self.rows],
            "pages": [
                {
                    "kind": one.case.kind.value,
                    "number": one.case.number,
                    "counts": {name: count for name, count in asdict(one.tally).items() if count},
                    "mistakes": list(one.mistakes),
                }
                for one in self.scores
            ],
        }

    @property
    def summary(self) -> str:
        """What was read with what, in a sentence."""
        total = self.rows[-1].tally
        return (
            f"{total.photos:,} pages with {total.digits:,} digits ({self.digits}), read with "
            f"{self.model} (sha256 {self.model_sha256[:12]})."
        )


def to_markdown(benchmark: KindsBenchmark) -> str:
    """The table with its circumstances."""
    host = benchmark.host
    parts = [
        "# Pages by kind of difficulty",
        benchmark.summary,
        markdown_cells(HEADER, [cells(row) for row in benchmark.rows], words=1),
        NOTE,
        f"{host.cpu}, Python {host.python}, {opencv_of(host)}. Another OpenCV draws other pages.",
        f"Again: `{benchmark.command}`; {JSON_NAME} beside this page names every mistake.",
    ]
    return "\n\n".join(parts) + "\n"


def cells(row: KindRow) -> tuple[str, ...]:
    """One row of the table."""
    accepted = row.accepted
    return (
        f"**{ALL}**" if row.kind == ALL else row.kind,
        f"{row.tally.photos:,}",
        f"{row.tally.f1:.3f} ({row.f1_interval[0]:.3f}-{row.f1_interval[1]:.3f})"
        if row.f1_interval
        else "-",
        _percent(*row.perfect),
        _percent(*row.lines),
        _percent(*accepted) if accepted else "-",
    )


def opencv_of(host: HostFacts) -> str:
    """The version of OpenCV that drew and read."""
    names = ("opencv-python", "opencv-python-headless")
    return next((f"{name} {host.packages[name]}" for name in names if name in host.packages), "")


def write_reports(benchmark: KindsBenchmark, folder: Path) -> list[Path]:
    """Writes pages.json, pages.md and pages.html; returns the paths.

    Raises:
        InputError: they cannot be written.
    """
    from benchmarks.kinds.page import to_html

    paths = [folder / name for name in (JSON_NAME, MARKDOWN_NAME, HTML_NAME)]
    # Through JSON's own check first: NaN is told before anything is written.
    document = json.loads(json.dumps(benchmark.to_json(), allow_nan=False))
    write_json(paths[0], document)
    write_text(paths[1], to_markdown(benchmark))
    write_text(paths[2], to_html(benchmark))
    return paths


def _percent(share: float, interval: Interval) -> str:
    return f"{share:.0%} ({interval[0]:.0%}-{interval[1]:.0%})"

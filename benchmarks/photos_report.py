"""The table of variations as Markdown, as JSON and as a picture."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.host import HostFacts
from benchmarks.photos_table import VariationRow
from benchmarks.table import markdown_cells
from edge.files import atomic_path, write_text

SCHEMA_VERSION = 1
JSON_NAME, MARKDOWN_NAME, PLOT_NAME = "photos.json", "photos.md", "photos.png"
_HEADER = (
    *("variation", "what it does", "F1", "recall", "precision"),
    *("pages right", "lines right", "non-digits read", "ms"),
)


@dataclass(frozen=True, slots=True)
class PhotosBenchmark:
    """Everything that was measured.

    Attributes:
        command: how to measure it again.
        host: where.
        model: name of the model's file.
        model_sha256: its sha256.
        seed: of everything that is left to chance.
        rows: one for each variation.
    """

    command: str
    host: HostFacts
    model: str
    model_sha256: str
    seed: int
    rows: Sequence[VariationRow]

    def to_json(self) -> dict[str, Any]:
        """A JSON object."""
        return {
            "schema_version": SCHEMA_VERSION,
            "command": self.command,
            "host": self.host.to_json(),
            "model": {"file": self.model, "sha256": self.model_sha256},
            "seed": self.seed,
            "variations": [row.to_json() for row in self.rows],
        }


def to_markdown(benchmark: PhotosBenchmark) -> str:
    """The table with its circumstances."""
    tally, host = benchmark.rows[0].tally, benchmark.host
    text = [
        "# Labelled photos, varied",
        (
            f"{tally.photos} photos with {tally.digits} digits, read with {benchmark.model} "
            f"(sha256 {benchmark.model_sha256[:12]}). F1: the digits read right at their place. "
            "Pages right: without one mistake. Lines right: the text of the whole photo."
        ),
        table(benchmark.rows),
        (
            f"Milliseconds: median for one photo on one thread; {host.cpu}, {host.cores} cores, "
            f"Python {host.python}."
            + (" Other work ran on this machine: the times are rough." if host.is_busy else "")
        ),
        f"Again: `{benchmark.command}`; {JSON_NAME} beside this page names every mistake.",
    ]
    return "\n\n".join(text) + "\n"


def table(rows: Sequence[VariationRow]) -> str:
    """One Markdown row for each variation."""
    return markdown_cells(_HEADER, [_cells(row) for row in rows], words=2)


def write_reports(benchmark: PhotosBenchmark, folder: Path) -> list[Path]:
    """Writes photos.json, photos.md and photos.png; returns the paths.

    Raises:
        InputError: the folder cannot be written.
        ModuleNotFoundError: there is no matplotlib, for the last of them.
    """
    paths = [folder / JSON_NAME, folder / MARKDOWN_NAME, folder / PLOT_NAME]
    document = json.dumps(benchmark.to_json(), indent=2, allow_nan=False)
    write_text(paths[0], document + "\n")
    write_text(paths[1], to_markdown(benchmark))
    plot_rows(benchmark.rows, paths[2])
    return paths


def plot_rows(rows: Sequence[VariationRow], path: Path) -> None:
    """Bars: F1 of each variation, beside it the share of pages read without a mistake."""
    import matplotlib as mpl

    mpl.use("Agg")  # before pyplot: pictures go to files, with or without a display
    from matplotlib import pyplot as plt

    figure, panel = plt.subplots(figsize=(7.5, 1.2 + 0.36 * len(rows)), layout="constrained")
    places = range(len(rows))
    shares = [row.tally.full_perfect / max(1, row.tally.full) for row in rows]
    panel.barh(
        [place - 0.2 for place in places],
        [row.tally.f1 for row in rows],
        height=0.38,
        label="F1: digits read right at their place",
        color="#4c72b0",
    )
    panel.barh(
        [place + 0.2 for place in places],
        shares,
        height=0.38,
        label="pages without a mistake",
        color="#dd8452",
    )
    panel.set_yticks(list(places), [row.name for row in rows])
    panel.invert_yaxis()
    panel.set_xlim(0, 1)
    panel.grid(axis="x", alpha=0.3)
    figure.legend(loc="outside upper center", ncols=2, frameon=False)
    with atomic_path(path) as temporary:
        # Without these two the file would say when and by what it was made.
        figure.savefig(temporary, dpi=110, metadata={"Software": None, "Creation Time": None})
    plt.close(figure)


def _cells(row: VariationRow) -> tuple[str, ...]:
    tally = row.tally
    return (
        row.name,
        row.what,
        *(f"{share:.3f}" for share in (tally.f1, tally.recall, tally.precision)),
        f"{tally.full_perfect}/{tally.full}",
        f"{tally.lines_right}/{tally.transcribed}",
        f"{tally.nondigits_accepted}/{tally.nondigits}",
        f"{row.median_ms:.1f}",
    )

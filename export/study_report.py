"""The calibration study for people: a table, and curves over the number of images."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from edge.files import atomic_path

_COLUMNS = ("accuracy", "accuracy_drop", "agreement", "mean_difference", "rejection")


def table_of(rows: Sequence[Mapping[str, Any]], facts: Mapping[str, Any]) -> str:
    """Markdown: for each method and number of images the mean over the draws, and the worst."""
    title = (
        f"Calibration of {facts['model']} on {facts['dataset']}: {facts['held_out']} training "
        f"images held out, Keras {facts['keras_accuracy']:.4f}."
    )
    head = (
        "| method | images | accuracy | drop | agreement | worst draw | mean difference "
        "| non-digits judged alike | worst draw |"
    )
    lines = [title, "", head, "|---|--:|--:|--:|--:|--:|--:|--:|--:|"]
    for method, count in _cells(rows):
        cell = _cell(rows, method, count)
        means = {name: _mean(cell, name) for name in _COLUMNS}
        worst = min(row["agreement"] for row in cell)
        rejection = "- | -"
        if means["rejection"] is not None:
            lowest = min(row["rejection"] for row in cell)
            rejection = f"{means['rejection']:.4f} | {lowest:.4f}"
        lines.append(
            f"| {method} | {count} | {means['accuracy']:.4f} | {means['accuracy_drop']:+.4f} "
            f"| {means['agreement']:.4f} | {worst:.4f} | {means['mean_difference']:.5f} "
            f"| {rejection} |"
        )
    return "\n".join(lines) + "\n"


def plot_study(rows: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Accuracy, agreement and judgement of non-digits over the number of images.

    Every draw is a dot, their mean the line.
    """
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    shown = [
        (name, title)
        for name, title in (
            ("accuracy", "accuracy"),
            ("agreement", "agreement with Keras"),
            ("rejection", "non-digits judged alike"),
        )
        if rows[0][name] is not None
    ]
    figure, panels = plt.subplots(1, len(shown), figsize=(4.6 * len(shown), 3.8), squeeze=False)
    for panel, (name, title) in zip(panels[0], shown, strict=True):
        for place, method in enumerate(dict.fromkeys(row["method"] for row in rows)):
            counts = sorted({row["count"] for row in rows})
            means = [_mean(_cell(rows, method, count), name) for count in counts]
            # Methods that give the same file would hide each other: each is moved a little.
            aside = 1 + 0.07 * place
            xs = [count * aside for count in counts]
            (line,) = panel.plot(xs, means, marker="o", markersize=4, label=method)
            dots = [row for row in rows if row["method"] == method]
            panel.scatter(
                [row["count"] * aside for row in dots],
                [row[name] for row in dots],
                s=8,
                alpha=0.4,
                color=line.get_color(),
            )
        panel.set_xscale("log")
        panel.set_xlabel("calibration images")
        panel.set_title(title)
        panel.grid(alpha=0.3)
    panels[0][0].legend()
    figure.tight_layout()
    with atomic_path(path) as temporary:
        # Without these two the file would say when and by what it was made.
        figure.savefig(temporary, dpi=110, metadata={"Software": None, "Creation Time": None})
    plt.close(figure)


def _cells(rows: Sequence[Mapping[str, Any]]) -> list[tuple[str, int]]:
    return list(dict.fromkeys((row["method"], row["count"]) for row in rows))


def _cell(rows: Sequence[Mapping[str, Any]], method: str, count: int) -> list[Mapping[str, Any]]:
    return [row for row in rows if (row["method"], row["count"]) == (method, count)]


def _mean(cell: Sequence[Mapping[str, Any]], name: str) -> float | None:
    values = [row[name] for row in cell]
    return None if None in values else float(np.mean(values))

"""A sweep's one table: every trial, and mean and spread over the seeds.

Ranked by validation accuracy. Test accuracy stands beside it and chooses nothing.
"""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from edge.files import write_json, write_text
from train.sweep.queue import Outcome
from train.table import markdown

TABLE_NAME = "sweep"

Row = dict[str, Any]


def summarize(outcomes: Sequence[Outcome], about: Mapping[str, Any]) -> Row:
    """Everything of a sweep as one JSON document.

    Args:
        outcomes: of all trials, in any order.
        about: the settings that they share.

    Returns:
        `about`, `trials` (one row each) and `groups` (a row for each recipe and width: mean
        and sample standard deviation over the seeds that were trained, null for one seed),
        the groups with the best mean validation accuracy first, those that failed last.
    """
    trials = [_trial(one) for one in sorted(outcomes, key=lambda one: one.trial)]
    groups = [
        _group(recipe, width, list(rows))
        for (recipe, width), rows in itertools.groupby(
            trials, key=lambda row: (row["recipe"], row["width"])
        )
    ]
    groups.sort(key=_rank)
    return {**about, "trials": trials, "groups": groups}


def _trial(outcome: Outcome) -> Row:
    trial, metrics = outcome.trial, outcome.metrics
    row: Row = {
        "recipe": trial.recipe,
        "width": trial.width,
        "seed": trial.seed,
        "parameters": None,
        "validation_accuracy": None,
        "test_accuracy": None,
        "epochs": None,
        "seconds": None,
        "attempts": outcome.attempts,
        "error": outcome.error,
    }
    if metrics is not None:
        row |= {name: metrics[name] for name in ("parameters", "epochs", "seconds")}
        row["validation_accuracy"] = metrics["validation"]["accuracy"]
        row["test_accuracy"] = metrics["test"]["accuracy"]
    return row


def _group(recipe: str, width: float, rows: Sequence[Row]) -> Row:
    there = [row for row in rows if row["error"] is None]
    group: Row = {
        "recipe": recipe,
        "width": width,
        "seeds": len(there),
        "failed": len(rows) - len(there),
        "parameters": there[0]["parameters"] if there else None,
        "seconds_mean": _mean([row["seconds"] for row in there]),
    }
    for name in ("validation_accuracy", "test_accuracy"):
        values = [row[name] for row in there]
        group[f"{name}_mean"] = _mean(values)
        group[f"{name}_spread"] = statistics.stdev(values) if len(values) > 1 else None
    return group


def _mean(values: Sequence[float]) -> float | None:
    return statistics.fmean(values) if values else None


def _rank(group: Row) -> tuple[float, int, str, float]:
    """The better validation first; of equals the smaller."""
    mean = group["validation_accuracy_mean"]
    order = 1.0 if mean is None else -mean
    return order, group["parameters"] or 0, group["recipe"], group["width"]


def as_markdown(document: Row) -> str:
    """Both tables as a Markdown page."""
    groups = [
        ("recipe", "width", "seeds", "parameters", "validation", "spread", "test", "spread", "s")
    ]
    groups += [
        (
            one["recipe"],
            f"{one['width']:g}",
            str(one["seeds"]) + (f" ({one['failed']} failed)" if one["failed"] else ""),
            _count(one["parameters"]),
            _share(one["validation_accuracy_mean"]),
            _points(one["validation_accuracy_spread"]),
            _share(one["test_accuracy_mean"]),
            _points(one["test_accuracy_spread"]),
            _seconds(one["seconds_mean"]),
        )
        for one in document["groups"]
    ]
    trials = [("recipe", "width", "seed", "validation", "test", "epochs", "s", "")]
    trials += [
        (
            one["recipe"],
            f"{one['width']:g}",
            str(one["seed"]),
            _share(one["validation_accuracy"]),
            _share(one["test_accuracy"]),
            _count(one["epochs"]),
            _seconds(one["seconds"]),
            "" if one["error"] is None else f"failed: {one['error']}".replace("|", "/"),
        )
        for one in document["trials"]
    ]
    return (
        f"# Sweep on {document['dataset']}\n\n"
        "Mean over the seeds; the spread is the sample standard deviation, in percentage "
        "points. Ranked by validation; the test set chooses nothing.\n\n"
        f"{markdown(groups)}\n\n## Trials\n\n{markdown(trials)}\n"
    )


def write_table(document: Row, folder: Path) -> None:
    """Writes the table as sweep.md and sweep.json."""
    write_text(folder / f"{TABLE_NAME}.md", as_markdown(document))
    write_json(folder / f"{TABLE_NAME}.json", document)


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.2%}"


def _points(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:.2f}"


def _count(value: int | None) -> str:
    return "-" if value is None else f"{value:,}"


def _seconds(value: float | None) -> str:
    return "-" if value is None else f"{value:.0f}"

"""Every recipe by its own settings, and one table of what they reached."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from edge.files import write_json, write_text
from train.recipes import RECIPES, Recipe
from train.table import markdown

TABLE_NAME = "recipes"
"""recipes.md for people, recipes.json for programs."""

ALLOWED_POINTS = 0.3
"""How far a recipe may lie under what its author reports before its row says so."""

Train = Callable[[Recipe, Path], Mapping[str, Any]]
"""Trains a recipe into a folder and gives back what metrics.json holds."""


def train_all(train: Train, output: Path) -> list[dict[str, Any]]:
    """Trains all recipes, each into `output`/<recipe>, and writes the table as far as it is.

    The table is written after each recipe, so that a killed run leaves what it has.
    """
    rows: list[dict[str, Any]] = []
    for recipe in RECIPES.values():
        rows.append(compare(recipe, train(recipe, output / recipe.name)))
        write_json(output / f"{TABLE_NAME}.json", rows)
        write_text(output / f"{TABLE_NAME}.md", page(rows))
    return rows


def reported_percent(words: str) -> float | None:
    """The accuracy that a recipe's author reports; of a range its better end.

    Args:
        words: as in `Recipe.reported`: "test 99.0-99.2 %" is 99.2, "none" is None.
    """
    found = re.search(r"(\d+(?:\.\d+)?)\s*%", words)
    return None if found is None else float(found.group(1))


def compare(recipe: Recipe, metrics: Mapping[str, Any]) -> dict[str, Any]:
    """One row of the table: what was reported, what was measured, what it took."""
    measured = 100 * float(metrics["test"]["accuracy"])
    reported = reported_percent(recipe.reported)
    # What its author reports is of MNIST.
    comparable = reported is not None and metrics["dataset"] == "mnist"
    difference = round(measured - reported, 2) if reported is not None and comparable else None
    return {
        "recipe": recipe.name,
        "source": recipe.source,
        "reported": recipe.reported,
        "reported_percent": reported,
        "dataset": metrics["dataset"],
        "label_errors": metrics["test"].get("label_errors"),
        "measured_percent": round(measured, 2),
        "difference_points": difference,
        "parameters": recipe.parameters,
        "macs": metrics["macs"],
        "epochs": metrics["epochs"],
        "seconds_per_epoch": metrics.get("seconds_per_epoch"),
        "seed": metrics["seed"],
        "split": metrics["split"],
        "notes": _notes(recipe, metrics, difference),
    }


def page(rows: Sequence[Mapping[str, Any]]) -> str:
    """The table and its notes as Markdown."""
    return f"# Recipes\n\n{markdown(cells(rows))}\n\n{_legend(rows)}\n"


def cells(rows: Sequence[Mapping[str, Any]]) -> list[tuple[str, ...]]:
    """The table's header and rows as text."""
    header = (
        "recipe",
        "reported %",
        "measured %",
        "difference",
        "parameters",
        "multiply-accumulates",
        "epochs",
        "s / epoch",
    )
    return [header, *map(_cells, rows)]


def _cells(row: Mapping[str, Any]) -> tuple[str, ...]:
    return (
        row["recipe"],
        _number(row["reported_percent"], "g"),
        f"{row['measured_percent']:.2f}",
        _number(row["difference_points"], "+.2f"),
        f"{row['parameters']:,}",
        f"{row['macs']:,}",
        str(row["epochs"]),
        _number(row["seconds_per_epoch"], ".1f"),
    )


def _notes(recipe: Recipe, metrics: Mapping[str, Any], difference: float | None) -> list[str]:
    """What a reader must know of a row, in words."""
    notes = []
    if difference is not None and difference < -ALLOWED_POINTS:
        notes.append(
            f"{-difference:.2f} points under what its author reports, more than the "
            f"{ALLOWED_POINTS:g} that chance and another split explain"
        )
    doubtful = metrics["test"].get("label_errors")
    if doubtful:
        notes.append(
            f"{doubtful['mistakes']} of its {metrics['test']['wrong']} mistakes are among the "
            f"{doubtful['images']} test images whose label people contradict"
        )
    validated = metrics.get("validation")
    if "validation" in recipe.reported and difference is not None and validated is not None:
        notes.append(
            "its author reports validation images; of those put aside here it reads "
            f"{validated['accuracy']:.2%}"
        )
    if metrics["epochs_asked"] < recipe.epochs:
        notes.append(f"trained for {metrics['epochs_asked']} of its {recipe.epochs} epochs")
    elif metrics["epochs"] < recipe.epochs:
        notes.append(f"stopped early after {metrics['epochs']} of {recipe.epochs} epochs")
    return notes


def _legend(rows: Sequence[Mapping[str, Any]]) -> str:
    names = ", ".join(sorted({row["dataset"] for row in rows}))
    splits = "; ".join(sorted({row["split"] for row in rows}))
    seeds = ", ".join(sorted({str(row["seed"]) for row in rows}))
    measured = f"Measured on the test images of {names}, once, after the training."
    how = f"Validation: {splits}. Seed: {seeds}."
    reported = "Reported: by the recipe's author, on MNIST; of a range its better end."
    notes = "\n".join(f"- {row['recipe']}: {note}" for row in rows for note in row["notes"])
    return "\n\n".join(part for part in (f"{measured} {how}", reported, notes) if part)


def _number(value: float | None, how: str) -> str:
    return "-" if value is None else format(value, how)

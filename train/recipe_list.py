"""The recipes side by side, as `python -m train --list` prints them."""

from __future__ import annotations

from train.recipes import RECIPES
from train.table import aligned


def recipe_list() -> str:
    """A table for a terminal: whose each recipe is, what its author reports, how it is trained.

    Validation is the published share of the training images, "-" where none was published.
    """
    rows = [
        (
            "recipe",
            "source",
            "reported",
            "parameters",
            "batch",
            "epochs",
            "patience",
            "validation",
            "optimizer",
        )
    ]
    rows += [
        (
            one.name,
            one.source,
            one.reported,
            f"{one.parameters:,}",
            str(one.batch),
            str(one.epochs),
            _or_none(one.patience),
            _or_none(one.validation_split),
            type(one.optimizer(1000)).__name__,
        )
        for one in RECIPES.values()
    ]
    return aligned(rows, words=3)


def _or_none(value: float | None) -> str:
    return "-" if value is None else f"{value:g}"

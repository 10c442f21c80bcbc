"""The recipes side by side, as `python -m train --list` prints them."""

from __future__ import annotations

from train.recipes import RECIPES
from train.table import aligned


def recipe_list() -> str:
    """A table for a terminal: whose each recipe is, what its author reports, its size."""
    rows = [("recipe", "source", "reported", "parameters", "batch", "epochs")]
    rows += [
        (
            one.name,
            one.source,
            one.reported,
            f"{one.parameters:,}",
            str(one.batch),
            str(one.epochs),
        )
        for one in RECIPES.values()
    ]
    return aligned(rows, words=3)

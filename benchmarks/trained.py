"""Which recipes the user has trained: what `python -m train --all` leaves, read without Keras."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from train.output import METRICS_NAME, MODEL_NAME

TRAINED_ROOT = Path("artifacts")
"""Where `python -m train --all` puts a folder for each recipe."""

TRAIN_ALL = "python -m train --all"


@dataclass(frozen=True, slots=True)
class TrainedRecipe:
    """One recipe's network with trained weights.

    Attributes:
        name: the recipe's.
        model: its .keras file.
        how: "mnist, 5 epochs".
    """

    name: str
    model: Path
    how: str


def trained_recipes(root: Path, names: Sequence[str]) -> list[TrainedRecipe]:
    """The recipes among `names` whose training ended well in `root`/<recipe>."""
    return [found for name in names if (found := _trained(root / name, name)) is not None]


def _trained(folder: Path, name: str) -> TrainedRecipe | None:
    """None where there is no model, or no metrics.json, which is written last, or of another."""
    model = folder / MODEL_NAME
    try:
        metrics = json.loads((folder / METRICS_NAME).read_text("utf-8"))
        if metrics["recipe"] != name or not model.is_file():
            return None
        epochs = int(metrics["epochs"])
        how = f"{metrics['dataset']}, {epochs} epoch{'' if epochs == 1 else 's'}"
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return TrainedRecipe(name, model.resolve(), how)

"""The weights of the shipped model, for a model built from code.

A .keras file saved by one Keras may not load in an older one; weights alone do.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from edge.errors import InputError
from edge.untrusted import first_line

SHIPPED_WEIGHTS = Path(__file__).resolve().parent / "edge.weights.h5"
SHIPPED_RECIPE = "edge"


def load_shipped(weights: Path = SHIPPED_WEIGHTS) -> Any:
    """The `edge` network as a keras.Model, with weights that were trained.

    Args:
        weights: a .weights.h5 file of this network.

    Raises:
        InputError: the weights are missing or are no weights of this network.
    """
    from train.quiet import quiet_tensorflow
    from train.recipes import build_model, get_recipe

    model = build_model(get_recipe(SHIPPED_RECIPE))
    if not weights.is_file():
        raise InputError(
            f"no weights at {weights}; train a model with: python -m train, "
            "then name it: --model artifacts/edge/model.keras"
        )
    try:
        with quiet_tensorflow():  # Keras warns at length of every weight that does not fit
            model.load_weights(weights)
    except (OSError, ValueError, KeyError) as error:
        raise InputError(f"{weights} cannot be loaded: {first_line(error)}") from error
    return model

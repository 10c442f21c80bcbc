"""The same network, narrower or wider."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable
from typing import Any

from train.backend import keras
from train.networks import Model
from train.recipes import Recipe
from train.towers import SHARES

FIXED = frozenset({"probabilities", "is_digit", SHARES})
"""Layers whose size says what the network answers, and how many towers it has."""


def scaled(recipe: Recipe, width: float) -> Recipe:
    """A recipe whose convolutions' filters and hidden layers' units are multiplied.

    Args:
        recipe: what to scale; at width 1 it is returned as it is.
        width: the factor; sizes are rounded, and at least 1.

    Returns:
        The recipe under the same name, its parameters counted instead of asserted.
    """
    if width == 1:
        return recipe
    build = functools.partial(_build, recipe.build, width)
    return dataclasses.replace(
        recipe,
        source=f"{recipe.source}; filters and units times {width:g}",
        build=build,
        parameters=int(build().count_params()),
    )


def _build(build: Callable[[], Model], width: float) -> Model:
    def sized(layer: Any) -> Any:
        config = layer.get_config()
        for size in ("filters", "units"):
            if size in config and layer.name not in FIXED:
                config[size] = max(1, round(config[size] * width))
        return layer.__class__.from_config(config)

    return keras.models.clone_model(build(), clone_function=sized)

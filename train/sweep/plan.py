"""What a sweep trains: every recipe at every width with every seed."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from edge.errors import InputError
from train.seeds import LARGEST_SEED

NARROWEST, WIDEST = 0.1, 8.0


@dataclass(frozen=True, slots=True, order=True)
class Trial:
    """One training of a sweep.

    Attributes:
        recipe: its name in `train.recipes`.
        width: what its filters and hidden units are multiplied by.
        seed: of the weights, the order, the variations and the validation split.
    """

    recipe: str
    width: float
    seed: int

    @property
    def name(self) -> str:
        """The trial's folder."""
        return f"{self.recipe}-w{self.width:g}-s{self.seed}"


def plan(recipes: Sequence[str], widths: Sequence[float], seeds: Sequence[int]) -> list[Trial]:
    """The trials, in the order in which they are named.

    Raises:
        InputError: nothing to vary, something named twice, or a value out of range.
    """
    for option, values in (("--recipes", recipes), ("--widths", widths), ("--seeds", seeds)):
        if not values:
            raise InputError(f"{option} names nothing")
        if len(set(values)) < len(values):
            raise InputError(f"{option} names something twice: {' '.join(map(str, values))}")
    for width in widths:
        if not NARROWEST <= width <= WIDEST:  # NaN too is no width
            raise InputError(f"--widths are from {NARROWEST:g} to {WIDEST:g}, not {width:g}")
    for seed in seeds:
        if not 0 <= seed <= LARGEST_SEED:
            raise InputError(f"--seeds are from 0 to {LARGEST_SEED}, not {seed}")
    return [Trial(*one) for one in itertools.product(recipes, widths, seeds)]

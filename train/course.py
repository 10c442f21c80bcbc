"""What a training goes through, whatever its recipe: its images, its epochs, who watches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from train.data import Split


@dataclass(frozen=True, slots=True)
class Course:
    """One training's way from its first epoch to its last.

    Attributes:
        split: training and validation images.
        epochs: passes over the training images, those of an interrupted training included.
        first_epoch: the one to begin with, counted from 0.
        seed: of the order and of every variation of the images.
        callbacks: Keras' callbacks.
    """

    split: Split
    epochs: int
    first_epoch: int
    seed: int
    callbacks: list[Any]

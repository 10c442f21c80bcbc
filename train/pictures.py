"""All pictures that a training leaves in its folder."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from edge.prediction import Prediction
from train.data import Dataset, Images
from train.grids import (
    draw_augmentation,
    draw_enlarged,
    draw_mistakes,
    draw_predictions,
    draw_samples,
    draw_variation,
)
from train.output import HISTORY_NAME
from train.plots import plot_confusion, plot_curves
from train.recipes import Recipe


def draw_pictures(
    recipe: Recipe,
    train: Images,
    dataset: Dataset,
    prediction: Prediction,
    output: Path,
    *,
    seed: int,
) -> None:
    """Draws what a person wants to see of a training; needs no display.

    Args:
        recipe: where it varies its images, what that makes of one digit is drawn too.
        train: the images that were learnt from.
        dataset: whose test images `prediction` is of.
        prediction: what the model says of them.
        output: folder of the pictures; its history.csv is drawn.
        seed: chooses the samples.
    """
    rng = np.random.default_rng([seed, 0x91C])
    test = dataset.test
    wrong = int(np.count_nonzero(prediction.labels != test.labels))
    title = f"{recipe.name} on {dataset.name}: {1 - wrong / len(test):.2%} of {len(test):,}"
    draw_samples(train, output / "samples.png", rng, f"{dataset.name}: what is learnt from")
    if recipe.augmentation is not None:
        draw_augmentation(train, recipe.augmentation, output / "augmentation.png", rng)
    if recipe.variation is not None:
        draw_variation(train, recipe.variation, output / "augmentation.png", rng)
    plot_curves(output / HISTORY_NAME, output / "curves.png", title)
    plot_confusion(test, prediction, output / "confusion.png", title)
    draw_predictions(test, prediction, output / "predictions.png", title)
    draw_mistakes(
        test,
        prediction,
        output / "mistakes.png",
        f"{recipe.name}: the surest of {wrong} mistakes on {dataset.name}",
    )
    draw_enlarged(test, prediction, output / "enlarged.png")

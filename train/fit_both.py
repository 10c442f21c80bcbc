"""Our recipe's training: ten classes and "is it a digit", from images varied anew each time."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from edge.arrays import Float32Array
from train.augment import Augmentation
from train.course import Course
from train.data import Images
from train.distil import Distillation, accuracy, with_answers
from train.encode import one_hot, to_input
from train.feed import AugmentedBatches, Teacher, draw_pools, pool_size
from train.fit_feed import fit_feed
from train.recipes import Recipe

IS_DIGIT_LOSS_WEIGHT = 0.5


def fit_both(
    recipe: Recipe,
    how: Augmentation,
    model: Any,
    course: Course,
    teacher: Teacher | None,
) -> Any:
    """Classes and "is it a digit", from images that are varied anew each time."""
    images, seed, epochs = course.split.train, course.seed, course.epochs
    size = pool_size(epochs)
    print(f"drawing {size:,} digits and {size:,} non-digits ...", file=sys.stderr)
    pools = draw_pools(images, seed, size=size)
    feed = AugmentedBatches(images, pools, how, recipe.batch, seed, epochs=epochs, teacher=teacher)
    taught = teacher is not None
    model.compile(
        optimizer=recipe.optimizer(epochs * len(feed)),
        loss={
            "probabilities": Distillation() if taught else "categorical_crossentropy",
            "is_digit": "binary_crossentropy",
        },
        loss_weights={"probabilities": 1.0, "is_digit": IS_DIGIT_LOSS_WEIGHT},
        weighted_metrics={
            "probabilities": [accuracy if taught else "accuracy"],
            "is_digit": ["accuracy"],
        },
    )
    validation = _validation(course.split.validation, taught=taught)
    return fit_feed(model, feed, validation, course)


def _validation(
    part: Images, *, taught: bool
) -> tuple[Any, dict[str, Float32Array], dict[str, Float32Array]]:
    ones = np.ones(len(part), np.float32)
    classes = one_hot(part.labels)  # the loss that is watched is that of the labels alone
    return (
        to_input(part.images),
        {
            "probabilities": with_answers(classes) if taught else classes,
            "is_digit": ones[:, None],
        },
        {"probabilities": ones, "is_digit": ones},
    )

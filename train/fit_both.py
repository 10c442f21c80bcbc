"""Our recipe's training: ten classes and "is it a digit", from images varied anew each time."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from train.augment import Augmentation
from train.course import Course
from train.data import Images
from train.distil import Distillation
from train.encode import one_hot, to_input
from train.feed import AugmentedBatches, Teacher, draw_pools, pool_size
from train.fit_feed import fit_feed
from train.recipes import Recipe
from train.targets import Batch, Targets, make_targets
from train.towers import IMAGE, PAPER, SHARES, TOWERS, apart

IS_DIGIT_LOSS_WEIGHT = 2.0


def fit_both(
    recipe: Recipe,
    how: Augmentation,
    model: Any,
    course: Course,
    teacher: Teacher | None,
) -> Any:
    """Classes, "is it a digit" and what a camera has spoilt, from images varied anew."""
    images, seed, epochs = course.split.train, course.seed, course.epochs
    size = pool_size(epochs)
    print(f"drawing {size:,} digits and {size:,} non-digits ...", file=sys.stderr)
    pools = draw_pools(images, seed, size=size)
    feed = AugmentedBatches(images, pools, how, recipe.batch, seed, epochs=epochs, teacher=teacher)
    learner = apart(model)
    by_class = "categorical_crossentropy" if teacher is None else Distillation()
    optimizer = recipe.optimizer(epochs * len(feed))
    # What the gate reads is faint: weights that decay would not reach a decision.
    optimizer.exclude_from_weight_decay(var_list=model.get_layer(SHARES).trainable_weights)
    learner.compile(
        optimizer=optimizer,
        loss={
            **dict.fromkeys(TOWERS, by_class),
            "is_digit": "binary_crossentropy",
            SHARES: "mean_squared_error",
        },
        loss_weights={**dict.fromkeys((*TOWERS, SHARES), 1.0), "is_digit": IS_DIGIT_LOSS_WEIGHT},
        weighted_metrics={"probabilities": ["accuracy"], "is_digit": ["accuracy"]},
    )
    return fit_feed(learner, feed, _validation(course.split.validation, teacher), course)


def _validation(part: Images, teacher: Teacher | None) -> tuple[Any, Targets, Targets]:
    images, classes = to_input(part.images), one_hot(part.labels)
    yes = np.ones(len(part), np.bool_)
    # A teacher is not asked: the loss that is watched is that of the labels alone.
    answers = None if teacher is None else classes[:0]
    batch = Batch(classes=classes, is_digit=yes, tilted=~yes, spoilt=~yes, papers=classes)
    return {IMAGE: images, PAPER: images}, *make_targets(batch, answers)

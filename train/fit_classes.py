"""The published recipes' training: ten classes, images as they are or as the author varies them."""

from __future__ import annotations

from typing import Any

from train.course import Course
from train.data import Images
from train.encode import one_hot, to_input
from train.fit_feed import fit_feed
from train.recipes import Recipe
from train.varied_feed import VariedBatches


def fit_classes(recipe: Recipe, model: Any, course: Course) -> Any:
    """A published recipe: one output, its images as they are or varied as its author does."""
    split = course.split

    def targets(part: Images) -> Any:
        return one_hot(part.labels) if recipe.one_hot else part.labels

    model.compile(
        optimizer=recipe.optimizer(course.epochs * len(split.train) // recipe.batch),
        loss="categorical_crossentropy" if recipe.one_hot else "sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    validation = (to_input(split.validation.images), targets(split.validation))
    if recipe.variation is None:
        return model.fit(
            to_input(split.train.images),
            targets(split.train),
            validation_data=validation,
            batch_size=recipe.batch,
            epochs=course.epochs,
            callbacks=course.callbacks,
            verbose=0,
        )
    feed = VariedBatches(
        split.train, targets(split.train), recipe.variation, recipe.batch, course.seed
    )
    return fit_feed(model, feed, validation, course)

"""One training: a recipe, images, a seed; the model and its history out.

The test set is not known here. What was seen of it, and when, is `train.evaluate`'s affair.
"""

from __future__ import annotations

import json
import shutil
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from edge.errors import InputError
from train.backend import keras
from train.callbacks import close_log, has_stopped_early, training_callbacks
from train.course import Course
from train.data import Split
from train.feed import Teacher
from train.fit_both import fit_both
from train.fit_classes import fit_classes
from train.load import load_model
from train.output import CHECKPOINT_NAME
from train.recipes import Recipe, build_model
from train.seeds import seed_of_going_on


@dataclass(frozen=True, slots=True)
class Trained:
    """A trained model and how it came to be.

    Attributes:
        model: the keras.Model, with the best validation loss where the recipe stops early,
            else as the last epoch left it.
        epochs: passes that were made.
        seconds: wall time of the training, without loading and evaluation.
    """

    model: Any
    epochs: int
    seconds: float


def fit(
    recipe: Recipe,
    split: Split,
    output: Path,
    *,
    epochs: int,
    seed: int,
    resume: bool = False,
    teacher: Teacher | None = None,
    tensorboard: Path | None = None,
    start: Path | None = None,
) -> Trained:
    """Trains a recipe.

    Args:
        recipe: what to train, and how.
        split: training and validation images.
        output: folder for history.csv, the weights with the best validation loss and, until
            the training ends, its checkpoint.
        epochs: passes at most.
        seed: seeds the weights, the order and every variation of the images.
        resume: go on from the checkpoint of an interrupted training, if there is one.
        teacher: a trained network to learn from beside the labels; for recipes with augmentation.
        tensorboard: folder for TensorBoard's logs, or None.
        start: a trained network of the same recipe to go on from, or None for random
            weights. Without a teacher `edge` is trained gently then: at a smaller rate, on
            images varied as little as at the end of a training.

    Raises:
        InputError: `start` is no such network.
    """
    keras.utils.set_random_seed(seed)
    output.mkdir(parents=True, exist_ok=True)
    checkpoint = output / CHECKPOINT_NAME
    if not resume:
        shutil.rmtree(checkpoint, ignore_errors=True)
    model = build_model(recipe)
    if start is not None:
        _take_weights(model, start, recipe.name)
        seed = seed_of_going_on(seed, model.get_weights())
    gently = start is not None and teacher is None  # with one, there is much to be learnt yet
    if gently:
        recipe = replace(recipe, optimizer=recipe.gentle or recipe.optimizer)
    first = _epochs_done(checkpoint)
    if resume and not first:
        print(f"no epoch in {output} to go on from; beginning anew", file=sys.stderr)
    if has_stopped_early(recipe, output, first):
        epochs = first
    callbacks = training_callbacks(
        recipe, model, output, epochs=epochs, done=first, tensorboard=tensorboard
    )
    course = Course(split, epochs, first, seed, callbacks)
    begun = time.perf_counter()
    try:
        if recipe.augmentation is not None:
            how = recipe.augmentation.settled() if gently else recipe.augmentation
            history = fit_both(recipe, how, model, course, teacher)
        else:
            history = fit_classes(recipe, model, course)
    finally:
        close_log(callbacks)
    passes = history.epoch[-1] + 1 if history.epoch else epochs
    return Trained(model, passes, time.perf_counter() - begun)


def _take_weights(model: Any, start: Path, name: str) -> None:
    """Gives the model of the recipe `name` the weights of a trained one."""
    try:
        model.set_weights(load_model(start).get_weights())
    except ValueError as error:
        raise InputError(f"{start} is another network than {name}; give its recipe") from error


def _epochs_done(checkpoint: Path) -> int:
    """How many epochs an interrupted training had finished, from what Keras left of it."""
    try:
        left = json.loads((checkpoint / "training_metadata.json").read_text("utf-8"))
        return int(left["epoch"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0

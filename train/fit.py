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

import numpy as np

from edge.arrays import Float32Array
from edge.errors import InputError
from train.augment import Augmentation
from train.averaging import STATISTICS_BATCHES, gather_statistics
from train.backend import keras
from train.callbacks import close_log, training_callbacks
from train.data import Images, Split
from train.distil import Distillation, accuracy, with_answers
from train.encode import one_hot, to_input
from train.feed import AugmentedBatches, Teacher, draw_pools, pool_size
from train.load import load_model
from train.recipes import Recipe, build_model

IS_DIGIT_LOSS_WEIGHT = 0.5

_GOING_ON = 1_000_003  # added to the seed, which may be that of the training that is gone on with


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
            weights. Without a teacher it is trained gently then: by the recipe's smaller
            rate where it has one, on images varied as little as at the end of a training.

    Raises:
        InputError: `start` is no such network.
    """
    keras.utils.set_random_seed(seed)
    output.mkdir(parents=True, exist_ok=True)
    checkpoint = output / "checkpoint"
    if not resume:
        shutil.rmtree(checkpoint, ignore_errors=True)
    model = build_model(recipe)
    if start is not None:
        _take_weights(model, start)
        seed += _GOING_ON
    gently = start is not None and teacher is None  # with one, there is much to be learnt yet
    if gently:
        recipe = replace(recipe, optimizer=recipe.gentle or recipe.optimizer)
    first = _epochs_done(checkpoint)
    callbacks = training_callbacks(
        recipe, output, epochs=epochs, done=first, tensorboard=tensorboard
    )
    begun = time.perf_counter()
    try:
        if recipe.augmentation is not None:
            how = recipe.augmentation.settled() if gently else recipe.augmentation
            history = _fit_both(recipe, how, model, split, epochs, seed, first, callbacks, teacher)
        else:
            history = _fit_classes(recipe, model, split, epochs, callbacks)
    finally:
        close_log(callbacks)
    passes = history.epoch[-1] + 1 if history.epoch else epochs
    return Trained(model, passes, time.perf_counter() - begun)


def _take_weights(model: Any, start: Path) -> None:
    """Gives a model the weights of a trained one."""
    try:
        model.set_weights(load_model(start).get_weights())
    except ValueError as error:
        raise InputError(
            f"{start} is another network than {model.name}; give its recipe"
        ) from error


def _epochs_done(checkpoint: Path) -> int:
    """How many epochs an interrupted training had finished, from what Keras left of it."""
    try:
        left = json.loads((checkpoint / "training_metadata.json").read_text("utf-8"))
        return int(left["epoch"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0


def _fit_classes(
    recipe: Recipe, model: Any, split: Split, epochs: int, callbacks: list[Any]
) -> Any:
    """A published recipe: its images as they are, one output."""

    def targets(part: Images) -> Any:
        return one_hot(part.labels) if recipe.one_hot else part.labels

    model.compile(
        optimizer=recipe.optimizer(epochs * len(split.train) // recipe.batch),
        loss="categorical_crossentropy" if recipe.one_hot else "sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    return model.fit(
        to_input(split.train.images),
        targets(split.train),
        validation_data=(to_input(split.validation.images), targets(split.validation)),
        batch_size=recipe.batch,
        epochs=epochs,
        callbacks=callbacks,
        verbose=0,
    )


def _fit_both(
    recipe: Recipe,
    how: Augmentation,
    model: Any,
    split: Split,
    epochs: int,
    seed: int,
    first_epoch: int,
    callbacks: list[Any],
    teacher: Teacher | None,
) -> Any:
    """Classes and "is it a digit", from images that are varied anew each time."""
    size = pool_size(epochs)
    print(f"drawing {size:,} digits and {size:,} non-digits ...", file=sys.stderr)
    pools = draw_pools(split.train, seed, size=size)
    feed = AugmentedBatches(
        split.train, pools, how, recipe.batch, seed, epochs=epochs, teacher=teacher
    )
    # Keras fetches ahead before it says which epoch begins.
    feed.start_at(first_epoch)
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
    turns = keras.callbacks.LambdaCallback(
        on_epoch_begin=lambda epoch, _: feed.start_at(epoch),
        on_train_end=lambda _: _settle(model, feed),
    )
    return model.fit(
        feed,
        validation_data=_validation(split.validation, taught=taught),
        epochs=epochs,
        callbacks=[turns, *callbacks],
        shuffle=False,  # the feed has an order of its own for each epoch
        verbose=0,
    )


def _settle(model: Any, feed: AugmentedBatches) -> None:
    """What averaged weights need at the end; Keras has given the model their average by now."""
    if model.optimizer.use_ema:
        batches = range(min(len(feed), STATISTICS_BATCHES))
        gather_statistics(model, (feed[batch][0] for batch in batches))


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

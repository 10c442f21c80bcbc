"""Six recipes: five as their authors published them, one in two forms, and ours.

A recipe is what somebody else needs to train the same network: layers, optimiser,
loss, batch, epochs, split, and the parameter count, checked whenever it is built.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from edge.errors import InputError
from train import networks
from train.augment import Augmentation
from train.averaging import averaging
from train.backend import keras
from train.networks import Model
from train.vary import Variation


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one network is built and trained.

    Attributes:
        name: what `--recipe` takes.
        source: whose recipe it is.
        reported: the accuracy that its author reports, in words.
        parameters: trainable and other weights; checked by `build_model`.
        build: makes the untrained Keras model: float32 (n, 28, 28, 1) in [0, 1] to
            probabilities (n, 10), and to "is it a digit" (n, 1) where it augments.
        optimizer: makes the optimiser from the number of steps of the whole training.
        gentle: the optimiser for a training that goes on from trained weights, whose average
            it may keep; or None for the same.
        one_hot: labels as ten numbers (categorical cross-entropy), not as one (sparse).
        batch: images a step.
        epochs: passes over the training images at most.
        validation_split: the published share of validation images, or None where the
            author validates on the test set or not at all.
        patience: epochs without a better validation loss before training stops, or None.
        augmentation: how images are varied and mixed with non-digits, or None where they
            are not; with one, the model has the second output.
        variation: how the author varies the images, or None where they are taken as they are.
    """

    name: str
    source: str
    reported: str
    parameters: int
    build: Callable[[], Model]
    optimizer: Callable[[int], Any]
    one_hot: bool
    batch: int
    epochs: int
    validation_split: float | None = None
    patience: int | None = None
    augmentation: Augmentation | None = None
    variation: Variation | None = None
    gentle: Callable[[int], Any] | None = None


def get_recipe(name: str) -> Recipe:
    """The recipe called `name`; raises InputError with the names there are."""
    try:
        return RECIPES[name]
    except KeyError:
        raise InputError(f"no recipe {name!r}; there are: {', '.join(RECIPES)}") from None


def build_model(recipe: Recipe) -> Model:
    """The recipe's untrained model, its parameter count checked.

    Raises:
        InputError: this Keras builds other layers than the recipe describes.
    """
    model = recipe.build()
    if model.count_params() != recipe.parameters:
        raise InputError(
            f"recipe {recipe.name} should have {recipe.parameters} parameters, "
            f"this Keras builds {model.count_params()}; use a version of constraints.txt"
        )
    return model


def _adam(steps: int) -> Any:
    return keras.optimizers.Adam()


def _sgd(steps: int) -> Any:
    return keras.optimizers.SGD()


def _adamw_cosine(steps: int) -> Any:
    warmup = min(steps // 20, 500)
    rate = keras.optimizers.schedules.CosineDecay(
        1e-4, max(1, steps - warmup), alpha=1e-5, warmup_target=4e-3, warmup_steps=warmup
    )
    return keras.optimizers.AdamW(rate, weight_decay=1e-2)


RECIPES: dict[str, Recipe] = {
    recipe.name: recipe
    for recipe in (
        Recipe(
            name="conv3_dropout",
            source="TuxAcademy tutorial",
            reported="test 99.0-99.2 %",
            parameters=93_322,
            build=networks.conv3_dropout,
            optimizer=_adam,
            one_hot=True,
            batch=128,
            epochs=10,
            validation_split=0.2,
            patience=3,
        ),
        Recipe(
            name="conv3_dropout_augmented",
            source="TuxAcademy tutorial, its second form",
            reported="validation about 99.3 %",
            parameters=93_322,
            build=networks.conv3_dropout,
            optimizer=_adam,
            one_hot=True,
            batch=128,
            epochs=15,
            validation_split=0.2,
            patience=3,
            variation=Variation(rotation_deg=10, shift=0.1, zoom=0.1),
        ),
        Recipe(
            name="conv1_sgd",
            source="mobile-developer tutorial",
            reported="none",
            parameters=693_962,
            build=networks.conv1_sgd,
            optimizer=_sgd,
            one_hot=False,
            batch=32,
            epochs=10,
        ),
        Recipe(
            name="conv2",
            source="short tutorial",
            reported="98.86 %",
            parameters=515_146,
            build=networks.conv2,
            optimizer=_adam,
            one_hot=False,
            batch=32,
            epochs=5,
        ),
        Recipe(
            name="conv1_dropout",
            source="O. G. Yalcin",
            reported="98.5 %",
            parameters=607_394,
            build=networks.conv1_dropout,
            optimizer=_adam,
            one_hot=False,
            batch=32,
            epochs=10,
        ),
        Recipe(
            name="conv3_same",
            source="Keras in TensorFlow 2.3 tutorial",
            reported="test 99.34 %",
            parameters=458_570,
            build=networks.conv3_same,
            optimizer=_adam,
            one_hot=True,
            batch=32,
            epochs=100,
            validation_split=0.3,
            patience=6,
        ),
        Recipe(
            name="edge",
            source="this project",
            reported="see edge/models/manifest.json",
            parameters=57_965,
            build=networks.edge,
            optimizer=_adamw_cosine,
            one_hot=True,
            batch=128,
            epochs=150,
            augmentation=Augmentation(),
            gentle=averaging,
        ),
    )
}
"""All recipes by name, in the order in which the table lists them."""

"""A temperature makes a network as sure as it may be, and changes no answer."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.errors import InputError
from tests.support import needs_tensorflow
from train.calibration import calibrate
from train.data import Images

pytestmark = needs_tensorflow
pytest.importorskip("scipy", reason="SciPy is not installed on this machine")


def honest_logits(rng: np.random.Generator, count: int, spread: float = 2.0):
    """Logits whose softmax is the truth: labels are drawn from it."""
    values = rng.normal(0, spread, (count, 10))
    chances = np.exp(values) / np.exp(values).sum(axis=1, keepdims=True)
    labels = np.array([rng.choice(10, p=row) for row in chances], np.int64)
    return values, labels


def small_network(*, both: bool) -> Any:
    """Random weights; a class answer, and "is it a digit" beside it."""
    from train.backend import keras

    keras.utils.set_random_seed(3)
    image = keras.Input((28, 28, 1))
    features = keras.layers.Dense(12, activation="tanh")(keras.layers.Flatten()(image))
    classes = keras.layers.Dense(
        10, activation="softmax", name="probabilities", bias_initializer="random_normal"
    )(features)
    if not both:
        return keras.Model(image, classes)
    is_digit = keras.layers.Dense(1, activation="sigmoid", name="is_digit")(features)
    return keras.Model(image, {"probabilities": classes, "is_digit": is_digit})


@settings(max_examples=15, deadline=None)
@given(factor=st.floats(0.3, 6), seed=st.integers(0, 2**16))
def test_the_fit_finds_by_how_much_logits_were_stretched(factor: float, seed: int) -> None:
    from train.temperature import fit_temperature

    values, labels = honest_logits(np.random.default_rng(seed), 1500)
    assert fit_temperature(values * factor, labels) == pytest.approx(factor, rel=0.15)


def test_an_overconfident_network_becomes_honest(rng: np.random.Generator) -> None:
    from train.predict import keras_predict
    from train.temperature import calibrate_model, fold_temperature, logits

    model = small_network(both=True)
    images = rng.integers(0, 256, (2000, 28, 28)).astype(np.uint8)
    values = logits(model, Images(images, np.zeros(2000, np.int64)))
    chances = np.exp(values) / np.exp(values).sum(axis=1, keepdims=True)
    labels = np.array([rng.choice(10, p=row) for row in chances], np.int64)
    fold_temperature(model, 0.2)  # five times too sure
    before = keras_predict(model, images)
    found = calibrate_model(model, Images(images, labels))
    after = keras_predict(model, images)
    assert found.value == pytest.approx(5, rel=0.15)
    assert found.images == 2000
    assert found.ece_before > 0.2
    assert found.ece_after < 0.05
    assert found.ece_before == pytest.approx(
        calibrate(before.probabilities, labels).error, abs=1e-5
    )
    assert found.ece_after == pytest.approx(calibrate(after.probabilities, labels).error, abs=1e-5)
    assert np.array_equal(before.labels, after.labels)
    assert before.is_digit is not None
    assert np.array_equal(before.is_digit, after.is_digit)


@pytest.mark.parametrize("both", [False, True], ids=["one output", "two outputs"])
@pytest.mark.parametrize("value", [0.4, 1.7])
def test_folding_is_dividing_the_logits(both: bool, value: float, rng: np.random.Generator) -> None:
    from train.predict import keras_predict
    from train.temperature import fold_temperature, logits, tempered

    model = small_network(both=both)
    images = rng.integers(0, 256, (50, 28, 28)).astype(np.uint8)
    part = Images(images, np.zeros(50, np.int64))
    before, plain = logits(model, part), keras_predict(model, images).probabilities
    fold_temperature(model, value)
    folded = keras_predict(model, images).probabilities
    assert np.allclose(logits(model, part), before / value, atol=1e-5)
    assert np.allclose(folded, tempered(plain, value), atol=1e-5)


@pytest.mark.parametrize("name", ["edge", "conv2"])
def test_every_kind_of_recipe_has_a_layer_to_fold_it_into(name: str) -> None:
    from train.recipes import build_model, get_recipe
    from train.temperature import fold_temperature

    model = build_model(get_recipe(name))
    before = model.get_layer("probabilities").get_weights()[0]
    fold_temperature(model, 2.0)
    assert np.allclose(model.get_layer("probabilities").get_weights()[0], before / 2)


def test_with_few_mistakes_the_network_stays_as_it_is() -> None:
    from train.temperature import FEWEST_MISTAKES, fit_temperature

    values = np.tile(np.eye(10) * 3, (20, 1))
    labels = np.tile(np.arange(10), 20)
    assert fit_temperature(values, labels) == 1.0
    labels[: FEWEST_MISTAKES - 1] = 9 - labels[: FEWEST_MISTAKES - 1]
    assert fit_temperature(values, labels) == 1.0
    labels[:FEWEST_MISTAKES] = 9 - np.arange(FEWEST_MISTAKES)
    assert fit_temperature(values, labels) != 1.0


def test_what_cannot_be_fitted_is_refused() -> None:
    from train.backend import keras
    from train.temperature import fit_temperature, fold_temperature

    with pytest.raises(InputError, match="no validation images"):
        fit_temperature(np.zeros((0, 10)), np.zeros(0, np.int64))
    linear = keras.Sequential([keras.Input((4,)), keras.layers.Dense(10, name="probabilities")])
    with pytest.raises(InputError, match="softmax"):
        fold_temperature(linear, 2.0)

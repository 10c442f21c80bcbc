"""A training that goes on ends with the mean of its weights, and statistics that fit them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("keras")
pytest.importorskip("scipy", reason="SciPy is not installed on this machine")

from train.averaging import REACH, averaging, gather_statistics
from train.backend import keras
from train.data import Images, Split
from train.fit import fit
from train.recipes import get_recipe
from train.strokes import draw_digits
from train.towers import apart
from train.weights import SHIPPED_WEIGHTS


def test_statistics_are_the_mean_of_all_batches_and_the_weights_stay() -> None:
    rng = np.random.default_rng(0)
    norm = keras.layers.BatchNormalization(momentum=0.9)
    image = keras.Input((4, 4, 2))
    model = keras.Model(image, norm(image))
    norm.set_weights([np.full(2, v, np.float32) for v in (2.0, 3.0, 50.0, 60.0)])
    batches = [rng.normal(k, 1 + k, (16, 4, 4, 2)).astype(np.float32) for k in range(5)]
    gather_statistics(model, batches)
    scale, shift, mean, variance = norm.get_weights()
    assert np.array_equal(scale, np.full(2, 2.0))
    assert np.array_equal(shift, np.full(2, 3.0))
    assert mean == pytest.approx(np.mean([b.mean((0, 1, 2)) for b in batches], axis=0), abs=1e-4)
    assert variance == pytest.approx(np.mean([b.var((0, 1, 2)) for b in batches], axis=0), rel=1e-4)
    assert norm.momentum == 0.9


def test_the_average_reaches_back_over_a_short_training_too() -> None:
    for steps in (40, 5_000, 20_000):
        assert averaging(steps).ema_momentum == 1 - 1 / (REACH * steps)
    assert averaging(1).ema_momentum == 0.5


def test_a_training_that_goes_on_ends_with_the_average(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    learners: list[Any] = []

    def remembered(model: Any) -> Any:
        learners.append(apart(model))
        return learners[-1]

    monkeypatch.setattr("train.fit_both.apart", remembered)
    images, labels = draw_digits(1280, np.random.default_rng(3))
    split = Split(Images(images[:1024], labels[:1024]), Images(images[1024:], labels[1024:]), "it")
    trained = fit(get_recipe("edge"), split, tmp_path, epochs=2, seed=0, start=SHIPPED_WEIGHTS)
    averages = [one for one in learners[0].optimizer.variables if "average" in one.name]
    for weight, mean in zip(learners[0].trainable_weights, averages, strict=True):
        assert np.array_equal(keras.ops.convert_to_numpy(weight), keras.ops.convert_to_numpy(mean))
    last = keras.models.clone_model(trained.model)
    last.load_weights(tmp_path / "best.weights.h5")
    assert not np.array_equal(last.get_weights()[0], trained.model.get_weights()[0])

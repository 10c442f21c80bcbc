"""Two towers in one network: what each says alone, what they say together, who learns what."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

pytest.importorskip("keras")

from edge.arrays import Float32Array
from train.backend import keras
from train.networks import edge
from train.targets import Batch, make_targets
from train.towers import FEATURES, IMAGE, PAPER, PEN_SHARE, SHARES, TOWERS, apart

RNG = np.random.default_rng(5)
IMAGES = RNG.random((6, 28, 28, 1), dtype=np.float32)
OTHERS = RNG.random((6, 28, 28, 1), dtype=np.float32)


@pytest.fixture
def network() -> Any:
    """`edge` with answers that differ from image to image and from tower to tower."""
    keras.utils.set_random_seed(3)
    model = edge()
    for name in ("probabilities", "is_digit", SHARES):
        layer = model.get_layer(name)
        kernel, bias = layer.get_weights()
        layer.set_weights([RNG.normal(0, 8, kernel.shape), bias])
    return model


def show_always(model: Any, camera: float, pen: float) -> None:
    """Makes the gate give the same shares of every image."""
    kernel = model.get_layer(SHARES).get_weights()[0]
    shares = np.clip([camera, pen], 1e-9, 1 - 1e-9)
    model.get_layer(SHARES).set_weights([0 * kernel, np.log(shares / (1 - shares))])


def answers(model: Any, *shown: Float32Array) -> dict[str, Float32Array]:
    said = model(dict(zip((IMAGE, PAPER), shown, strict=True)) if len(shown) > 1 else shown[0])
    return {name: np.asarray(one) for name, one in said.items()}


@pytest.mark.parametrize(
    ("camera", "pen", "name"),
    [(1, 0, "camera"), (0, 1, "pen"), (1 - PEN_SHARE, PEN_SHARE, "probabilities")],
)
def test_the_network_says_what_the_towers_it_is_shown_say(
    network: Any, camera: float, pen: float, name: str
) -> None:
    show_always(network, camera, pen)
    alone = answers(apart(network), IMAGES, IMAGES)
    np.testing.assert_allclose(answers(network, IMAGES)["probabilities"], alone[name], atol=1e-5)
    assert np.abs(alone["camera"] - alone["pen"]).max() > 0.02, "two towers, two answers"


def test_together_they_say_the_weighted_mean_of_their_logits(network: Any) -> None:
    said = answers(apart(network), IMAGES, OTHERS)
    product = said["camera"] ** (1 - PEN_SHARE) * said["pen"] ** PEN_SHARE
    mean = product / product.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(said["probabilities"], mean, atol=1e-4)


def test_the_camera_sees_the_image_and_the_pen_the_paper(network: Any) -> None:
    learner = apart(network)
    before = answers(learner, IMAGES, IMAGES)
    for shown, changed in (((OTHERS, IMAGES), "camera"), ((IMAGES, OTHERS), "pen")):
        after = answers(learner, *shown)
        for name in TOWERS:
            assert np.array_equal(after[name], before[name]) == (name != changed)
        for name in ("is_digit", SHARES):
            assert np.array_equal(after[name], before[name]) == (changed == "pen")


def test_the_gate_changes_nothing_of_the_tower_that_it_reads(network: Any) -> None:
    learner = apart(network)
    tower = keras.Model(network.input, network.get_layer(FEATURES).input[0])
    before = tower.get_weights()
    for layer in network.layers:  # a moving average moves by itself
        layer.trainable = not isinstance(layer, keras.layers.BatchNormalization)
    losses = dict.fromkeys(("camera", "pen", "is_digit", SHARES), "mean_squared_error")
    learner.compile(
        optimizer=keras.optimizers.SGD(0.1),
        loss=losses,
        loss_weights={name: float(name == SHARES) for name in losses},
    )
    gate = network.get_layer(SHARES).get_weights()
    wanted = {name: np.zeros((6, 10), np.float32) for name in TOWERS}
    wanted |= {
        "is_digit": np.zeros((6, 1), np.float32),
        SHARES: np.tile(np.float32([1, 0]), (6, 1)),
    }
    learner.train_on_batch({IMAGE: IMAGES, PAPER: IMAGES}, wanted)
    assert not np.array_equal(gate[0], network.get_layer(SHARES).get_weights()[0])
    for one, other in zip(before, tower.get_weights(), strict=True):
        assert np.array_equal(one, other)


def batch() -> Batch:
    return Batch(
        classes=np.eye(10, dtype=np.float32)[[3, 4, 0]],
        is_digit=np.array([True, True, False]),
        tilted=np.array([False, True, False]),
        spoilt=np.array([False, True, True]),
        papers=np.eye(10, dtype=np.float32)[[3, 4, 7]],
    )


def test_who_learns_what() -> None:
    targets, weights = make_targets(batch())
    assert targets["camera"].argmax(axis=1).tolist() == [3, 4, 0]
    assert targets["pen"].argmax(axis=1).tolist() == [3, 4, 7]
    assert targets["is_digit"].ravel().tolist() == [1, 1, 0]
    whole = np.float32([1 - PEN_SHARE, PEN_SHARE])
    assert np.array_equal(targets[SHARES], [whole, [1, 0], [1, 0]])
    assert weights["camera"].tolist() == [1, 0, 0]
    assert weights["probabilities"].tolist() == [1, 1, 0]
    assert weights["pen"].tolist() == weights["is_digit"].tolist() == [1, 1, 1]
    assert weights[SHARES].tolist() == [1.5, 0.75, 0.75]  # spoilt and unspoilt weigh alike
    assert all(one.dtype == np.float32 for one in (*targets.values(), *weights.values()))


def test_what_a_teacher_says_is_told_to_both_towers() -> None:
    said = np.full((1, 10), 0.1, np.float32)
    targets, _ = make_targets(batch(), said)
    for name in TOWERS:
        assert np.array_equal(targets[name][0, 10:], said[0])
        assert not targets[name][1:, 10:].any()
    assert targets["probabilities"].shape == (3, 10)


@pytest.mark.parametrize("spoilt", [False, True])
def test_a_batch_of_one_sort_alone_has_weights_too(spoilt: bool) -> None:
    alone = dataclasses.replace(batch(), spoilt=np.full(3, spoilt))
    weights = make_targets(alone)[1][SHARES]
    assert np.all(np.isfinite(weights))
    assert np.ptp(weights) == 0
    assert weights[0] > 0

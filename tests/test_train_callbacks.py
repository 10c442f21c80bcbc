"""What stands beside a training survives a kill, and its clock tells the truth."""

from __future__ import annotations

import csv
import dataclasses
import importlib.util
import shutil
import time
import types
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from edge.errors import MachineError
from tests.support import KilledError, needs_tensorflow

pytestmark = needs_tensorflow


LOSSES = [0.5, 0.3, 0.4, 0.45, 0.2, 0.6, 0.61, 0.62, 0.63, 0.64]
"""The best of the first three is at epoch 1; with patience 3 the end is at epoch 7."""


def train_by(losses: list[float], folder: Path, *, done: int = 0, killed_in: int = 99) -> Any:
    """Ten epochs whose weights count the epochs and whose validation losses are given."""
    from train.backend import keras
    from train.callbacks import close_log, training_callbacks
    from train.recipes import get_recipe

    model = keras.Sequential(
        [keras.Input((1,)), keras.layers.Dense(1, use_bias=False, kernel_initializer="zeros")]
    )
    model.compile(optimizer=keras.optimizers.SGD(0.0), loss="mse")

    class Epochs(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            if epoch == killed_in:
                raise KilledError

        def on_epoch_end(self, epoch, logs=None):
            self.model.set_weights([np.array([[epoch + 1.0]])])
            logs["val_loss"] = losses[epoch]

    folder.mkdir(exist_ok=True)
    recipe = dataclasses.replace(get_recipe("conv2"), patience=3)
    callbacks = training_callbacks(recipe, model, folder, epochs=10, done=done)
    ones = np.ones((8, 1), np.float32)
    try:
        model.fit(ones, ones, epochs=10, verbose=0, callbacks=[Epochs(), *callbacks])
    finally:
        close_log(callbacks)
    return model


def epochs_in(folder: Path) -> list[int]:
    with (folder / "history.csv").open() as stream:
        return [int(row["epoch"]) for row in csv.DictReader(stream)]


@pytest.mark.parametrize("killed_in", [1, 3, 4, 6, 7])
def test_early_stopping_goes_on_where_it_was(killed_in: int, tmp_path: Path) -> None:
    whole = train_by(LOSSES, tmp_path / "whole")
    with pytest.raises(KilledError):
        train_by(LOSSES, tmp_path / "killed", killed_in=killed_in)
    resumed = train_by(LOSSES, tmp_path / "killed", done=killed_in)
    assert whole.get_weights()[0].item() == 5  # the weights of the best epoch
    assert resumed.get_weights()[0].item() == 5
    assert epochs_in(tmp_path / "whole") == epochs_in(tmp_path / "killed") == list(range(8))


def test_the_best_weights_are_kept_over_a_kill(tmp_path: Path) -> None:
    from train.output import BEST_NAME

    losses = [0.5, 0.1, *([0.3] * 8)]
    with pytest.raises(KilledError):
        train_by(losses, tmp_path, killed_in=3)
    model = train_by(losses, tmp_path, done=3)
    model.set_weights([np.zeros((1, 1))])
    model.load_weights(tmp_path / BEST_NAME)
    assert model.get_weights()[0].item() == 2


def test_a_half_written_best_is_no_obstacle(tmp_path: Path) -> None:
    from train.output import BEST_NAME

    with pytest.raises(KilledError):
        train_by(LOSSES, tmp_path, killed_in=4)
    (tmp_path / BEST_NAME).write_bytes(b"half")
    assert train_by(LOSSES, tmp_path, done=4).get_weights()[0].item() == 5


def test_a_backup_that_was_killed_while_it_was_written_is_not_the_only_one(tmp_path: Path) -> None:
    with pytest.raises(KilledError):
        train_by(LOSSES, tmp_path, killed_in=4)
    backup = tmp_path / "checkpoint"
    latest, known = backup / "latest.weights.h5", backup / "training_metadata.json"
    for path in (latest, known):  # so Keras begins the next one
        shutil.copy(path, f"{path}.bkp")
    latest.write_bytes(latest.read_bytes()[:100])
    assert train_by(LOSSES, tmp_path, done=4).get_weights()[0].item() == 5
    assert epochs_in(tmp_path) == list(range(8))


def test_rows_of_epochs_that_are_made_again_go(tmp_path: Path) -> None:
    from train.history import keep_epochs

    path = tmp_path / "history.csv"
    path.write_text("epoch,loss\n0,0.5\n1,0.4\n2,0.3\n")
    assert [row["loss"] for row in keep_epochs(path, 2)] == [0.5, 0.4]
    assert path.read_text() == "epoch,loss\n0,0.5\n1,0.4\n"
    assert keep_epochs(path, 0) == []
    assert not path.exists()
    assert keep_epochs(path, 3) == []


def test_the_clock_counts_what_a_step_waits_for(monkeypatch: pytest.MonkeyPatch) -> None:
    from train.output import SECONDS, WAITING
    from train.waiting import FeedClock

    now = 0.0
    monkeypatch.setattr("train.waiting.time.perf_counter", lambda: now)

    def pass_by(seconds):
        nonlocal now
        now += seconds

    def feed():
        for seconds in (3, 0, 0.5):
            pass_by(seconds)
            yield "batch"

    def step(iterator):
        assert list(iterator) == ["batch"]
        pass_by(1)
        return "logs"

    model = types.SimpleNamespace(train_function=step, steps_per_execution=1)
    clock = FeedClock()
    clock.set_model(model)
    clock.on_train_begin()
    clock.on_epoch_begin(0)
    batches = feed()
    for _ in range(3):
        assert model.train_function(batches) == "logs"
    with pytest.raises(StopIteration):
        model.train_function(batches)
    pass_by(2)  # the validation
    logs: dict[str, float] = {}
    clock.on_epoch_end(0, logs)
    clock.on_train_end()
    assert logs == {SECONDS: 8.5, WAITING: 3.5}
    assert model.train_function is step


def test_a_slow_feed_is_waited_for() -> None:
    from train.backend import keras
    from train.output import SECONDS, WAITING
    from train.waiting import FeedClock

    class Feed(keras.utils.PyDataset):
        def __len__(self):
            return 4

        def __getitem__(self, index):
            time.sleep(0.1)
            return np.ones((4, 8), np.float32), np.ones((4, 1), np.float32)

    model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(1)])
    model.compile(loss="mse")
    made = model.fit(Feed(), epochs=2, verbose=0, callbacks=[FeedClock()]).history
    # At least the first batch of an epoch is waited for to the full.
    assert 0.09 <= made[WAITING][1] <= made[SECONDS][1]


def test_the_clock_changes_nothing() -> None:
    from train.backend import keras
    from train.waiting import FeedClock

    def weights(callbacks):
        keras.utils.set_random_seed(4)
        model = keras.Sequential(
            [keras.Input((8,)), keras.layers.Dropout(0.3), keras.layers.Dense(3)]
        )
        model.compile(optimizer="adam", loss="mse")
        images = np.random.default_rng(0).normal(size=(50, 8))
        model.fit(images, images[:, :3], epochs=3, batch_size=16, verbose=0, callbacks=callbacks)
        return model.get_weights()

    for plain, timed in zip(weights([]), weights([FeedClock()]), strict=True):
        assert np.allclose(plain, timed, atol=1e-6)


def test_a_missing_tensorboard_is_told_before_the_training(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from train.callbacks import require_tensorboard

    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(MachineError, match="pip install tensorboard"):
        require_tensorboard()


def test_tensorboard_has_a_folder_for_the_recipe(tmp_path: Path) -> None:
    pytest.importorskip("tensorboard", reason="TensorBoard is not installed")
    from train.callbacks import training_callbacks
    from train.recipes import get_recipe

    callbacks = training_callbacks(
        get_recipe("conv2"), None, tmp_path, epochs=1, done=0, tensorboard=tmp_path / "logs"
    )
    assert [str(one.log_dir) for one in callbacks if hasattr(one, "log_dir")] == [
        str(tmp_path / "logs" / "conv2")
    ]

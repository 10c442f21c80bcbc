"""What stands beside a training: its log, its best weights, its end, its backup.

All of it goes on after a kill as if nothing had happened: what the callbacks knew is read
back from history.csv, whose rows are cut to the epochs that the backup knows.
"""

from __future__ import annotations

import importlib.util
import warnings
from pathlib import Path
from typing import Any

from edge.errors import MachineError
from train.backend import keras
from train.dropout import DropoutByEpoch
from train.history import keep_epochs, read_history
from train.output import BEST_NAME, CHECKPOINT_NAME, HISTORY_NAME
from train.progress import EpochLines
from train.recipes import Recipe
from train.waiting import FeedClock

_MONITOR = "val_loss"


def training_callbacks(
    recipe: Recipe,
    network: Any,
    output: Path,
    *,
    epochs: int,
    done: int,
    tensorboard: Path | None = None,
) -> list[Any]:
    """The callbacks of one training, in the order in which Keras calls them.

    The backup is last: whatever else was written of an epoch that it does not know is
    written again when that epoch is.

    Args:
        recipe: says whether the training stops early.
        network: the keras.Model whose best weights are kept: what is trained may hold its
            layers in another order.
        output: folder for history.csv, the best weights and, until it ends, the backup.
        epochs: passes at most.
        done: passes that the backup knows as finished; 0 starts anew.
        tensorboard: folder for TensorBoard's logs, or None.

    Raises:
        MachineError: TensorBoard is asked for and not installed.
    """
    rows = keep_epochs(output / HISTORY_NAME, done)
    losses = [row[_MONITOR] for row in rows]
    best = output / BEST_NAME
    if not losses:
        best.unlink(missing_ok=True)
    callbacks = [
        FeedClock(),
        DropoutByEpoch(),
        keras.callbacks.CSVLogger(output / HISTORY_NAME, append=bool(rows)),
        _BestWeights(
            network,
            best,
            monitor=_MONITOR,
            mode="min",
            save_best_only=True,
            save_weights_only=True,
            initial_value_threshold=min(losses, default=None),
        ),
        EpochLines(epochs),
    ]
    if recipe.patience is not None:
        callbacks.append(_EarlyStopping(recipe.patience, losses, best))
    if tensorboard is not None:
        callbacks.append(_tensorboard(tensorboard / recipe.name))
    # Two backups: one may be killed while it is written.
    # It stays when the epochs are through: what follows them can be interrupted, too.
    backup = keras.callbacks.BackupAndRestore(
        output / CHECKPOINT_NAME, double_checkpoint=True, delete_checkpoint=False
    )
    return [*callbacks, backup]


def has_stopped_early(recipe: Recipe, output: Path, done: int) -> bool:
    """Whether a training had stopped early by itself when it was interrupted.

    Args:
        recipe: says after how many epochs without a better validation loss it stops.
        output: folder of its history.csv.
        done: passes that its backup knows as finished.
    """
    losses = [row[_MONITOR] for row in read_history(output / HISTORY_NAME)][:done]
    if recipe.patience is None or not losses:
        return False
    return len(losses) - 1 - losses.index(min(losses)) >= recipe.patience


def close_log(callbacks: list[Any]) -> None:
    """Closes history.csv, which Keras leaves open when a training is interrupted."""
    for one in callbacks:
        if isinstance(one, keras.callbacks.CSVLogger) and one.csv_file is not None:
            one.csv_file.close()


class _BestWeights(keras.callbacks.ModelCheckpoint):  # type: ignore[misc]  # no types
    """Keras' own, for a network that is trained as part of another."""

    def __init__(self, network: Any, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._network = network

    @property
    def model(self) -> Any:
        """The network; what is trained is asked for first, and so hands its weights on."""
        _ = super().model
        return self._network


class _EarlyStopping(keras.callbacks.EarlyStopping):  # type: ignore[misc]  # no types
    """Keras' own, which forgets when it is interrupted, told what came before.

    Args:
        patience: epochs without a better validation loss before training stops.
        losses: validation losses of the epochs that were finished before.
        best: file of the weights with the best of them.
    """

    def __init__(self, patience: int, losses: list[float], best: Path) -> None:
        super().__init__(monitor=_MONITOR, mode="min", patience=patience, restore_best_weights=True)
        self._losses = losses
        self._file = best

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        """Takes up the count where it was, and the best weights."""
        super().on_train_begin(logs)
        if not self._losses:
            return
        self.best = min(self._losses)
        self.best_epoch = self._losses.index(self.best)
        self.wait = len(self._losses) - 1 - self.best_epoch
        now = self.model.get_weights()
        try:
            with warnings.catch_warnings():  # an optimizer that has made no step has no weights
                warnings.simplefilter("ignore")
                self.model.load_weights(self._file)
            self.best_weights = self.model.get_weights()
        except (OSError, ValueError):
            # Killed while it was written: its epoch is made again, and is the best again.
            self.best_weights = None
        self.model.set_weights(now)


def require_tensorboard() -> None:
    """Refuses before a training what would fail in it.

    Raises:
        MachineError: TensorBoard is not installed; TensorFlow brings it no longer.
    """
    if importlib.util.find_spec("tensorboard") is None:
        raise MachineError(
            "--tensorboard needs the package tensorboard, which is not installed; "
            "install: pip install tensorboard"
        )


def _tensorboard(folder: Path) -> Any:
    require_tensorboard()
    return keras.callbacks.TensorBoard(folder)

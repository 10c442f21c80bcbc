"""How long a training stands still because the next images are not ready."""

from __future__ import annotations

import time
from typing import Any

from train.backend import keras
from train.output import SECONDS, WAITING


class FeedClock(keras.callbacks.Callback):  # type: ignore[misc]  # Keras ships no types
    """Adds to each epoch's logs its wall time and the time that its steps waited.

    Keras fetches a batch and trains on it in one call, so that no callback stands between
    the two. Here the batch is fetched first, with the clock running, and then handed to
    Keras' own step. What is counted is what that step is idle for: the time from wanting
    a batch to having it. A feed that keeps ahead counts as next to nothing, however much
    it works; one that is slower than the step counts with the difference; that it takes a
    core away from the step is not counted. On a GPU, whose steps are only handed over, the
    time in which it still works on the last step is counted too.

    It must stand before the callbacks that read the logs (CSVLogger, TensorBoard).
    """

    def __init__(self) -> None:
        super().__init__()
        self._step: Any = None
        self._begun = 0.0
        self._waited = 0.0

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        """Puts the clock before Keras' training step."""
        if self.model.steps_per_execution == 1:  # else one call fetches several batches
            self._step = self.model.train_function
            self.model.train_function = self._timed

    def on_train_end(self, logs: dict[str, float] | None = None) -> None:
        """Takes it away again."""
        if self._step is not None:
            self.model.train_function = self._step

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Starts the epoch's clock."""
        self._begun = time.perf_counter()
        self._waited = 0.0

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Notes what the epoch took, validation included."""
        if logs is not None and self._step is not None:
            logs[SECONDS] = round(time.perf_counter() - self._begun, 4)
            logs[WAITING] = round(self._waited, 4)

    def _timed(self, iterator: Any) -> Any:
        begun = time.perf_counter()
        batch = next(iterator)
        self._waited += time.perf_counter() - begun
        return self._step([batch])

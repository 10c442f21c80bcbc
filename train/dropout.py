"""What is dropped in an epoch, whether or not the training was interrupted before it.

Keras counts the steps of each Dropout layer, and draws what it drops from that count. The
count is no weight: it is in no backup, and a training that goes on would begin it anew.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from train.backend import keras


class DropoutByEpoch(keras.callbacks.Callback):  # type: ignore[misc]  # Keras ships no types
    """Sets the count of each Dropout layer as each epoch begins, to what it is uninterrupted."""

    def __init__(self) -> None:
        super().__init__()
        self._counts: list[tuple[Any, Any]] = []

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        """Notes where the counts begin."""
        self._counts = [
            (layer.seed_generator.state, keras.ops.convert_to_numpy(layer.seed_generator.state))
            for layer in self.model.layers
            if isinstance(layer, keras.layers.Dropout)
        ]

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Counts the steps of the epochs before."""
        for state, first in self._counts:
            state.assign(np.add(first, (0, epoch * self.params["steps"])))

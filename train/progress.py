"""What a person sees while a network trains: a bar on a terminal, a line an epoch in a log."""

from __future__ import annotations

import sys
import time
from typing import Any

from tqdm import tqdm

from edge.command import on_terminal
from train.backend import keras
from train.output import SECONDS, WAITING


class EpochLines(keras.callbacks.Callback):  # type: ignore[misc]  # Keras ships no types
    """A bar over the batches of an epoch, then one line of what it reached, on stderr."""

    def __init__(self, epochs: int) -> None:
        super().__init__()
        self._epochs = epochs
        self._bar: Any = None
        self._begun = 0.0

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Opens the epoch's bar."""
        self._begun = time.perf_counter()
        self._bar = tqdm(
            total=self.params.get("steps"),
            desc=f"epoch {epoch + 1}/{self._epochs}",
            unit="batch",
            leave=False,
            disable=not on_terminal(),
        )

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """Moves the bar."""
        self._bar.update(1)

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Closes the bar and says what the epoch reached."""
        self._bar.close()
        seconds = time.perf_counter() - self._begun
        shown = "  ".join(
            f"{name} {value:.4f}"
            for name, value in (logs or {}).items()
            if "loss" not in name and name not in {SECONDS, WAITING}
        )
        print(
            f"epoch {epoch + 1}/{self._epochs}  {seconds:.0f} s  {shown}",
            file=sys.stderr,
            flush=True,
        )

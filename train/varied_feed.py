"""Batches for training on images varied as tutorials do it.

A batch depends on the seed, the epoch and its number alone, as in `train.feed`.
"""

from __future__ import annotations

import math
from typing import Any

from train.backend import keras
from train.data import Images
from train.encode import to_input
from train.seeds import batch_stream, epoch_order
from train.vary import Variation, vary


class VariedBatches(keras.utils.PyDataset):  # type: ignore[misc]  # Keras ships no types
    """The training images in another order each epoch, varied anew each time.

    One item is (images, targets): images (b, 28, 28, 1) float32 in [0, 1], targets as they
    were given. An item depends on the seed, the epoch and its number alone.
    """

    def __init__(self, train: Images, targets: Any, how: Variation, batch: int, seed: int) -> None:
        super().__init__(workers=1, use_multiprocessing=False, max_queue_size=16)
        self._train = train
        self._targets = targets
        self._how = how
        self._batch = batch
        self._seed = seed
        self.start_at(0)

    def __len__(self) -> int:
        return math.ceil(len(self._train) / self._batch)

    def __getitem__(self, index: int) -> tuple[Any, Any]:
        rng = batch_stream(self._seed, self._epoch, index)
        rows = self._order[index * self._batch : (index + 1) * self._batch]
        return to_input(vary(self._train.images[rows], rng, self._how)), self._targets[rows]

    def start_at(self, epoch: int) -> None:
        """Goes to the images of `epoch`, counted from 0; called as each epoch begins."""
        self._epoch = epoch
        self._order = epoch_order(len(self._train), self._seed, epoch)

"""Batches for training on images that are varied and no more: as tutorials do it, or by hands.

A batch depends on the seed, the epoch and its number alone, as in `train.feed`.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from edge.arrays import UInt8Array
from train.augment import Augmentation, bend
from train.backend import keras
from train.data import Images
from train.encode import to_input
from train.seeds import batch_stream, epoch_order
from train.vary import Variation, vary


class VariedBatches(keras.utils.PyDataset):  # type: ignore[misc]  # Keras ships no types
    """The training images in another order each epoch, varied anew each time.

    One item is (images, targets): images (b, 28, 28, 1) float32 in [0, 1], targets as they
    were given. An item depends on the seed, the epoch and its number alone. By an
    `Augmentation` their ink is moved as another hand would have, by its change towards the
    end of `epochs`; nothing is photographed or scanned.
    """

    def __init__(
        self,
        train: Images,
        targets: Any,
        how: Variation | Augmentation,
        batch: int,
        seed: int,
        *,
        epochs: int = 1,
    ) -> None:
        super().__init__(workers=1, use_multiprocessing=False, max_queue_size=16)
        self._train = train
        self._targets = targets
        self._how = how
        self._batch = batch
        self._seed = seed
        self._epochs = epochs
        self.start_at(0)

    def __len__(self) -> int:
        return math.ceil(len(self._train) / self._batch)

    def __getitem__(self, index: int) -> tuple[Any, Any]:
        rng = batch_stream(self._seed, self._epoch, index)
        rows = self._order[index * self._batch : (index + 1) * self._batch]
        return to_input(self._varied(self._train.images[rows], rng)), self._targets[rows]

    def _varied(self, images: UInt8Array, rng: np.random.Generator) -> UInt8Array:
        if isinstance(self._how, Augmentation):
            return bend(images, rng, self._how.at(self._epoch / self._epochs))
        return vary(images, rng, self._how)

    def start_at(self, epoch: int) -> None:
        """Goes to the images of `epoch`, counted from 0; called as each epoch begins."""
        self._epoch = epoch
        self._order = epoch_order(len(self._train), self._seed, epoch)

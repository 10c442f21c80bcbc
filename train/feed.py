"""Batches for training: digits, drawn digits and non-digits, varied anew each time.

A batch depends on the seed, the epoch and its number alone, not on what was drawn before
it: a training that was interrupted goes on with the images it would have seen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from edge.arrays import Float32Array, UInt8Array
from train.afar import some_from_afar
from train.augment import Augmentation, bend
from train.backend import keras
from train.data import Images
from train.encode import one_hot, to_input
from train.nondigits import draw_nondigits
from train.photograph import photograph_some
from train.scan import scan_some
from train.seeds import batch_stream, epoch_order
from train.strokes import draw_digits
from train.targets import Batch, make_targets
from train.tilt import tilt_some
from train.towers import IMAGE, PAPER

DRAWN_PER_DIGIT = 0.25
"""Drawn digits in a batch for each real one: the European forms that MNIST lacks."""

NONDIGITS_PER_DIGIT = 0.5
"""Non-digits in a batch for each real digit."""

Teacher = Callable[[UInt8Array], Float32Array]
"""From (n, 28, 28) uint8 images to probabilities (n, 10): a trained network to learn from."""

_LARGEST_POOL = 96_000  # drawn once a training, each image shown many times, never twice alike
_POOL_PER_EPOCH = 4_000  # a short training has no use for more
_FROM_AFAR = 0.35  # of what is drawn; as many non-digits as digits, or it would be a sign of one


@dataclass(frozen=True, slots=True)
class Pools:
    """Images made once a training: (m, 28, 28) uint8 each, and the drawn digits' labels."""

    drawn: Images
    nondigits: UInt8Array


def pool_size(epochs: int) -> int:
    """How many drawn digits, and as many non-digits, a training of `epochs` mixes in."""
    return min(_LARGEST_POOL, _POOL_PER_EPOCH * epochs)


def draw_pools(train: Images, seed: int, *, size: int) -> Pools:
    """Draws `size` digits and `size` non-digits to mix in."""
    rng = np.random.default_rng([seed, 0xB001])
    digits, labels = draw_digits(size, rng)
    others = draw_nondigits(size, rng, train.images)
    return Pools(
        Images(some_from_afar(digits, rng, _FROM_AFAR), labels),
        some_from_afar(others, rng, _FROM_AFAR),
    )


class AugmentedBatches(keras.utils.PyDataset):  # type: ignore[misc]  # Keras ships no types
    """Endless variations of the training images, for the two towers of `train.towers`.

    One item is (shown, targets, weights): `IMAGE` and `PAPER`, (b, 28, 28, 1) float32 in
    [0, 1] each; targets and weights as `train.targets` makes them. A paper is what the image
    was before a camera saw it, and not held askew. Beside an image of no digit it is another
    real digit: the pen's tower has no use for what is none. A teacher is asked of real digits
    as the pen left them. Drawn digits have their labels alone: they are there for the forms
    that a teacher may not know.
    """

    def __init__(
        self,
        train: Images,
        pools: Pools,
        how: Augmentation,
        batch: int,
        seed: int,
        *,
        epochs: int,
        teacher: Teacher | None = None,
    ) -> None:
        super().__init__(workers=1, use_multiprocessing=False, max_queue_size=16)
        self._train = train
        self._pools = pools
        self._how = how
        self._batch = batch
        self._seed = seed
        self._epochs = epochs
        self._teacher = teacher
        self.start_at(0)

    def __len__(self) -> int:
        return len(self._train) // self._batch

    def __getitem__(self, index: int) -> tuple[Any, Any, Any]:
        rng = batch_stream(self._seed, self._epoch, index)
        rows = self._order[index * self._batch : (index + 1) * self._batch]
        drawn = rng.integers(len(self._pools.drawn), size=round(len(rows) * DRAWN_PER_DIGIT))
        foreign = rng.integers(
            len(self._pools.nondigits), size=round(len(rows) * NONDIGITS_PER_DIGIT)
        )
        again = rng.integers(len(self._train), size=len(foreign))
        digits, count = len(rows) + len(drawn), len(rows) + len(drawn) + len(foreign)
        images = np.concatenate(
            [
                self._train.images[rows],
                self._pools.drawn.images[drawn],
                self._pools.nondigits[foreign],
                self._train.images[again],
            ]
        )
        labels = np.concatenate([self._train.labels[rows], self._pools.drawn.labels[drawn]])
        how = self._how.at(self._epoch / self._epochs)
        bent = bend(images, rng, how)
        scanned = scan_some(bent, rng, how.scan_share)
        tilted = tilt_some(scanned[:count], rng, how.tilted_share)
        seen = photograph_some(tilted, rng, how.camera_share)
        papers = np.concatenate([scanned[:digits], scanned[count:]])
        batch = Batch(
            classes=one_hot(np.concatenate([labels, np.zeros(len(foreign), np.int64)])),
            is_digit=np.arange(count) < digits,
            tilted=(tilted != scanned[:count]).any(axis=(1, 2)),
            spoilt=(seen != tilted).any(axis=(1, 2)),
            papers=one_hot(np.concatenate([labels, self._train.labels[again]])),
        )
        answers = None if self._teacher is None else self._teacher(bent[: len(rows)])
        shown = {IMAGE: to_input(seen), PAPER: to_input(papers)}
        return shown, *make_targets(batch, answers)

    def start_at(self, epoch: int) -> None:
        """Goes to the images of `epoch`, counted from 0; called as each epoch begins."""
        self._epoch = epoch
        self._order = epoch_order(len(self._train), self._seed, epoch)

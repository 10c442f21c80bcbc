"""What `--seed` takes, and the streams of random numbers that start from it."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from edge.arrays import Int64Array
from edge.errors import InputError

LARGEST_SEED = 2**32 - 1
"""Keras takes no larger one; NumPy would."""

_ORDER = 0x0DE2  # not the number of any batch
_SHOWN = 40  # characters of what is none


def read_seed(text: str) -> int:
    """The number that `--seed` was given: the `type` of that option.

    Raises:
        InputError: it is no whole number from 0 to `LARGEST_SEED`, written in plain digits.
    """
    plain = text.isascii() and text.isdecimal() and len(text) <= len(str(LARGEST_SEED))
    if not plain or int(text) > LARGEST_SEED:
        shown = text if len(text) <= _SHOWN and text.isprintable() else repr(text[:_SHOWN])
        raise InputError(
            f"--seed must be a whole number from 0 to {LARGEST_SEED}, not {shown or 'nothing'}"
        )
    return int(text)


def seed_of_going_on(seed: int, weights: Sequence[Any]) -> int:
    """What a training that goes on from trained weights draws its images by.

    By the seed alone it would show the variations that the weights have learnt already, and
    one that goes on from that training the same once more.

    Args:
        seed: of the training.
        weights: float32 arrays, those it goes on from.
    """
    told = 0
    for array in weights:
        told = zlib.crc32(np.ascontiguousarray(array, np.float32).tobytes(), told)
    return (seed + told) % (LARGEST_SEED + 1)


def epoch_order(count: int, seed: int, epoch: int) -> Int64Array:
    """(count,) the order in which an epoch shows its images, the same whenever it is asked for."""
    # Not [seed, epoch]: trailing zeros do not count, and [seed, epoch, 0] is the first batch's.
    rng = np.random.default_rng([seed, epoch, _ORDER])
    return rng.permutation(count).astype(np.int64)


def batch_stream(seed: int, epoch: int, number: int) -> np.random.Generator:
    """All that is random in one batch of one epoch, whatever was drawn before it."""
    return np.random.default_rng([seed, epoch, number])

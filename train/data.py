"""Where the images come from: MNIST by four ways, drawn digits, or what a user brings.

Validation is a part of the training set, never of the test set, and by writers where
they are known: nobody's handwriting is on both sides.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

import numpy as np

from edge.command import command
from edge.errors import InputError
from train.images import Dataset, Images, Split
from train.mnist import HOW_TO_GET, MNIST_ORIGIN, MNIST_SHA256, find_mnist, is_mnist, load_mnist
from train.own_data import load_own

__all__ = [
    "MNIST_ORIGIN",
    "MNIST_SHA256",
    "SPLITS",
    "DataSource",
    "Dataset",
    "Images",
    "Split",
    "load_dataset",
    "not_split",
    "split_by_writer",
    "split_last",
]

DRAWN_TRAIN, DRAWN_TEST = 20_000, 4_000

SPLITS = ("disjoint", "published", "whole")
"""How training images are parted: `split_by_writer`, `split_last`, `not_split`."""


class DataSource(StrEnum):
    """What `--data` takes beside the path of a file or folder."""

    MNIST = "mnist"
    """MNIST, from MNIST_NPZ, Keras' cache or a download; an error where there is none."""
    DRAWN = "drawn"
    """Digits drawn by train/strokes.py: nothing to download."""
    MNIST_OR_DRAWN = "mnist-or-drawn"
    """MNIST where it can be had, else drawn digits, and a line that says so."""


def load_dataset(source: str, *, writers: Path | None = None, seed: int = 0) -> Dataset:
    """Finds the images.

    Args:
        source: a `DataSource` value, the path of MNIST's mnist.npz, or images of one's own:
            a folder with one subfolder a label, or an .npz (`train.own_data`).
        writers: an .npz with `train` (n,), who wrote each training image, or None.
        seed: seeds the drawing where digits are drawn.

    Raises:
        InputError: there is no such file, what it holds cannot be trained on, or MNIST
            cannot be had; the text names the ways to get it.
    """
    if source == DataSource.DRAWN:
        return _drawn(seed)
    if source == DataSource.MNIST_OR_DRAWN:
        found = _mnist_or_none(writers)
        return _drawn(seed) if found is None else found
    if source == DataSource.MNIST:
        return load_mnist(find_mnist(), writers)
    path = Path(source)
    if not path.exists():
        raise InputError(
            f"no MNIST at {path}, nor images of your own: there is no such file or folder\n"
            f"{HOW_TO_GET}"
        )
    return load_mnist(path, writers) if is_mnist(path) else load_own(path, writers)


def split_by_writer(dataset: Dataset, *, share: float = 1 / 12, seed: int = 0) -> Split:
    """Parts the training images: whole writers where known, else a seeded draw of images.

    Args:
        dataset: what to part; only its training images are touched.
        share: aimed-at share of the images that validate, in (0, 1).
        seed: seeds the draw.
    """
    rng = np.random.default_rng([seed, 0x5917])
    count = len(dataset.train)
    if dataset.train_writers is None:
        validates = np.zeros(count, bool)
        validates[rng.permutation(count)[: round(count * share)]] = True
        how = f"seeded draw of images, seed {seed}"
    else:
        writers = rng.permutation(np.unique(dataset.train_writers))
        sizes = np.array([np.count_nonzero(dataset.train_writers == w) for w in writers])
        chosen = writers[: int(np.searchsorted(np.cumsum(sizes), count * share)) + 1]
        validates = np.isin(dataset.train_writers, chosen)
        how = f"{len(chosen)} writers of {len(writers)}, seed {seed}"
    return Split(dataset.train.take(~validates), dataset.train.take(validates), how)


def not_split(split: Split) -> Split:
    """All training images learnt from, those of a split's validation as well.

    It is for the last step of a training, when nothing is left to choose: what validation
    says afterwards is of images that were learnt from, and its words say so.
    """
    images = np.concatenate([split.train.images, split.validation.images])
    labels = np.concatenate([split.train.labels, split.validation.labels])
    return Split(Images(images, labels), split.validation, f"learnt from too: {split.how}", False)


def split_last(dataset: Dataset, share: float) -> Split:
    """The split of Keras' `validation_split`: the last `share` of the images validates."""
    first = len(dataset.train) - round(len(dataset.train) * share)
    rows = np.arange(len(dataset.train))
    return Split(
        dataset.train.take(rows < first), dataset.train.take(rows >= first), f"last {share:g}"
    )


def _mnist_or_none(writers: Path | None) -> Dataset | None:
    """MNIST; or None, and a line that says why, and what comes in its place."""
    try:
        return load_mnist(find_mnist(), writers)
    except InputError as error:
        reason = str(error).partition("\n")[0]
        print(
            f"{reason}: going on with digits that this project draws itself, and every file "
            "says so",
            file=sys.stderr,
        )
        return None


def _drawn(seed: int) -> Dataset:
    from train.strokes import draw_digits

    rng = np.random.default_rng([seed, 0xD1617])
    train = Images(*draw_digits(DRAWN_TRAIN, rng))
    test = Images(*draw_digits(DRAWN_TEST, rng))
    return Dataset("drawn", train, test, train.sha256)


@command
def main(argv: Sequence[str] | None = None) -> int:
    """Prints what `--data mnist-or-drawn` comes to here: looked for once for several commands."""
    argparse.ArgumentParser(prog="python -m train.data", description=main.__doc__).parse_args(argv)
    found = _mnist_or_none(None)
    print(DataSource.DRAWN if found is None else DataSource.MNIST)
    return 0


if __name__ == "__main__":
    sys.exit(main())

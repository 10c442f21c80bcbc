"""Images of one's own: a folder with one subfolder a label, or an .npz.

Whatever cannot be trained on is told before a training begins. Where there is no test part,
one is split off first, by a draw that does not depend on the training's seed: whoever trains
on these images, with whatever seed, is tested on the same ones and has never seen them.
"""

from __future__ import annotations

import dataclasses
import hashlib
import sys
from pathlib import Path

import numpy as np

from edge.arrays import BoolArray, Int32Array, Int64Array, UInt8Array
from edge.errors import InputError
from train.images import Dataset, Images
from train.one_digit import FOUND, UNTOUCHED, is_contract, to_contract
from train.own_folder import is_parted, read_folder
from train.own_npz import read_npz
from train.writers import load_writers

LEAST = 20
"""Fewest training images of a digit: what is left after the test and the validation part
still fills a batch of every recipe."""

TEST_SHARE = 1 / 6
"""Share of each digit's images that is split off to test: 10,000 of 60,000."""

_SPLIT_SEED = 0x7E57


def load_own(path: Path, writers: Path | None = None) -> Dataset:
    """The data set in a folder or an .npz.

    Args:
        path: a folder with the subfolders 0 to 9, or with `train` and `test` that hold such
            subfolders; or an .npz as `train.own_npz` describes.
        writers: as in `train.data.load_dataset`; for data with a test part of its own only.

    Raises:
        InputError: what is there cannot be trained on; the text says why and names the file,
            the array or the digit.
    """
    if path.is_dir():
        train, test, preparation = _from_folder(path)
        name = f"{path.resolve().name}/"
    else:
        train, test, preparation = _from_npz(path)
        name = path.name
    _check_counts(train, path, LEAST)
    sha256 = _hash(train, test)
    who = None
    if test is not None:
        how = "its own"
        who = None if writers is None else load_writers(writers, len(train))
    elif writers is not None:
        raise InputError(
            f"{path} has no test part of its own, so --writers cannot say whose its training "
            "images are; part the images first (x_train, y_train, x_test, y_test)"
        )
    else:
        train, test = _split_test(train)
        how = f"split off: a sixth of each digit's images, seed {_SPLIT_SEED}"
    facts = {"test_part": how, "preparation": preparation}
    dataset = _shuffled(Dataset(name, train, test, sha256, who, facts))
    print(
        f"{path}: your own images, not MNIST; {preparation}; {len(train):,} to train and "
        f"validate on, {len(test):,} to test ({how})",
        file=sys.stderr,
    )
    _warn_of_twins(dataset)
    return dataset


def _from_folder(path: Path) -> tuple[Images, Images | None, str]:
    if not is_parted(path):
        images, labels, preparation = read_folder(path)
        return Images(images, labels), None, preparation
    parts = [read_folder(path / name) for name in ("train", "test")]
    train, test = (Images(images, labels) for images, labels, _ in parts)
    said = [preparation for _, _, preparation in parts]
    return train, test, said[0] if said[0] == said[1] else f"train {said[0]}; test {said[1]}"


def _from_npz(path: Path) -> tuple[Images, Images | None, str]:
    (pixels, labels), test = read_npz(path)
    if is_contract(pixels):
        return Images(pixels, labels), None if test is None else Images(*test), UNTOUCHED
    train = Images(_contract(pixels, f"{path}: training"), labels)
    if test is None:
        return train, None, FOUND
    return train, Images(_contract(test[0], f"{path}: test"), test[1]), FOUND


def _contract(pixels: UInt8Array, what: str) -> UInt8Array:
    images = np.stack([to_contract(one) for one in pixels])
    empty = np.flatnonzero(~images.any(axis=(1, 2)))
    if len(empty):
        raise InputError(
            f"{what} image {int(empty[0])} shows nothing that differs from its edge "
            f"({len(empty)} in all); leave it out"
        )
    return images


def _check_counts(train: Images, path: Path, least: int) -> None:
    counts = np.bincount(train.labels, minlength=10)
    missing = np.flatnonzero(counts == 0)
    if len(missing):
        named = ", ".join(map(str, missing))
        raise InputError(f"{path} has no training image of {named}; all ten digits are needed")
    few = np.flatnonzero(counts < least)
    if len(few):
        named = ", ".join(f"{counts[digit]} of {digit}" for digit in few)
        raise InputError(
            f"{path} has too few training images: {named}; at least {least} of each digit"
        )


def _hash(train: Images, test: Images | None) -> str:
    if test is None:
        return train.sha256
    return hashlib.sha256(f"{train.sha256} {test.sha256}".encode()).hexdigest()


def _split_test(whole: Images) -> tuple[Images, Images]:
    rng = np.random.default_rng(_SPLIT_SEED)
    tests: BoolArray = np.zeros(len(whole), bool)
    for digit in range(10):
        rows = rng.permutation(np.flatnonzero(whole.labels == digit))
        tests[rows[: round(len(rows) * TEST_SHARE)]] = True
    return whole.take(~tests), whole.take(tests)


def _shuffled(dataset: Dataset) -> Dataset:
    """In an order that no file chose.

    A split that takes the last images, as some recipes were published with, would else take
    the last digits of a folder.
    """
    order: Int64Array = np.random.default_rng(_SPLIT_SEED).permutation(len(dataset.train))
    who: Int32Array | None = dataset.train_writers
    return dataclasses.replace(
        dataset,
        train=dataset.train.take(order),
        train_writers=None if who is None else who[order],
    )


def _warn_of_twins(dataset: Dataset) -> None:
    seen = {image.tobytes() for image in dataset.train.images}
    twins = sum(image.tobytes() in seen for image in dataset.test.images)
    if twins:
        print(
            f"warning: {twins} of the {len(dataset.test):,} test images are among the training "
            "images, pixel by pixel: the test accuracy will flatter",
            file=sys.stderr,
        )

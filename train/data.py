"""Where the images come from: MNIST by four ways, or digits that this project draws.

Validation is a part of the training set, never of the test set, and by writers where
they are known: nobody's handwriting is on both sides.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import socket
import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np

from edge.arrays import AnyArray, BoolArray, Int32Array, Int64Array, UInt8Array
from edge.errors import InputError
from edge.files import sha256_of

MNIST_SHA256 = "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"
"""Hash of the file that Keras downloads as mnist.npz."""

MNIST_ORIGIN = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz"

DRAWN_TRAIN, DRAWN_TEST = 20_000, 4_000

_HOW_TO_GET = """three ways to get MNIST:
  1. python -m train --data PATH/mnist.npz           (the file that Keras downloads)
  2. export MNIST_NPZ=PATH/mnist.npz
  3. with the internet: run the command again; Keras puts it into ~/.keras/datasets
or train on digits that this project draws: python -m train --data drawn"""


class DataSource(StrEnum):
    """What `--data` takes beside the path of an mnist.npz."""

    MNIST = "mnist"
    """MNIST, from MNIST_NPZ, Keras' cache or a download; an error where there is none."""
    DRAWN = "drawn"
    """Digits drawn by train/strokes.py: nothing to download."""
    MNIST_OR_DRAWN = "mnist-or-drawn"
    """MNIST where it can be had, else drawn digits, and a line that says so."""


@dataclass(frozen=True, slots=True)
class Images:
    """Images of digits and what they show.

    Attributes:
        images: (n, 28, 28) uint8, ink bright on 0.
        labels: (n,) int64, 0 to 9.
    """

    images: UInt8Array
    labels: Int64Array

    def __post_init__(self) -> None:
        if self.images.ndim != 3 or self.images.dtype != np.uint8:
            raise InputError(
                f"images must be (n, 28, 28) uint8, not {self.images.shape} {self.images.dtype}"
            )
        if self.labels.shape != self.images.shape[:1]:
            raise InputError(f"{len(self.images)} images but labels of shape {self.labels.shape}")
        if len(self.labels) and not 0 <= self.labels.min() <= self.labels.max() <= 9:
            raise InputError("labels must be 0 to 9")

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, rows: Int64Array | BoolArray) -> Images:
        """The images at `rows` (indices or a mask)."""
        return Images(self.images[rows], self.labels[rows])

    @property
    def sha256(self) -> str:
        """Hash over the pixels and the labels, in their order."""
        digest = hashlib.sha256(np.ascontiguousarray(self.images).tobytes())
        digest.update(self.labels.astype(np.int64).tobytes())
        return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Dataset:
    """Training and test images and the facts of their origin.

    Attributes:
        name: "mnist" or "drawn"; every artifact made from the images records it.
        train: images to learn, validate and calibrate on.
        test: images that are looked at once, at the end.
        sha256: hash of the source (the file, or the drawn pixels).
        train_writers: (n,) who wrote each training image, or None where unknown.
    """

    name: str
    train: Images
    test: Images
    sha256: str
    train_writers: Int32Array | None = None


@dataclass(frozen=True, slots=True)
class Split:
    """Training images in two disjoint parts; `how` says by what they were parted."""

    train: Images
    validation: Images
    how: str


def load_dataset(source: str, *, writers: Path | None = None, seed: int = 0) -> Dataset:
    """Finds the images.

    Args:
        source: a `DataSource` value, or the path of an mnist.npz.
        writers: an .npz with `train` (60000,), who wrote each MNIST training image, or None.
        seed: seeds the drawing where digits are drawn.

    Raises:
        InputError: there is no such file, it is not MNIST, or MNIST cannot be had;
            the text names the ways to get it.
    """
    if source == DataSource.DRAWN:
        return _drawn(seed)
    if source == DataSource.MNIST_OR_DRAWN:
        try:
            return _mnist(_find_mnist(), writers)
        except InputError as error:
            print(
                f"MNIST cannot be had here ({str(error).splitlines()[0]}).\n"
                "Going on with digits that this project draws itself; every file says so.",
                file=sys.stderr,
            )
            return _drawn(seed)
    if source == DataSource.MNIST:
        return _mnist(_find_mnist(), writers)
    return _mnist(Path(source), writers)


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


def split_last(dataset: Dataset, share: float) -> Split:
    """The split of Keras' `validation_split`: the last `share` of the images validates."""
    first = len(dataset.train) - round(len(dataset.train) * share)
    rows = np.arange(len(dataset.train))
    return Split(
        dataset.train.take(rows < first), dataset.train.take(rows >= first), f"last {share:g}"
    )


def _find_mnist() -> Path:
    """MNIST_NPZ, Keras' cache, a download: the first that there is."""
    named = os.environ.get("MNIST_NPZ")
    if named:
        return Path(named)
    home = Path(os.environ.get("KERAS_HOME", Path.home() / ".keras"))
    cached = home / "datasets" / "mnist.npz"
    return cached if cached.is_file() else _download()


def _download() -> Path:
    try:
        from train.backend import keras  # heavy: only a download needs Keras here
    except ModuleNotFoundError as error:
        raise InputError(
            f"MNIST is downloaded by Keras, which is not installed\n{_HOW_TO_GET}"
        ) from error
    previous = socket.getdefaulttimeout()
    socket.setdefaulttimeout(20.0)  # a dead network is told, not waited for
    try:
        # Keras reports progress on stdout, which belongs to results.
        with contextlib.redirect_stdout(sys.stderr):
            file = keras.utils.get_file("mnist.npz", origin=MNIST_ORIGIN, file_hash=MNIST_SHA256)
            return Path(file)
    except Exception as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise InputError(f"MNIST could not be downloaded: {reason}\n{_HOW_TO_GET}") from error
    finally:
        socket.setdefaulttimeout(previous)


def _mnist(path: Path, writers: Path | None) -> Dataset:
    if not path.is_file():
        raise InputError(f"no MNIST at {path}\n{_HOW_TO_GET}")
    found = sha256_of(path)
    if found != MNIST_SHA256:
        raise InputError(
            f"{path} is not MNIST: its sha256 is {found[:16]}..., "
            f"expected {MNIST_SHA256[:16]}...\n{_HOW_TO_GET}"
        )
    with np.load(path, allow_pickle=False) as arrays:
        train = Images(arrays["x_train"], arrays["y_train"].astype(np.int64))
        test = Images(arrays["x_test"], arrays["y_test"].astype(np.int64))
    return Dataset("mnist", train, test, found, _writers(writers, len(train)))


def _writers(path: Path | None, count: int) -> Int32Array | None:
    if path is None:
        return None
    try:
        with np.load(path, allow_pickle=False) as arrays:
            who: AnyArray = arrays["train"]
    except (OSError, ValueError, KeyError) as error:
        raise InputError(f"cannot read the writers from {path}: {error}") from error
    if who.shape != (count,) or who.dtype.kind not in "iu":
        raise InputError(f"{path}: 'train' must hold {count} integers, not {who.shape} {who.dtype}")
    return who.astype(np.int32)


def _drawn(seed: int) -> Dataset:
    from train.strokes import draw_digits

    rng = np.random.default_rng([seed, 0xD1617])
    train = Images(*draw_digits(DRAWN_TRAIN, rng))
    test = Images(*draw_digits(DRAWN_TEST, rng))
    return Dataset("drawn", train, test, train.sha256)

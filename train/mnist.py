"""MNIST: found, downloaded, and checked to be the file that everybody means."""

from __future__ import annotations

import contextlib
import os
import socket
import sys
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import getproxies

import numpy as np

from edge.errors import InputError
from edge.files import sha256_of
from edge.untrusted import first_line
from train.images import Dataset, Images
from train.writers import load_writers

MNIST_SHA256 = "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"
"""Hash of the file that Keras downloads as mnist.npz."""

MNIST_ORIGIN = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz"

_CONNECT_S = 10.0

HOW_TO_GET = """three ways to get MNIST:
  1. python -m train --data PATH/mnist.npz           (the file that Keras downloads)
  2. export MNIST_NPZ=PATH/mnist.npz
  3. with the internet: run the command again; Keras puts it into ~/.keras/datasets
or train on digits that this project draws: python -m train --data drawn"""


def find_mnist() -> Path:
    """MNIST_NPZ, Keras' cache, a download: the first that there is.

    Raises:
        InputError: none can be had; the text names the ways to get it.
    """
    place = usual_place()
    return place if os.environ.get("MNIST_NPZ") or place.is_file() else _download()


def usual_place() -> Path:
    """Where MNIST lies without a download, if it does: MNIST_NPZ, else Keras' cache."""
    named = os.environ.get("MNIST_NPZ")
    home = Path(os.environ.get("KERAS_HOME", Path.home() / ".keras"))
    return Path(named) if named else home / "datasets" / "mnist.npz"


def is_mnist(path: Path) -> bool:
    """Whether this is the very file, byte by byte."""
    return path.is_file() and sha256_of(path) == MNIST_SHA256


def load_mnist(path: Path, writers: Path | None = None) -> Dataset:
    """The images of an mnist.npz.

    Args:
        path: the file.
        writers: an .npz with `train` (60000,), who wrote each training image, or None.

    Raises:
        InputError: there is no such file, or it is another.
    """
    if not path.is_file():
        raise InputError(f"no MNIST at {path}\n{HOW_TO_GET}")
    found = sha256_of(path)
    if found != MNIST_SHA256:
        raise InputError(
            f"{path} is not MNIST: its sha256 is {found[:16]}..., "
            f"expected {MNIST_SHA256[:16]}...\n{HOW_TO_GET}"
        )
    with np.load(path, allow_pickle=False) as arrays:
        train = Images(arrays["x_train"], arrays["y_train"].astype(np.int64))
        test = Images(arrays["x_test"], arrays["y_test"].astype(np.int64))
    who = None if writers is None else load_writers(writers, len(train))
    return Dataset("mnist", train, test, found, who)


def _download() -> Path:
    _check_reachable()
    try:
        from train.backend import keras  # heavy: only a download needs Keras here
    except ModuleNotFoundError as error:
        raise InputError(
            f"MNIST is downloaded by Keras, which is not installed\n{HOW_TO_GET}"
        ) from error
    previous = socket.getdefaulttimeout()
    socket.setdefaulttimeout(20.0)  # a dead network is told, not waited for
    try:
        # Keras reports progress on stdout, which belongs to results.
        with contextlib.redirect_stdout(sys.stderr):
            file = keras.utils.get_file("mnist.npz", origin=MNIST_ORIGIN, file_hash=MNIST_SHA256)
            return Path(file)
    except Exception as error:
        raise InputError(
            f"MNIST could not be downloaded: {first_line(error)}\n{HOW_TO_GET}"
        ) from error
    finally:
        socket.setdefaulttimeout(previous)


def _check_reachable() -> None:
    """Sooner and in fewer words than Keras, which tries more than once."""
    host = urlsplit(MNIST_ORIGIN).hostname
    if getproxies().get("https"):
        return  # only the proxy knows who can be reached
    try:
        socket.create_connection((host, 443), timeout=_CONNECT_S).close()
    except OSError as error:
        reason = error.strerror or first_line(error)
        raise InputError(
            f"MNIST could not be downloaded: {host} cannot be reached ({reason})\n{HOW_TO_GET}"
        ) from error

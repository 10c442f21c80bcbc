"""What the tests share: processes, drawn digits, and MNIST where it can be had."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings

from edge.reader import Reader
from tests.support import ROOT, Run
from train.data import MNIST_SHA256, Images
from train.mnist import usual_place

# A time per example says how busy the machine is, not whether the code is right.
settings.register_profile("shared", deadline=None)
settings.load_profile("shared")


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(20)


@pytest.fixture(scope="session")
def run() -> Run:
    """Runs `python -m MODULE ARGUMENTS` from the checkout, as a user does."""

    def start(*arguments: str | Path, timeout: float = 300, **env: str):
        return subprocess.run(
            [sys.executable, "-m", *map(str, arguments)],
            cwd=ROOT,
            env=os.environ | env,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    return start


@pytest.fixture(scope="session")
def reader() -> Reader:
    """With the shipped model."""
    return Reader()


@pytest.fixture(scope="session")
def drawn() -> Images:
    """1,000 drawn digits."""
    from train.strokes import draw_digits

    return Images(*draw_digits(1000, np.random.default_rng(7)))


@pytest.fixture(scope="session")
def mnist_path() -> Path:
    """MNIST's file, where it lies on this machine; never downloaded by a test."""
    path = usual_place()
    if not path.is_file():
        pytest.skip("MNIST is not on this machine; set MNIST_NPZ to an mnist.npz")
    return path


@pytest.fixture(scope="session")
def mnist_test(mnist_path: Path) -> Images:
    from train.data import load_dataset

    dataset = load_dataset(str(mnist_path))
    assert dataset.sha256 == MNIST_SHA256
    return dataset.test

"""A trained network as a teacher: its probabilities become the student's targets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from edge.arrays import Float32Array, UInt8Array
from edge.errors import InputError
from train.encode import to_input
from train.feed import Teacher
from train.load import load_model


def load_teachers(*paths: Path) -> Teacher:
    """What several networks say on average; arguments and errors as for `load_teacher`."""
    teachers = [load_teacher(path) for path in paths]

    def teach(images: UInt8Array) -> Float32Array:
        said = np.stack([one(images) for one in teachers])
        return np.asarray(said.mean(axis=0), np.float32)

    return teach


def load_teacher(path: Path) -> Teacher:
    """The classes' probabilities of the network at `path`, as `train.feed` asks for them.

    Args:
        path: a .keras file, or weights that ship with `train`.

    Raises:
        InputError: no such file, or a network for other images or other classes.
    """
    model = load_model(path)
    if tuple(model.input_shape[1:]) != (28, 28, 1):
        raise InputError(f"{path} cannot teach: it takes {model.input_shape[1:]}, not (28, 28, 1)")

    def teach(images: UInt8Array) -> Float32Array:
        # Compiled: called as a function, the same network takes three times the core's time.
        answers: Any = model.predict_on_batch(to_input(images))
        said = answers["probabilities"] if isinstance(answers, dict) else answers
        return np.asarray(said, np.float32)

    probed = teach(np.zeros((1, 28, 28), np.uint8)).shape
    if probed != (1, 10):
        raise InputError(f"{path} cannot teach: it answers {probed[1:]}, not ten classes")
    return teach

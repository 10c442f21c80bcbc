"""The support vector machine of OpenCV's sample: OpenCV's own, or in NumPy where it has none.

OpenCV 5 left `cv2.ml` to its contrib modules. The machine is the same in both: the sample's
radial basis functions, one vote for each pair of digits, as many digits to learn from.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Any, Protocol

import cv2
import numpy as np

from benchmarks.descent import descend, largest_eigenvalue
from edge.arrays import Float32Array, Int64Array

TRAINING = 4500
"""Digits that the sample's machine learns from: nine tenths of its 5,000."""

C, GAMMA = 2.67, 5.383
"""The sample's penalty and width."""

_PAIRS = np.array(tuple(combinations(range(10), 2)))
_FIRST, _SECOND = _PAIRS.T
_STEPS = 150


class Machine(Protocol):
    """Tells digits by their descriptions."""

    @property
    def name(self) -> str:
        """Whose it is."""

    def tell(self, description: Float32Array) -> int:
        """The digit of one (64,) description."""


@dataclass(frozen=True, slots=True)
class OpenCVMachine:
    """OpenCV's.

    Attributes:
        model: a trained cv2.ml.SVM.
        name: for a person.
    """

    model: Any
    name: str = "OpenCV's own"

    def tell(self, description: Float32Array) -> int:
        """As in `Machine`."""
        return int(self.model.predict(description[None])[1][0, 0])


@dataclass(frozen=True, slots=True)
class NumPyMachine:
    """The same in NumPy.

    Attributes:
        vectors: (n, 64) support vectors.
        pairs: (n, 45) weight of each in the choice between two digits.
        name: for a person.
    """

    vectors: Float32Array
    pairs: Float32Array
    name: str = "the sample's, in NumPy"

    def tell(self, description: Float32Array) -> int:
        """As in `Machine`."""
        near = _likeness(description[None], self.vectors)[0]
        return int(np.bincount(np.where(near @ self.pairs > 0, _FIRST, _SECOND)).argmax())


def has_opencv_machine() -> bool:
    """Whether this OpenCV brings support vector machines."""
    return hasattr(cv2, "ml")


def train(described: Float32Array, labels: Int64Array) -> Machine:
    """OpenCV's machine where there is one, else the same; arguments as in `train_numpy`."""
    by = train_opencv if has_opencv_machine() else train_numpy
    return by(described, labels)


def train_opencv(described: Float32Array, labels: Int64Array) -> OpenCVMachine:
    """Trains OpenCV's; arguments as in `train_numpy`."""
    module: Any = cv2.ml  # type: ignore[attr-defined,unused-ignore]
    model = module.SVM_create()
    model.setType(module.SVM_C_SVC)
    model.setKernel(module.SVM_RBF)
    model.setC(C)
    model.setGamma(GAMMA)
    model.train(described, module.ROW_SAMPLE, labels.astype(np.int32))
    return OpenCVMachine(model)


def train_numpy(described: Float32Array, labels: Int64Array) -> NumPyMachine:
    """Trains one machine for each pair of digits.

    Args:
        described: (n, 64), of unit length each.
        labels: (n,) 0 to 9.
    """
    weights = np.zeros((len(described), len(_PAIRS)), np.float32)
    for number, (first, second) in enumerate(_PAIRS):
        rows = np.flatnonzero((labels == first) | (labels == second))
        side = np.where(labels[rows] == first, np.float32(1), np.float32(-1))
        weights[rows, number] = side * _multipliers(described[rows], side)
    used = weights.any(axis=1)
    return NumPyMachine(described[used], weights[used])


def _likeness(some: Float32Array, others: Float32Array) -> Float32Array:
    """(m, n) float32: the kernel between vectors of unit length.

    1 is added: a machine without an offset of its own finds it there, and no condition ties
    its multipliers to one another (Mangasarian and Musicant 1999, "Successive Overrelaxation
    for Support Vector Machines").
    """
    return np.asarray(1 + np.exp(2 * GAMMA * (some @ others.T - 1)), np.float32)


def _multipliers(vectors: Float32Array, side: Float32Array) -> Float32Array:
    """(n,) in [0, C]: the dual problem's solution, by accelerated projected gradients.

    Args:
        vectors: (n, 64).
        side: (n,) 1 or -1.
    """
    quadratic = _likeness(vectors, vectors) * side * side[:, None]

    def times(at: Float32Array) -> Float32Array:
        return np.asarray(quadratic @ at, np.float32)

    def within(at: Float32Array) -> Float32Array:
        return np.asarray(np.clip(at, 0, np.float32(C)), np.float32)

    nothing: Float32Array = np.zeros(len(side), np.float32)
    curvature = 1.05 * largest_eigenvalue(times, nothing + 1)
    return descend(nothing, lambda at: times(at) - 1, curvature, _STEPS, within)

"""The classic before networks: gradient histograms and a linear support vector machine.

OpenCV 5 ships neither of its own any more, so that OpenCV gives the gradients and NumPy the
rest. Sources: Dalal and Triggs 2005, "Histograms of Oriented Gradients for Human
Detection"; Fan et al. 2008, "LIBLINEAR", the L2-regularised squared hinge loss.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from benchmarks.descent import descend, largest_eigenvalue
from edge.arrays import Float32Array, Float64Array, Int64Array, UInt8Array

CELL, BINS = 4, 9
_CELLS = 28 // CELL
_ROWS, _COLUMNS = np.indices((28, 28)) // CELL
_CELL_OF = (_ROWS * _CELLS + _COLUMNS) * BINS  # the first bin of each pixel's cell


def describe(image: UInt8Array) -> Float32Array:
    """Histograms of 9 directions in cells of 4x4, each 2x2 cells scaled to length 1.

    Args:
        image: (28, 28) uint8.

    Returns:
        (1296,) float32: 6 x 6 blocks of 2 x 2 cells of 9 bins.
    """
    dx = cv2.Sobel(image, cv2.CV_32F, 1, 0, ksize=1)
    dy = cv2.Sobel(image, cv2.CV_32F, 0, 1, ksize=1)
    strength, angle = cv2.cartToPolar(dx, dy)
    place = (angle * (BINS / np.pi)).astype(np.int32) % BINS  # unsigned: half a turn
    cells = np.bincount((_CELL_OF + place).ravel(), strength.ravel(), _CELLS * _CELLS * BINS)
    cells = cells.reshape(_CELLS, _CELLS, BINS)
    blocks = np.concatenate(
        [cells[:-1, :-1], cells[:-1, 1:], cells[1:, :-1], cells[1:, 1:]], axis=2
    )
    blocks /= np.linalg.norm(blocks, axis=2, keepdims=True) + 1e-3
    return np.asarray(blocks.ravel(), np.float32)


@dataclass(frozen=True, slots=True)
class LinearSvm:
    """One hyperplane a digit: weights (features + 1, 10), the last row the offsets."""

    weights: Float32Array

    def classify(self, image: UInt8Array) -> int:
        """The digit in one (28, 28) uint8 image."""
        scores = describe(image) @ self.weights[:-1] + self.weights[-1]
        return int(scores.argmax())


def train_svm(images: UInt8Array, labels: Int64Array, *, steps: int = 150) -> LinearSvm:
    """Minimises the squared hinge loss by Nesterov's accelerated gradient.

    Args:
        images: (n, 28, 28) uint8.
        labels: (n,) 0 to 9.
        steps: of the descent, over all images each.
    """
    described = np.stack([describe(image) for image in images])
    return LinearSvm(train_linear(described, labels, steps=steps))


def train_linear(described: Float32Array, labels: Int64Array, *, steps: int) -> Float32Array:
    """The hyperplanes that part ten digits, whatever describes them.

    Args:
        described: (n, features).
        labels: (n,) 0 to 9.
        steps: of the descent, over all rows each.

    Returns:
        (features + 1, 10) float32, the last row the offsets.
    """
    features = np.column_stack([described.astype(np.float64), np.ones(len(described))])
    target = np.where(np.arange(10) == labels[:, None], 1.0, -1.0)
    decay = 1e-4
    wide = features.shape[1]

    def squared(one: Float64Array) -> Float64Array:
        return np.asarray(features.T @ (features @ one), np.float64)

    def slope(weights: Float64Array) -> Float64Array:
        short = np.maximum(0, 1 - target * (features @ weights))
        pull = -2 * features.T @ (target * short) / len(features)
        return np.asarray(pull + decay * weights, np.float64)

    nothing: Float64Array = np.zeros((wide, 10))
    curvature = 2 * largest_eigenvalue(squared, nothing[:, 0] + 1) / len(features) + decay
    found = descend(nothing, slope, curvature, steps)
    return found.astype(np.float32)

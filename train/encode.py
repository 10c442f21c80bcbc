"""How images and labels are handed to Keras."""

from __future__ import annotations

import numpy as np

from edge.arrays import Float32Array, Int64Array, UInt8Array


def to_input(images: UInt8Array) -> Float32Array:
    """(n, 28, 28) uint8 to what the Keras models take: (n, 28, 28, 1) float32 in [0, 1]."""
    return images[..., None].astype(np.float32) / np.float32(255)


def one_hot(labels: Int64Array) -> Float32Array:
    """(n,) labels 0 to 9 to (n, 10) float32."""
    return np.eye(10, dtype=np.float32)[labels]

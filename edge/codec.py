"""From pixels to what a network is fed, and from what it answers to real values.

What can be worked out once is worked out when a model is loaded: beside a network of 20
microseconds every further pass over 784 pixels shows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import numpy as np

from edge.arrays import AnyArray, Float32Array, UInt8Array
from edge.artifact import Preprocessing
from edge.tensors import TensorSpec

Encode = Callable[[UInt8Array], AnyArray]
"""The uint8 pixels of n images, with or without axes of length 1, to n input tensors in one."""

Decode = Callable[[AnyArray], Float32Array]
"""An output's raw values to real ones, the same shape; never a buffer that is used again."""


def image_encoder(spec: TensorSpec, preprocessing: Preprocessing) -> Encode:
    """How the pixels of images become the tensors that an input takes, one for each.

    A pixel has 256 values, so scaling and quantization together are one look-up, exact by
    construction.
    """
    shape, dtype = (-1, *spec.shape[1:]), np.dtype(spec.dtype)
    pixels = np.arange(256, dtype=np.float64)
    real = (pixels * preprocessing.scale + preprocessing.offset).astype(np.float32)
    table = spec.params.quantize(real) if spec.params else real.astype(dtype)
    if table.itemsize > 1:
        return lambda images: table.take(images).reshape(shape)
    # Bytes to bytes: NumPy's own look-up first widens every index to 64 bits. A bytearray,
    # since interpreters copy an array that cannot be written to once more.
    said = table.tobytes()
    return lambda images: np.frombuffer(bytearray(images).translate(said), dtype).reshape(shape)


def probability_decoder(spec: TensorSpec) -> Decode:
    """How an output's raw values become probabilities.

    Eight bits have 256 values: dequantizing is one look-up. A negative int8 indexes the
    table from its end, which is where its value stands.

    The topmost of them can mean 1. TFLite fixes the scale of softmax and sigmoid at 1/256, so
    the largest integer says 255/256 and stands for all that is more. Taken at its word, every
    sure answer would be 0.4 % too unsure, and nearly all answers are sure: it was most of the
    error of the confidence.
    """
    params = spec.params
    if params is None:
        return lambda values: values.astype(np.float32, copy=False)
    if np.dtype(spec.dtype).itemsize > 1:
        return params.dequantize
    table = params.dequantize(np.arange(256).astype(np.uint8).view(spec.dtype))
    largest = params.range[1]
    if 1 - 1.5 * params.scale < table[largest] < 1:
        table[largest] = 1
    return cast("Decode", table.take)

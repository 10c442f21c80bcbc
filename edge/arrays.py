"""Names for the array types that travel between the rooms of this house."""

from __future__ import annotations

from typing import Any

import numpy as np

# What NDArray[...] is; numpy.typing alone takes a start as long as opening the model.
UInt8Array = np.ndarray[tuple[Any, ...], np.dtype[np.uint8]]
Int32Array = np.ndarray[tuple[Any, ...], np.dtype[np.int32]]
Int64Array = np.ndarray[tuple[Any, ...], np.dtype[np.int64]]
Float32Array = np.ndarray[tuple[Any, ...], np.dtype[np.float32]]
Float64Array = np.ndarray[tuple[Any, ...], np.dtype[np.float64]]
BoolArray = np.ndarray[tuple[Any, ...], np.dtype[np.bool_]]
AnyArray = np.ndarray[tuple[Any, ...], np.dtype[np.generic]]

"""Names for the array types that travel between the rooms of this house."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

UInt8Array = NDArray[np.uint8]
Int32Array = NDArray[np.int32]
Int64Array = NDArray[np.int64]
Float32Array = NDArray[np.float32]
Float64Array = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
AnyArray = NDArray[np.generic]

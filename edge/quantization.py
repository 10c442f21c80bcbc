"""Quantization in the field's words: the schemes, and the one affine map there is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from edge.arrays import AnyArray, Float32Array
from edge.errors import InputError

# So that neither a step nor what is divided by it leaves float32.
_LEAST_SCALE, _MOST_SCALE = 1e-20, 1e20


class QuantizationScheme(StrEnum):
    """What a converter does to the weights and to the values that flow between layers."""

    NONE = "none"
    """Weights and activations stay float32."""
    FLOAT16 = "float16"
    """Weights are stored as float16 and computed with as float32 (TFLite) or float16 (ONNX)."""
    DYNAMIC = "dynamic"
    """Weights are int8; activations are float32, quantized on the fly where a kernel can."""
    INT8 = "int8"
    """Full integer: weights, activations, input and output are int8, ranges calibrated."""
    INT16X8 = "int16x8"
    """Int8 weights and int16 activations, ranges calibrated: nearer to float, slower than int8."""

    @property
    def artifact_stem(self) -> str:
        """File name without suffix: "digits-float32" for `none`, else "digits-<scheme>"."""
        return "digits-float32" if self is QuantizationScheme.NONE else f"digits-{self.value}"


@dataclass(frozen=True, slots=True)
class QuantizationParams:
    """The affine map of one tensor: real = scale * (quantized - zero_point).

    Source: Jacob et al. 2018, "Quantization and Training of Neural Networks for
    Efficient Integer-Arithmetic-Only Inference", equation 1.

    Attributes:
        scale: real value of one step, positive and finite.
        zero_point: the quantized value that stands for 0.0, within the dtype's range.
        dtype: "int8" or "uint8", "int16" for 16-bit activations.
    """

    scale: float
    zero_point: int
    dtype: str = "int8"

    def __post_init__(self) -> None:
        if not _LEAST_SCALE <= self.scale <= _MOST_SCALE:  # NaN is not, either
            raise InputError(f"a scale must be positive and finite, not {self.scale}")
        if self.dtype not in ("int8", "uint8", "int16"):
            raise InputError(f"quantized values are int8, uint8 or int16, not {self.dtype[:50]!r}")
        low, high = self.range
        if not low <= self.zero_point <= high:
            raise InputError(f"zero point {self.zero_point} is outside {self.dtype}")

    @property
    def range(self) -> tuple[int, int]:
        """Smallest and largest quantized value."""
        limits = np.iinfo(self.dtype)
        return int(limits.min), int(limits.max)

    def quantize(self, real: Float32Array) -> AnyArray:
        """Rounds half to even and saturates; any shape, float32 to `dtype`."""
        low, high = self.range
        steps = np.rint(real / np.float32(self.scale)) + self.zero_point
        return np.asarray(np.clip(steps, low, high), np.dtype(self.dtype))

    def dequantize(self, quantized: AnyArray) -> Float32Array:
        """The real values, float32, that the quantized ones stand for."""
        steps = quantized.astype(np.float32) - np.float32(self.zero_point)
        return steps * np.float32(self.scale)

"""What one input or output of a model is: name, shape, type, quantization."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from edge.errors import InputError
from edge.quantization import QuantizationParams


@dataclass(frozen=True, slots=True)
class TensorSpec:
    """One input or output of a model.

    Attributes:
        name: as the runtime knows it.
        shape: with the batch, for example (1, 28, 28, 1).
        dtype: NumPy's name: "float32", "int8".
        params: the quantization, or None where the values are real.
    """

    name: str
    shape: tuple[int, ...]
    dtype: str
    params: QuantizationParams | None = None

    def __post_init__(self) -> None:
        if not self.shape or any(side < 1 for side in self.shape):
            raise InputError(f"tensor {self.name!r} has the shape {self.shape}")
        if self.dtype not in ("float32", "float16", "int8", "uint8", "int16"):
            raise InputError(f"tensor {self.name!r} has the unknown type {self.dtype!r}")
        if self.dtype.startswith("float") != (self.params is None):
            raise InputError(f"tensor {self.name!r} is {self.dtype} with params {self.params}")

    def to_json(self) -> dict[str, Any]:
        """A JSON object; `from_json` reads it back."""
        params = self.params and {
            "scale": self.params.scale,
            "zero_point": self.params.zero_point,
        }
        return {
            "name": self.name,
            "shape": list(self.shape),
            "dtype": self.dtype,
            "quantization": params or None,
        }

    @classmethod
    def from_json(cls, entry: Mapping[str, Any]) -> TensorSpec:
        """Reads what `to_json` wrote; KeyError, TypeError, ValueError where it did not."""
        dtype = str(entry["dtype"])
        params = entry["quantization"]
        return cls(
            str(entry["name"]),
            tuple(int(side) for side in entry["shape"]),
            dtype,
            QuantizationParams(float(params["scale"]), int(params["zero_point"]), dtype)
            if params
            else None,
        )

"""What one input or output of a model is: name, shape, type, quantization."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from edge.errors import InputError
from edge.quantization import QuantizationParams

MOST_VALUES = 1 << 27
"""Values that one input or output may have: beyond any classifier, within a Pi's memory."""

_LONGEST_NAME = 1000
_MOST_AXES = 8
_SHOWN = 100  # characters of what is wrong


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
        if len(self.name) > _LONGEST_NAME:
            raise InputError(f"a tensor's name has {len(self.name)} characters")
        who = f"tensor {self.shown}"
        if not 1 <= len(self.shape) <= _MOST_AXES or any(side < 1 for side in self.shape):
            raise InputError(f"{who} has the shape {str(self.shape)[:_SHOWN]}")
        if math.prod(self.shape) > MOST_VALUES:
            raise InputError(
                f"{who} is absurdly large: {str(self.shape)[:_SHOWN]}, more than "
                f"{MOST_VALUES:,} values"
            )
        if self.dtype not in ("float32", "float16", "int8", "uint8", "int16"):
            raise InputError(f"{who} has the unknown type {self.dtype[:_SHOWN]!r}")
        if self.dtype.startswith("float") != (self.params is None):
            raise InputError(f"{who} is {self.dtype} with params {self.params}")

    @property
    def shown(self) -> str:
        """Its name as messages have it: on one line, and not all of a long one."""
        return repr(self.name[:_SHOWN])

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
        """Reads what `to_json` wrote.

        Raises:
            KeyError, TypeError, ValueError, OverflowError: it did not write that; with
                AttributeError and RecursionError these are `edge.untrusted.BROKEN`.
            InputError: a name, shape, type, scale or zero point that no model here has.
        """
        name, dtype, params = entry["name"], str(entry["dtype"]), entry["quantization"]
        if not isinstance(name, str):
            raise TypeError("a tensor's name is no text")
        return cls(
            name,
            tuple(int(side) for side in entry["shape"]),
            dtype,
            QuantizationParams(float(params["scale"]), int(params["zero_point"]), dtype)
            if params
            else None,
        )

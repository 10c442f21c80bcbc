"""How long each operator of a model takes, as values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from edge.errors import InputError


class Way(StrEnum):
    """How the times were found."""

    CUT = "cut"
    """The file is cut after each operator; what one adds to the run is its time."""
    PROFILER = "profiler"
    """The runtime's own profiler, in whole microseconds, its own cost included."""


@dataclass(frozen=True, slots=True)
class OperatorTime:
    """One operator, or all of one kind.

    Attributes:
        name: "CONV_2D" in a .tflite file, "QLinearConv" in onnxruntime.
        output: shape of what it makes, "14x14x32"; empty for several of one kind.
        count: how many these are.
        us: median over the processes, in microseconds. What adds less than the noise can be
            negative.
        range_us: least and most of any process.
        macs: multiply-accumulates of a run, or None where unknown.
    """

    name: str
    output: str
    count: int
    us: float
    range_us: tuple[float, float]
    macs: int | None = None

    def __post_init__(self) -> None:
        low, high = self.range_us
        if not low <= self.us <= high or self.count < 1:  # NaN fails this as well
            raise InputError(f"{self.name} cannot take {self.us} us of {self.range_us}")

    @property
    def label(self) -> str:
        """For a table: "CONV_2D", "DequantizeLinear x 12"."""
        return self.name if self.count == 1 else f"{self.name} x {self.count}"


@dataclass(frozen=True, slots=True)
class OperatorProfile:
    """All operators of one file on one runtime.

    Attributes:
        file: its name.
        scheme: a `QuantizationScheme` value.
        runtime: the library.
        way: how the times were found.
        call_us: what a run without any operator takes; None where it is not known.
        operators: in the order of the file; of a profiler, the longest first.
    """

    file: str
    scheme: str
    runtime: str
    way: Way
    call_us: float | None
    operators: tuple[OperatorTime, ...]

    def __post_init__(self) -> None:
        if not self.operators:
            raise InputError(f"{self.file} on {self.runtime} has no operators")

    @property
    def total_us(self) -> float:
        """All operators and the call."""
        return (self.call_us or 0.0) + sum(one.us for one in self.operators)

    @property
    def longest(self) -> OperatorTime:
        """The one that takes most."""
        return max(self.operators, key=lambda one: one.us)

    @property
    def scheme_name(self) -> str:
        """For people: "float32" where nothing is quantized."""
        return "float32" if self.scheme == "none" else self.scheme

    def share(self, one: OperatorTime) -> float:
        """Of the whole run, in [0, 1] but for noise."""
        return one.us / self.total_us if self.total_us > 0 else 0.0

    def counterpart(self, place: int, other: OperatorProfile) -> OperatorTime | None:
        """The same operator of another file, None where the two files differ in operators."""

        def shape(profile: OperatorProfile) -> Sequence[tuple[str, str]]:
            return [(one.name, one.output) for one in profile.operators]

        alike = self.way is other.way is Way.CUT and shape(self) == shape(other)
        return other.operators[place] if alike else None

    def to_json(self) -> dict[str, Any]:
        """A JSON object."""
        return {**asdict(self), "total_us": round(self.total_us, 3)}

"""What a benchmark found, as values: a table, a gate or a page only reads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from benchmarks.evidence import Evidence, evidence_json
from benchmarks.extras import Extras
from benchmarks.host import HostFacts
from benchmarks.latency import LatencyRun, LatencyScope, LatencySummary
from edge.errors import InputError
from edge.parity import ParityReport


class Standing(StrEnum):
    """How a row relates to the reference."""

    REFERENCE = "reference"
    """It is the reference: the others are compared with it."""
    COMPARED = "compared"
    """It was converted from the same weights, and compared."""
    OTHER_PARENT = "other parent"
    """It was converted from other weights: an agreement would say nothing of the conversion."""
    NO_REFERENCE = "no reference"
    """There is nothing to compare it with."""


@dataclass(frozen=True, slots=True)
class Row:
    """One model on one runtime.

    Attributes:
        file: its name.
        format: "keras", "tflite", "onnx".
        scheme: a `QuantizationScheme` value.
        runtime: the library that executed it.
        size_bytes: of the file.
        sha256: of the file.
        parent_sha256: of the Keras weights it was converted from; None for Keras itself.
        accuracy: share of the images read right, in [0, 1].
        standing: what it is to the reference.
        parity: against the reference; there when it was compared, and only then.
        runs: raw latencies, of each scope one or more processes.
        evidence: what else the exam told; None in a row that took none.
        export_cost: what its export took, "wall_s" and "peak_bytes" of the process; None
            where the manifest does not tell.
    """

    file: str
    format: str
    scheme: str
    runtime: str
    size_bytes: int
    sha256: str
    parent_sha256: str | None
    accuracy: float
    standing: Standing
    parity: ParityReport | None
    runs: tuple[LatencyRun, ...]
    evidence: Evidence | None = None
    export_cost: Mapping[str, float] | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.accuracy <= 1:  # NaN fails this as well
            raise InputError(f"{self.file} has an accuracy of {self.accuracy}")
        if (self.parity is not None) != (self.standing is Standing.COMPARED):
            raise InputError(f"{self.file} is {self.standing} with the parity {self.parity}")
        if not {LatencyScope.RUNTIME, LatencyScope.KERAS} & {run.scope for run in self.runs}:
            raise InputError(f"{self.file} on {self.runtime} was not timed")

    def latency(self, scope: LatencyScope) -> LatencySummary | None:
        """The summary over all processes, or None where this scope was not timed."""
        runs = [run for run in self.runs if run.scope is scope and run.threads == 1]
        return LatencySummary.of(runs) if runs else None

    @property
    def call(self) -> LatencySummary:
        """What the table shows: the runtime's own call, or Keras'."""
        one = (LatencyScope.RUNTIME, LatencyScope.KERAS)
        return LatencySummary.of(
            [run for run in self.runs if run.scope in one and run.threads == 1]
        )

    @property
    def overhead(self) -> float | None:
        """What `Session.run` adds to the bare loop, as a share of it; None where not timed."""
        bare, session = self.latency(LatencyScope.BARE), self.latency(LatencyScope.SESSION)
        return session.p50_us / bare.p50_us - 1 if bare and session else None

    def threaded(self) -> dict[int, LatencySummary]:
        """The runtime's own call by the number of threads, 1 included."""
        runs = [run for run in self.runs if run.scope is LatencyScope.RUNTIME]
        return {
            count: LatencySummary.of([run for run in runs if run.threads == count])
            for count in sorted({run.threads for run in runs})
        }

    @property
    def whole(self) -> LatencySummary:
        """What a program pays an image: the session where there is one, else the call."""
        return self.latency(LatencyScope.SESSION) or self.call

    def to_json(self) -> dict[str, Any]:
        """A JSON object with the summaries; the raw runs are a list of their own."""
        scopes = {run.scope for run in self.runs}
        return {
            "file": self.file,
            "format": self.format,
            "scheme": self.scheme,
            "runtime": self.runtime,
            "size_bytes": self.size_bytes,
            "sha256": self.sha256,
            "parent_sha256": self.parent_sha256,
            "accuracy": self.accuracy,
            "standing": self.standing.value,
            "parity": asdict(self.parity) if self.parity else None,
            "evidence": evidence_json(self.evidence) if self.evidence else None,
            "export_cost": dict(self.export_cost) if self.export_cost else None,
            "session_overhead": None if self.overhead is None else round(self.overhead, 4),
            "threads": {
                str(count): summary.to_json()
                for count, summary in self.threaded().items()
                if count > 1
            },
            "latency": {
                scope.value: summary.to_json()
                for scope in sorted(scopes)
                if (summary := self.latency(scope))
            },
        }


@dataclass(frozen=True, slots=True)
class DataFacts:
    """Which images were read.

    Attributes:
        name: the dataset's: "mnist", "drawn".
        sha256: of its source.
        images: how many test images were read, the first ones.
        of: how many test images there are.
    """

    name: str
    sha256: str
    images: int
    of: int

    def __post_init__(self) -> None:
        if not 1 <= self.images <= self.of:
            raise InputError(f"{self.images} images of {self.of} cannot be measured on")


@dataclass(frozen=True, slots=True)
class LatencyPlan:
    """How latency was measured.

    Attributes:
        processes: fresh processes of each format and runtime.
        rounds: turns of each model in a process, taken in rotation.
        calls: timed calls of one turn.
        warmup: calls of each model, in each process, that count for nothing.
        rotating_images: different images that the calls go through.
    """

    processes: int
    rounds: int
    calls: int
    warmup: int
    rotating_images: int

    def __post_init__(self) -> None:
        if min(self.processes, self.rounds, self.calls, self.rotating_images) < 1:
            raise InputError(f"latency cannot be measured by {self}")


@dataclass(frozen=True, slots=True)
class Benchmark:
    """One run of `python -m benchmarks`.

    Attributes:
        created: date and time, UTC, ISO 8601.
        command: what reproduces it.
        host: the machine.
        data: the images.
        reference: who the rows were compared with, in words.
        plan: how latency was measured.
        rows: Keras first where it ran, then the files.
        notes: what a reader must know to read the numbers right, a sentence each.
        extras: what was measured beside the comparison.
    """

    created: str
    command: str
    host: HostFacts
    data: DataFacts
    reference: str
    plan: LatencyPlan
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    extras: Extras = field(default_factory=Extras)

    def __post_init__(self) -> None:
        if not self.rows or sum(row.standing is Standing.REFERENCE for row in self.rows) > 1:
            raise InputError("a benchmark has rows, and at most one of them is the reference")

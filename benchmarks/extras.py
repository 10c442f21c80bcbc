"""What a benchmark measures beside the comparison of models with their parent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from benchmarks.kernels import KernelResult
from benchmarks.operators.profile import OperatorProfile
from benchmarks.pages import PagesRead
from benchmarks.peers import Peer
from benchmarks.start import ColdStart
from benchmarks.vitals import Vitals


@dataclass(frozen=True, slots=True)
class Extras:
    """What was measured beside the comparison; empty where it was left out.

    Attributes:
        noise: by "format on runtime", how far two copies of one file lay apart, a share.
        starts: cold start and memory of each file.
        loaded: by file and runtime, what the runtime did with it: delegate, providers, MACs.
        kernels: int8 files on every set of kernels.
        pages: whole pages, read with each file.
        peers: others in the same run.
        peak_macs_per_us: int8 multiply-accumulates a microsecond of a plain matrix product.
        vitals: of the machine before and after, or empty.
        operators: which operators of a file take the time, float32 and int8 files.
    """

    noise: Mapping[str, float] = field(default_factory=dict)
    starts: tuple[ColdStart, ...] = ()
    loaded: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    kernels: tuple[KernelResult, ...] = ()
    pages: tuple[PagesRead, ...] = ()
    peers: tuple[Peer, ...] = ()
    peak_macs_per_us: float | None = None
    vitals: tuple[Vitals, ...] = ()
    operators: tuple[OperatorProfile, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """A JSON object."""
        return {
            "noise": {name: round(share, 5) for name, share in self.noise.items()},
            "cold_start": [asdict(one) for one in self.starts],
            "loaded": {name: dict(facts) for name, facts in self.loaded.items()},
            "kernels": [asdict(one) for one in self.kernels],
            "pages": [asdict(one) for one in self.pages],
            "peers": [{**asdict(one), "latency": one.latency.to_json()} for one in self.peers],
            "peak_macs_per_us": self.peak_macs_per_us,
            "vitals": [one.to_json() for one in self.vitals],
            "operators": [one.to_json() for one in self.operators],
        }

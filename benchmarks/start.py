"""Cold start and memory: what a program pays before its first answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.fresh import run_fresh
from benchmarks.start_worker import MODULE, StartJob
from edge.artifact import ModelArtifact
from edge.session import Runtime


@dataclass(frozen=True, slots=True)
class ColdStart:
    """Medians over fresh processes.

    Attributes:
        file: its name.
        runtime: the library.
        import_ms: importing it, NumPy being there.
        load_ms: from the file to an interpreter that is ready, the check of the hash
            included.
        first_us: the first answer.
        memory_bytes: growth of the process's peak over the empty, imported runtime.
    """

    file: str
    runtime: str
    import_ms: float
    load_ms: float
    first_us: float
    memory_bytes: int


def cold_start(artifact: ModelArtifact, runtime: Runtime, processes: int) -> ColdStart:
    """Starts one model again and again; errors are those of `run_fresh`."""
    name = f"{artifact.path.name} on {runtime}"
    job = StartJob(Path(artifact.path).resolve(), runtime)
    answers = [run_fresh(MODULE, job.to_json(), what=name) for _ in range(processes)]

    def median(key: str) -> float:
        values: Sequence[float] = [float(one[key]) for one in answers]
        return float(np.median(values))

    return ColdStart(
        artifact.path.name,
        runtime.value,
        median("import_ns") / 1e6,
        median("load_ns") / 1e6,
        median("first_ns") / 1e3,
        round(median("memory_bytes")),
    )

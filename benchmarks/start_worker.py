"""One model from nothing to its first answer, in this process: time and memory."""

from __future__ import annotations

import importlib
import resource
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.fresh import answer_job
from edge.command import command
from edge.manifest import load_artifact
from edge.session import Runtime, open_backend

MODULE = "benchmarks.start_worker"
_KIB, _RUNS = 1024, 20
_MODULES = {
    Runtime.LITERT: "ai_edge_litert.interpreter",
    Runtime.TFLITE_RUNTIME: "tflite_runtime.interpreter",
    Runtime.TENSORFLOW: "tensorflow.lite.python.interpreter",
    Runtime.ONNXRUNTIME: "onnxruntime",
}


@dataclass(frozen=True, slots=True)
class StartJob:
    """Which model to start on which runtime."""

    model: Path
    runtime: Runtime

    def to_json(self) -> dict[str, Any]:
        """A JSON object; `from_json` reads it back."""
        return {"model": str(self.model), "runtime": self.runtime.value}

    @classmethod
    def from_json(cls, entry: Mapping[str, Any]) -> StartJob:
        """Reads what `to_json` wrote; KeyError, TypeError, ValueError where it did not."""
        return cls(Path(entry["model"]), Runtime(entry["runtime"]))


def start(job: StartJob) -> Mapping[str, Any]:
    """Imports, loads, runs; NumPy is there already, as in any program that has an image."""
    artifact = load_artifact(job.model)
    spec = artifact.input
    image = np.zeros(spec.shape, np.dtype(spec.dtype))
    begun = time.perf_counter_ns()
    importlib.import_module(_MODULES[job.runtime])
    imported = time.perf_counter_ns()
    empty = _peak_bytes()
    at_load = time.perf_counter_ns()
    backend = open_backend(artifact, runtime=job.runtime)
    loaded = time.perf_counter_ns()
    backend.run(image)
    answered = time.perf_counter_ns()
    for _ in range(_RUNS):
        backend.run(image)
    return {
        "import_ns": imported - begun,
        "load_ns": loaded - at_load,
        "first_ns": answered - loaded,
        "memory_bytes": max(0, _peak_bytes() - empty),
    }


def _peak_bytes() -> int:
    """Largest resident set so far.

    Linux hands getrusage's peak on from the process that started this one; the line VmHWM
    begins anew. Elsewhere getrusage counts in KiB, on macOS in bytes.
    """
    try:
        for line in Path("/proc/self/status").read_text("ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * _KIB
    except OSError:
        pass
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * _KIB


@command
def main(argv: Sequence[str] | None = None) -> int:
    """Answers one job."""
    return answer_job(MODULE, argv, StartJob.from_json, start)


if __name__ == "__main__":
    sys.exit(main())

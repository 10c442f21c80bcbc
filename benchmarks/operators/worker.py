"""Times the operators of one model in this process: a job on stdin, their times on stdout.

`python -m benchmarks` starts it.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.bare import import_runtime
from benchmarks.fresh import answer_job
from benchmarks.macs import count_macs
from benchmarks.operators.cut import cut_after, operator_count
from edge.arrays import AnyArray
from edge.artifact import ModelArtifact, ModelFormat
from edge.command import command
from edge.manifest import load_artifact
from edge.quiet import silenced
from edge.session import Runtime

MODULE = "benchmarks.operators.worker"
_KERNEL = "_kernel_time"


@dataclass(frozen=True, slots=True)
class OperatorJob:
    """Which model, and how often.

    Attributes:
        model: a file with a manifest beside it.
        runtime: the library to load.
        rounds: how often every cut has its turn.
        calls: of one turn.
    """

    model: Path
    runtime: Runtime
    rounds: int
    calls: int

    def to_json(self) -> dict[str, Any]:
        """A JSON object; `from_json` reads it back."""
        paths = {"model": str(self.model), "runtime": self.runtime.value}
        return asdict(self) | paths

    @classmethod
    def from_json(cls, entry: Mapping[str, Any]) -> OperatorJob:
        """Reads what `to_json` wrote; KeyError, TypeError, ValueError where it did not."""
        return cls(
            Path(entry["model"]),
            Runtime(entry["runtime"]),
            int(entry["rounds"]),
            int(entry["calls"]),
        )


def time_operators(job: OperatorJob) -> Mapping[str, Any]:
    """Times every operator.

    Returns:
        "call_us", and "operators" with "name", "output", "us" and "macs" each.
    """
    artifact = load_artifact(job.model)
    # What is drawn matters little for time, and nothing at all for which operator takes it.
    rng = np.random.default_rng(0)
    spec = artifact.input
    pixels = rng.random(spec.shape, np.float32)
    image = spec.params.quantize(pixels) if spec.params else pixels.astype(spec.dtype)
    if artifact.format is ModelFormat.ONNX:
        return _profile_onnx(artifact, image, job.rounds * job.calls)
    return _cut_tflite(artifact, image, job)


def _cut_tflite(artifact: ModelArtifact, image: AnyArray, job: OperatorJob) -> Mapping[str, Any]:
    """Runs the file cut after 0, 1, 2, ... operators, in turns."""
    module, content = import_runtime(job.runtime), artifact.read_bytes()
    cuts = []
    with silenced(2):  # each delegate announces itself
        for count in range(operator_count(content) + 1):
            cut = module.Interpreter(model_content=cut_after(content, count), num_threads=1)
            cut.allocate_tensors()
            cut.set_tensor(cut.get_input_details()[0]["index"], image)
            cut.invoke()
            cuts.append(cut)
    taken: list[list[int]] = [[] for _ in cuts]
    clock = time.perf_counter_ns
    for turn in range(job.rounds):
        for place in range(len(cuts)):
            # Who comes first changes, so that nobody always follows the same one's caches.
            at = (place + turn) % len(cuts)
            invoke, times = cuts[at].invoke, taken[at]
            invoke()
            for _ in range(job.calls):
                begun = clock()
                invoke()
                times.append(clock() - begun)
    ends = [float(np.median(times)) / 1000 for times in taken]
    whole = cuts[-1]
    shapes = {one["index"]: one["shape"] for one in whole.get_tensor_details()}
    operators = [one for one in whole._get_ops_details() if one["op_name"] != "DELEGATE"]
    return {
        "call_us": ends[0],
        "operators": [
            {
                "name": one["op_name"],
                "output": _sides(shapes[int(one["outputs"][0])]),
                "us": after - before,
                "macs": count_macs([one], shapes),
            }
            for one, before, after in zip(operators, ends[:-1], ends[1:], strict=True)
        ],
    }


def _profile_onnx(artifact: ModelArtifact, image: AnyArray, runs: int) -> Mapping[str, Any]:
    """Asks onnxruntime's profiler, node by node."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = 1, 1
    options.log_severity_level = 3
    options.enable_profiling = True
    with tempfile.TemporaryDirectory() as folder:
        options.profile_file_prefix = str(Path(folder) / "profile")
        session = onnxruntime.InferenceSession(
            artifact.read_bytes(), options, providers=["CPUExecutionProvider"]
        )
        for _ in range(runs):
            session.run(None, {artifact.input.name: image})
        events = json.loads(Path(session.end_profiling()).read_text("utf-8"))
    taken: dict[str, list[float]] = {}
    kinds: dict[str, str] = {}
    for event in events:
        if event.get("cat") == "Node" and event["name"].endswith(_KERNEL):
            taken.setdefault(event["name"], []).append(event["dur"])
            kinds[event["name"]] = event["args"]["op_name"]
    return {
        "call_us": None,
        "operators": [
            # A node's median of whole microseconds; the mean keeps what lies between them.
            {"name": kinds[node], "output": "", "us": _middle_mean(times), "macs": None}
            for node, times in taken.items()
        ],
    }


def _middle_mean(times: Sequence[float]) -> float:
    """Mean of the middle half: what interrupted a call is in no figure."""
    ordered = np.sort(np.asarray(times, np.float64))
    quarter = len(ordered) // 4
    return float(ordered[quarter : len(ordered) - quarter].mean())


def _sides(shape: Sequence[int]) -> str:
    """Without the batch: "14x14x32"."""
    return "x".join(str(int(side)) for side in shape[1:])


@command
def main(argv: Sequence[str] | None = None) -> int:
    """Answers one job."""
    return answer_job(MODULE, argv, OperatorJob.from_json, time_operators)


if __name__ == "__main__":
    sys.exit(main())

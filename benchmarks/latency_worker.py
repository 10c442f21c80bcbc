"""Times models of one runtime in this process: a job on stdin, raw times on stdout.

`python -m benchmarks` starts it; nothing but edge and one runtime is loaded here.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.bare import BareLoop
from benchmarks.fresh import answer_job, load_images
from benchmarks.latency import LatencyRun
from benchmarks.stopwatch import TimedSession, time_frame
from benchmarks.yardstick import Yardstick
from edge.arrays import AnyArray, UInt8Array
from edge.artifact import ModelArtifact
from edge.command import command
from edge.errors import InputError
from edge.manifest import load_artifact
from edge.session import Runtime

MODULE = "benchmarks.latency_worker"


@dataclass(frozen=True, slots=True)
class LatencyJob:
    """What one process times.

    Attributes:
        models: files with a manifest beside them, all for `runtime`.
        runtime: the library to load.
        images: a .npy of (n, 28, 28) uint8; each call takes the next one, round and round,
            since one repeated image flatters caches and branch predictors.
        process: which of the fresh processes this is, from 0.
        rounds: how often every model has its turn.
        calls: calls of one turn.
        warmup: calls of each model before the first round.
        threads: what each run may use.
        bare: whether to time the bare loop beside the session as well.
        frame: a .npy of one (h, w, 3) uint8 frame to read digits from, or None.
    """

    models: tuple[Path, ...]
    runtime: Runtime
    images: Path
    process: int
    rounds: int
    calls: int
    warmup: int
    threads: int = 1
    bare: bool = False
    frame: Path | None = None

    def __post_init__(self) -> None:
        least = min(self.rounds - 1, self.calls - 1, self.process, self.warmup)
        if not self.models or least < 0:
            raise InputError(
                f"nothing to time: {len(self.models)} models, {self.rounds} rounds of "
                f"{self.calls} calls, warm-up {self.warmup}, process {self.process}"
            )

    def to_json(self) -> dict[str, Any]:
        """A JSON object; `from_json` reads it back."""
        return {
            "models": [str(path) for path in self.models],
            "runtime": self.runtime.value,
            "images": str(self.images),
            "process": self.process,
            "rounds": self.rounds,
            "calls": self.calls,
            "warmup": self.warmup,
            "threads": self.threads,
            "bare": self.bare,
            "frame": str(self.frame) if self.frame else None,
        }

    @classmethod
    def from_json(cls, entry: Mapping[str, Any]) -> LatencyJob:
        """Reads what `to_json` wrote; KeyError, TypeError, ValueError where it did not."""
        return cls(
            tuple(Path(one) for one in entry["models"]),
            Runtime(entry["runtime"]),
            Path(entry["images"]),
            int(entry["process"]),
            int(entry["rounds"]),
            int(entry["calls"]),
            int(entry["warmup"]),
            int(entry.get("threads", 1)),
            bool(entry.get("bare", False)),
            Path(entry["frame"]) if entry.get("frame") else None,
        )


@dataclass(frozen=True, slots=True)
class Timing:
    """What one process measured: the models' times, and the yardstick's between them."""

    runs: tuple[LatencyRun, ...]
    yardstick_ns: tuple[int, ...]
    facts: Mapping[str, Any]

    def to_json(self) -> dict[str, Any]:
        """A JSON object."""
        return {
            "runs": [run.to_json() for run in self.runs],
            "yardstick_ns": list(self.yardstick_ns),
            "facts": dict(self.facts),
        }


def time_models(job: LatencyJob) -> Timing:
    """Times every model, turn by turn: A B C A B C, so that a slow moment hits them all.

    Raises:
        InputError: a model or the images cannot be read.
        MachineError: the runtime is not installed.
    """
    images, yardstick = load_images(job.images), Yardstick()
    artifacts = [load_artifact(path) for path in job.models]
    timed = [TimedSession(one, job.runtime, job.threads) for one in artifacts]
    bare = [BareLoop(one, job.runtime, job.threads) for one in artifacts] if job.bare else []
    encoded = [_encoded(one, images) for one in artifacts] if job.bare else []
    members: list[Callable[[int], None]] = [partial(one.call, images) for one in timed]
    members += [partial(one.call, pixels) for one, pixels in zip(bare, encoded, strict=True)]
    for call in members:
        call(job.warmup)
    for turn in range(job.rounds):
        # Who comes first changes, so that nobody always follows the same neighbour's caches.
        first = (turn + job.process) % len(members)
        for call in (*members[first:], *members[:first]):
            call(job.calls)
        yardstick.measure(job.calls)
    runs = [run for one in timed for run in one.runs(job.process, job.warmup)]
    runs += [run for one in bare for run in one.runs(job.process, job.warmup)]
    if job.frame:
        frame = load_images(job.frame)
        runs += [time_frame(one, frame, job.process) for one in timed]
    facts = {one.name: dict(one.facts) for one in bare}
    return Timing(tuple(runs), tuple(yardstick.taken_ns), facts)


def _encoded(artifact: ModelArtifact, images: UInt8Array) -> AnyArray:
    """(n, 1, h, w, c) in the input's own type, as a program would keep it ready."""
    spec, pre = artifact.input, artifact.preprocessing
    real = (images.astype(np.float32) * np.float32(pre.scale)) + np.float32(pre.offset)
    shaped = real.reshape(-1, *spec.shape)
    return spec.params.quantize(shaped) if spec.params else shaped.astype(spec.dtype)


def _work(job: LatencyJob) -> Mapping[str, Any]:
    return time_models(job).to_json()


@command
def main(argv: Sequence[str] | None = None) -> int:
    """Answers one job."""
    return answer_job(MODULE, argv, LatencyJob.from_json, _work)


if __name__ == "__main__":
    sys.exit(main())

"""Runs images through one model in this process: a job on stdin, the answers to a file."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.fresh import answer_job, load_images
from benchmarks.kernels import Kernel, KernelBackend, MicroBackend
from edge.arrays import Float32Array
from edge.artifact import DIGIT_LABELS, ModelArtifact
from edge.command import command
from edge.errors import InputError
from edge.manifest import load_artifact
from edge.prediction import Prediction
from edge.session import Runtime, Session, open_session

MODULE = "benchmarks.accuracy_worker"


@dataclass(frozen=True, slots=True)
class AccuracyJob:
    """What one process predicts.

    Attributes:
        model: a file with a manifest beside it.
        runtime: the library to load.
        images: a .npy of (n, 28, 28) uint8.
        answers: where the (n, 10) float32 probabilities are put, a .npy; (n, 11) with
            "is it a digit" as the last column where the model has that output.
        kernel: which kernels of a TFLite runtime to take; None takes the default ones.
    """

    model: Path
    runtime: Runtime
    images: Path
    answers: Path
    kernel: Kernel | None = None

    def __post_init__(self) -> None:
        if self.answers.suffix != ".npy":  # NumPy would append it and write another file
            raise InputError(f"answers go to a .npy, not to {self.answers}")

    def to_json(self) -> dict[str, Any]:
        """A JSON object; `from_json` reads it back."""
        return {
            "model": str(self.model),
            "runtime": self.runtime.value,
            "images": str(self.images),
            "answers": str(self.answers),
            "kernel": self.kernel.value if self.kernel else None,
        }

    @classmethod
    def from_json(cls, entry: Mapping[str, Any]) -> AccuracyJob:
        """Reads what `to_json` wrote; KeyError, TypeError, ValueError where it did not."""
        return cls(
            Path(entry["model"]),
            Runtime(entry["runtime"]),
            Path(entry["images"]),
            Path(entry["answers"]),
            Kernel(entry["kernel"]) if entry.get("kernel") else None,
        )


def predict_all(job: AccuracyJob) -> Mapping[str, Any]:
    """Runs every image through the model."""
    images = load_images(job.images)
    artifact = load_artifact(job.model)
    said = _session(artifact, job).run(images)
    columns = [_in_order(said, artifact)]
    if said.is_digit is not None:
        columns.append(said.is_digit[:, None])
    np.save(job.answers, np.concatenate(columns, axis=1))
    return {"images": len(images)}


def _session(artifact: ModelArtifact, job: AccuracyJob) -> Session:
    if job.kernel is None:
        return open_session(artifact, runtime=job.runtime)
    if job.kernel is Kernel.MICRO:
        return Session(artifact, MicroBackend(artifact))
    return Session(artifact, KernelBackend(artifact, job.runtime, job.kernel))


def _in_order(said: Prediction, artifact: ModelArtifact) -> Float32Array:
    """(n, 10) from 0 to 9: what an output means is what the manifest says it means."""
    if sorted(artifact.labels) != sorted(DIGIT_LABELS):
        raise InputError(
            f"{artifact.path} knows {', '.join(artifact.labels)}; measured are models of the "
            "digits 0 to 9"
        )
    return said.probabilities[:, [artifact.labels.index(label) for label in DIGIT_LABELS]]


@command
def main(argv: Sequence[str] | None = None) -> int:
    """Answers one job."""
    return answer_job(MODULE, argv, AccuracyJob.from_json, predict_all)


if __name__ == "__main__":
    sys.exit(main())

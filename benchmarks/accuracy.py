"""What a model says of the test images, and how often that is right."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from benchmarks.accuracy_worker import MODULE, AccuracyJob
from benchmarks.fresh import run_fresh
from benchmarks.kernels import Kernel
from edge.arrays import Float32Array
from edge.artifact import ModelArtifact
from edge.prediction import Prediction
from edge.session import Runtime


def predict(
    artifact: ModelArtifact,
    runtime: Runtime,
    images: Path,
    workspace: Path,
    kernel: Kernel | None = None,
) -> Prediction:
    """Runs all images through one model, in a process of its own.

    Args:
        artifact: the model.
        runtime: the library that executes it.
        images: a .npy of (n, 28, 28) uint8.
        workspace: a folder for the answers.
        kernel: which kernels of a TFLite runtime to take; None takes the default ones.

    Returns:
        What it said, the columns from 0 to 9 whatever the order of the model's outputs.

    Raises:
        InputError: the model cannot be loaded or run.
        MachineError: the runtime does not work on this machine.
    """
    answers = workspace / "answers.npy"
    job = AccuracyJob(artifact.path.resolve(), runtime, images, answers, kernel)
    run_fresh(MODULE, job.to_json(), what=f"{artifact.path} on {runtime}")
    said: Float32Array = np.load(answers, allow_pickle=False)
    return Prediction(said[:, :10], said[:, 10] if said.shape[1] > 10 else None)

"""What the shipped models answer on this processor: `answers.py IMAGES.npy OUT.npz RUNTIME...`."""

from __future__ import annotations

import platform
import sys

import numpy as np

from edge.artifact import ModelFormat
from edge.manifest import load_manifest
from edge.session import DEFAULT_MODEL, Runtime, open_session


def main() -> None:
    images = np.load(sys.argv[1], allow_pickle=False)
    said = {"machine": np.array(platform.machine())}
    for runtime in map(Runtime, sys.argv[3:]):
        kind = ModelFormat.ONNX if runtime is Runtime.ONNXRUNTIME else ModelFormat.TFLITE
        for artifact in load_manifest(DEFAULT_MODEL.parent):
            if artifact.format is kind:
                prediction = open_session(artifact, runtime=runtime).run(images)
                said[f"{artifact.path.name} on {runtime}"] = np.column_stack(
                    [prediction.probabilities, prediction.is_digit]
                )
    np.savez(sys.argv[2], **said)


if __name__ == "__main__":
    main()

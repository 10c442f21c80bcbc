"""A loaded model: images in, probabilities out, the same for every format and runtime.

Each runtime has a file in `edge/runtimes/`; it only knows how to feed one tensor and
fetch others. What pixels mean, and what the answers mean, is decided here.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Protocol

import numpy as np

from edge.arrays import AnyArray, UInt8Array
from edge.artifact import ModelArtifact, ModelFormat
from edge.codec import image_encoder, probability_decoder
from edge.errors import InputError
from edge.manifest import load_artifact
from edge.prediction import Prediction

DEFAULT_MODEL = Path(__file__).parent / "models" / "digits-int8.tflite"
"""The model that ships with the project and runs when no other is named."""

_PIXEL = np.dtype(np.uint8)


class Runtime(StrEnum):
    """A library that executes models, by the name under which it is installed."""

    LITERT = "ai-edge-litert"
    TFLITE_RUNTIME = "tflite-runtime"
    TENSORFLOW = "tensorflow"
    ONNXRUNTIME = "onnxruntime"


class Backend(Protocol):
    """One runtime with one model loaded."""

    @property
    def runtime(self) -> Runtime:
        """Which library executes the model."""

    def run(self, image: AnyArray) -> Sequence[AnyArray]:
        """Feeds one image, batch 1, in the input's dtype; returns the raw outputs."""


class Session:
    """A model ready to run.

    >>> with_default = open_session()
    >>> with_default.run(np.zeros((3, 28, 28), np.uint8)).probabilities.shape
    (3, 10)
    """

    def __init__(self, artifact: ModelArtifact, backend: Backend) -> None:
        """Use `open_session`; `backend` must have loaded `artifact`."""
        self.artifact = artifact
        self.runtime = backend.runtime
        self._backend = backend
        self._run = backend.run
        self._encode = image_encoder(artifact.input, artifact.preprocessing)
        self._probabilities = probability_decoder(artifact.probabilities)
        self._is_digit = probability_decoder(artifact.is_digit) if artifact.is_digit else None
        self._one = artifact.input.shape[1:]
        self._shapes = (self._one, self._one[:-1])

    def run(self, images: UInt8Array) -> Prediction:
        """Classifies images.

        Args:
            images: (n, h, w) or (n, h, w, c) uint8 of the model's input shape, for the
                shipped models (n, 28, 28), made by `edge.normalize`.

        Raises:
            InputError: the shape or the type is not the model's.
        """
        if images.dtype != _PIXEL or images.shape[1:] not in self._shapes:
            raise InputError(
                f"{self.artifact.path.name} takes (n, {', '.join(map(str, self._one))}) uint8, "
                f"not {images.shape} {images.dtype}"
            )
        # The common call is of one image; making stacks of one would take as long as the rest.
        one = len(images) == 1
        raw = self._run(self._encode(images)) if one else self._run_each(images)
        probabilities = self._probabilities(raw[0])
        if self._is_digit is None:
            return Prediction(probabilities, None)
        return Prediction(probabilities, self._is_digit(raw[1].ravel()))

    def _run_each(self, images: UInt8Array) -> list[AnyArray]:
        """The raw outputs of n images, (n, ...) each; the files take one image a run."""
        encoded = self._encode(images)
        answers = [self._run(encoded[at : at + 1]) for at in range(len(images))]
        outputs = [one for one in (self.artifact.probabilities, self.artifact.is_digit) if one]
        none = [np.empty((0, *spec.shape[1:]), spec.dtype) for spec in outputs]
        return [np.concatenate(parts) for parts in zip(none, *answers, strict=True)]


def open_session(
    artifact: ModelArtifact | Path = DEFAULT_MODEL,
    *,
    runtime: Runtime | None = None,
    threads: int = 1,
) -> Session:
    """Loads a model.

    Args:
        artifact: the model, or the path of one that a manifest beside it, or the metadata
            inside it, describes.
        runtime: the library to use; None takes the first that is installed:
            ai-edge-litert, tflite-runtime, tensorflow for .tflite, onnxruntime for .onnx.
        threads: for one run; models this small only lose by more than 1.

    Raises:
        InputError: the file is missing, altered, or no model that the runtime can load. A file
            that no manifest lists is tried in a process of its own first.
        MachineError: no runtime for this format is installed.
    """
    if isinstance(artifact, Path):
        artifact = load_artifact(artifact)
    return Session(artifact, open_backend(artifact, runtime=runtime, threads=threads))


def open_backend(
    artifact: ModelArtifact, *, runtime: Runtime | None = None, threads: int = 1
) -> Backend:
    """Loads a model into a bare runtime; arguments as in `open_session`.

    Raises:
        InputError: threads are fewer than 1, the runtime is not one for this format, or the
            file is missing, altered, or no model that the runtime can load.
        MachineError: no runtime for this format is installed, or none that works here.
    """
    if threads < 1:
        raise InputError(f"threads must be at least 1, not {threads}")
    content = artifact.read_bytes()
    import_runtime(artifact, runtime)
    if artifact.self_described:
        from edge.trial import try_out  # most models have a manifest

        try_out(artifact, content, runtime)
    return load_backend(artifact, content, runtime, threads)


def import_runtime(artifact: ModelArtifact, runtime: Runtime | None) -> None:
    """Imports the library that is to run a model; None takes the first that is installed.

    Raises:
        InputError: the runtime is not one for the model's format.
        MachineError: it is not installed, or does not work with the NumPy that is.
    """
    if artifact.format is ModelFormat.ONNX:
        if runtime not in (None, Runtime.ONNXRUNTIME):
            raise InputError(f"{runtime} does not run .onnx files; onnxruntime does")
        from edge.runtimes.onnx import import_onnxruntime

        import_onnxruntime()
    elif runtime is Runtime.ONNXRUNTIME:
        raise InputError("onnxruntime does not run .tflite files; ai-edge-litert does")
    else:
        from edge.runtimes.tflite import import_interpreter

        import_interpreter(runtime)


def load_backend(
    artifact: ModelArtifact, content: bytes, runtime: Runtime | None, threads: int
) -> Backend:
    """Hands bytes to a runtime, here and now; `open_backend` looks at them first."""
    if artifact.format is ModelFormat.ONNX:
        from edge.runtimes.onnx import OnnxBackend

        return OnnxBackend(artifact, content, threads)
    from edge.runtimes.tflite import TfliteBackend

    return TfliteBackend(artifact, content, threads, runtime)

"""A loaded model: images in, probabilities out, the same for every format and runtime.

Each runtime has a file in `edge/runtimes/`; it only knows how to feed one tensor and
fetch others. What pixels mean, and what the answers mean, is decided here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple, Protocol, cast

import numpy as np

from edge.arrays import AnyArray, Float32Array, Float64Array, Int64Array, UInt8Array
from edge.artifact import ModelArtifact, ModelFormat, load_artifact
from edge.errors import InputError
from edge.quantization import QuantizationParams
from edge.tensors import TensorSpec

DEFAULT_MODEL = Path(__file__).parent / "models" / "digits-int8.tflite"
"""The model that ships with the project and runs when no other is named."""


class Runtime(StrEnum):
    """A library that executes models, by the name under which it is installed."""

    LITERT = "ai-edge-litert"
    TFLITE_RUNTIME = "tflite-runtime"
    TENSORFLOW = "tensorflow"
    ONNXRUNTIME = "onnxruntime"


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a model says of n images.

    Attributes:
        probabilities: (n, labels) float32; each row sums to 1 within the quantization's step.
        is_digit: (n,) float32 in [0, 1], how surely the image is a digit at all, or None
            when the model has no such output.
    """

    probabilities: Float32Array
    is_digit: Float32Array | None

    @property
    def labels(self) -> Int64Array:
        """(n,) index of the most probable label."""
        return np.asarray(self.probabilities.argmax(axis=1), np.int64)

    @property
    def sureness(self) -> Float64Array:
        """(n,) probability of the label times that of being a digit, in [0, 1]."""
        best = self.probabilities.max(axis=1, initial=0.0).astype(np.float64)
        return best if self.is_digit is None else np.asarray(best * self.is_digit, np.float64)

    def take(self, rows: Sequence[int]) -> Prediction:
        """What it says of some of the images."""
        chosen = np.asarray(rows, np.int64)
        return Prediction(
            self.probabilities[chosen], None if self.is_digit is None else self.is_digit[chosen]
        )

    def joined(self, other: Prediction) -> Prediction:
        """This one's rows, then those of another of the same model."""
        both = np.concatenate([self.probabilities, other.probabilities])
        if self.is_digit is None or other.is_digit is None:
            return Prediction(both, None)
        return Prediction(both, np.concatenate([self.is_digit, other.is_digit]))


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
        self._encode = _pixel_table(artifact)
        outputs = [artifact.probabilities]
        if artifact.is_digit is not None:
            outputs.append(artifact.is_digit)
        self._decode = [_value_table(spec) for spec in outputs]
        # Looked up once: for a network of 10 us every look-up shows.
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
        if images.dtype != np.uint8 or images.shape[1:] not in self._shapes:
            raise InputError(
                f"{self.artifact.path.name} takes (n, {', '.join(map(str, self._one))}) uint8, "
                f"not {images.shape} {images.dtype}"
            )
        encoded = self._encode.take(images.reshape(-1, 1, *self._one))
        run = self._backend.run
        answers = [run(image) for image in encoded]
        real = []
        for place, (decode, nothing) in enumerate(self._decode):
            values = [answer[place] for answer in answers] or [nothing]
            real.append(decode(values[0] if len(values) == 1 else np.concatenate(values)))
        return Prediction(real[0], real[1][:, 0] if len(real) > 1 else None)


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
    """Loads a model into a bare runtime; arguments and errors are those of `open_session`."""
    if threads < 1:
        raise InputError(f"threads must be at least 1, not {threads}")
    content = artifact.read_bytes()
    import_runtime(artifact, runtime)
    if artifact.self_described:
        from edge.trial import try_out  # most models have a manifest

        try_out(artifact, content, runtime)
    return load_backend(artifact, content, runtime, threads)


def import_runtime(artifact: ModelArtifact, runtime: Runtime | None) -> None:
    """Imports the library that is to run a model; errors are those of `open_session`."""
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


class FoundTensor(NamedTuple):
    """A tensor as a runtime describes it; `params` is None where the runtime tells none."""

    name: str
    shape: tuple[int, ...]
    dtype: str
    params: QuantizationParams | None = None


def check_tensors(
    artifact: ModelArtifact, inputs: Sequence[FoundTensor], outputs: Sequence[FoundTensor]
) -> None:
    """Compares the tensors that a runtime found in a file with what the manifest says.

    The quantization is compared where the runtime tells it.

    Raises:
        InputError: a tensor is missing or differs, or there are inputs that nobody would feed.
    """
    if len(inputs) != 1:
        raise InputError(
            f"{artifact.path} takes {len(inputs)} inputs; a classifier takes one image"
        )
    wanted = [(artifact.input, inputs), (artifact.probabilities, outputs)]
    if artifact.is_digit is not None:
        wanted.append((artifact.is_digit, outputs))
    for spec, found in wanted:
        other = next((one for one in found if one.name == spec.name), None)
        if other is None:
            raise InputError(
                f"{artifact.path} has no tensor {spec.name!r}, which its manifest lists"
            )
        if (other.shape, other.dtype) != (spec.shape, spec.dtype):
            raise InputError(
                f"{artifact.path}: {spec.name!r} is {other.shape} {other.dtype}, "
                f"its manifest says {spec.shape} {spec.dtype}"
            )
        if other.params and other.params != spec.params:
            raise InputError(
                f"{artifact.path}: {spec.name!r} has {other.params}, "
                f"its manifest says {spec.params}"
            )


def _pixel_table(artifact: ModelArtifact) -> AnyArray:
    """(256,) what the network is fed for each pixel value, in the input's own dtype.

    A uint8 pixel has 256 values, so scaling and quantization together are one look-up,
    exact by construction.
    """
    pre = artifact.preprocessing
    real = (np.arange(256, dtype=np.float64) * pre.scale + pre.offset).astype(np.float32)
    spec = artifact.input
    return spec.params.quantize(real) if spec.params else real.astype(spec.dtype)


def _value_table(spec: TensorSpec) -> tuple[Callable[[AnyArray], Float32Array], AnyArray]:
    """How an output's raw values become real ones, and what it gives for no images.

    Eight bits have 256 values: dequantizing is one look-up. A negative int8 indexes the
    table from its end, which is where its value stands.
    """
    nothing: AnyArray = np.empty((0, spec.shape[-1]), np.dtype(spec.dtype))
    params = spec.params
    if params is None:
        return lambda values: values.astype(np.float32, copy=False), nothing
    if nothing.itemsize > 1:
        return params.dequantize, nothing
    table = params.dequantize(np.arange(256).astype(np.uint8).view(spec.dtype))
    return cast("Callable[[AnyArray], Float32Array]", table.take), nothing

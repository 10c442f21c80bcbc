"""One TFLite file on every set of kernels at hand: do they give the same bytes?

Integer arithmetic has one right answer, and yet kernels round differently. A file that is
only right on one of them is not portable.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from edge.arrays import AnyArray
from edge.artifact import ModelArtifact
from edge.errors import InputError, MachineError
from edge.prediction import Prediction
from edge.quiet import silenced
from edge.session import Runtime


class Kernel(StrEnum):
    """Which code computes the layers, by the resolver's name in the interpreter."""

    XNNPACK = "AUTO"
    """The default: XNNPACK takes over every layer that it knows."""
    BUILTIN = "BUILTIN_WITHOUT_DEFAULT_DELEGATES"
    """TFLite's own optimised kernels."""
    REFERENCE = "BUILTIN_REF"
    """TFLite's plain loops, the ones that define the result; the same on every processor."""
    MICRO = "TFLM"
    """TensorFlow Lite for Microcontrollers, where its package is installed."""


_MODULES = {
    Runtime.LITERT: "ai_edge_litert.interpreter",
    Runtime.TFLITE_RUNTIME: "tflite_runtime.interpreter",
    Runtime.TENSORFLOW: "tensorflow.lite.python.interpreter",
}


@dataclass(frozen=True, slots=True)
class KernelResult:
    """One set of kernels against the reference kernels, on one file.

    Attributes:
        file: its name.
        runtime: the library, or "tflite-micro".
        kernel: which of its kernels.
        identical: share of the images whose answers are the same byte for byte.
        agreement: share of the images with the same label.
        largest_difference: of any one probability.
    """

    file: str
    runtime: str
    kernel: str
    identical: float
    agreement: float
    largest_difference: float


class KernelBackend:
    """A TFLite interpreter on chosen kernels, as a backend of `edge.session.Session`."""

    def __init__(self, artifact: ModelArtifact, runtime: Runtime, kernel: Kernel) -> None:
        """Loads the file.

        Raises:
            InputError: the runtime cannot load it, or has no such kernels.
            MachineError: the runtime is not installed.
        """
        self.runtime = runtime
        content = artifact.read_bytes()
        try:
            module: Any = importlib.import_module(_MODULES[runtime])
        except (ImportError, KeyError) as error:
            raise MachineError(
                f"{runtime} runs no .tflite files here; install: pip install ai-edge-litert"
            ) from error
        try:
            with silenced(2):
                resolver = module.OpResolverType[kernel.value]
                self._interpreter = module.Interpreter(
                    model_content=content, experimental_op_resolver_type=resolver
                )
                self._interpreter.allocate_tensors()
        except (KeyError, ValueError, RuntimeError) as error:
            reason = (str(error).splitlines() or ["no reason given"])[0]
            raise InputError(
                f"{runtime} cannot load {artifact.path} on its {kernel.name} kernels: {reason}"
            ) from error
        outputs = {d["name"]: d["index"] for d in self._interpreter.get_output_details()}
        self._input = self._interpreter.get_input_details()[0]["index"]
        specs = [artifact.probabilities, artifact.is_digit]
        self._outputs = [outputs[spec.name] for spec in specs if spec]

    def run(self, image: AnyArray) -> Sequence[AnyArray]:
        """One image in, the raw outputs out."""
        self._interpreter.set_tensor(self._input, image)
        self._interpreter.invoke()
        return [self._interpreter.get_tensor(index) for index in self._outputs]


class MicroBackend:
    """The interpreter that a microcontroller runs, compiled for this machine."""

    runtime = Runtime.TFLITE_RUNTIME  # of the protocol; its own name stands in the results

    def __init__(self, artifact: ModelArtifact) -> None:
        """Loads the file; raises MachineError where tflite-micro is not installed."""
        try:
            runtime: Any = importlib.import_module("tflite_micro.python.tflite_micro.runtime")
        except ImportError as error:
            raise MachineError("tflite-micro is not installed; pip install tflite-micro") from error
        try:
            with silenced(2):
                self._interpreter = runtime.Interpreter.from_bytes(artifact.read_bytes())
        except Exception as error:  # its C++ side raises what it likes
            raise InputError(f"tflite-micro cannot load {artifact.path}: {error}") from error
        details = [self._interpreter.get_output_details(i) for i in self._places(artifact)]
        self._outputs = self._in_order(artifact, details)

    def run(self, image: AnyArray) -> Sequence[AnyArray]:
        """One image in, the raw outputs out."""
        self._interpreter.set_input(image, 0)
        self._interpreter.invoke()
        return [self._interpreter.get_output(place) for place in self._outputs]

    @staticmethod
    def _places(artifact: ModelArtifact) -> range:
        return range(2 if artifact.is_digit else 1)

    @staticmethod
    def _in_order(artifact: ModelArtifact, details: Sequence[dict[str, Any]]) -> list[int]:
        """It names no tensors: they are told apart by their widths."""
        widths = [int(np.asarray(d["shape"])[-1]) for d in details]
        specs = [artifact.probabilities, artifact.is_digit]
        return [widths.index(spec.shape[-1]) for spec in specs if spec]


def kernels_of(runtime: Runtime) -> list[Kernel]:
    """The kernels that a TFLite runtime of this machine offers, the reference first."""
    return [Kernel.REFERENCE, Kernel.BUILTIN, Kernel.XNNPACK] if runtime in _MODULES else []


def has_micro() -> bool:
    """Whether tflite-micro is installed."""
    return importlib.util.find_spec("tflite_micro") is not None


def against_reference(
    file: str, runtime: str, kernel: Kernel, said: Prediction, reference: Prediction
) -> KernelResult:
    """Compares one set of kernels with the reference kernels on the same images."""
    same = (said.probabilities == reference.probabilities).all(axis=1)
    if said.is_digit is not None and reference.is_digit is not None:
        same &= said.is_digit == reference.is_digit
    return KernelResult(
        file,
        runtime,
        kernel.name.lower(),
        float(same.mean()),
        float((said.labels == reference.labels).mean()),
        float(np.abs(said.probabilities - reference.probabilities).max()),
    )

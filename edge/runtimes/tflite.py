"""TFLite models on ai-edge-litert, else tflite-runtime, else TensorFlow's own interpreter."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from typing import Any

from edge.arrays import AnyArray
from edge.artifact import ModelArtifact
from edge.errors import InputError, MachineError
from edge.found_tensors import FoundTensor, check_tensors
from edge.quantization import QuantizationParams
from edge.quiet import silenced
from edge.session import Runtime
from edge.tensors import TensorSpec
from edge.untrusted import first_line

_MODULES = {
    Runtime.LITERT: "ai_edge_litert.interpreter",
    Runtime.TFLITE_RUNTIME: "tflite_runtime.interpreter",
    Runtime.TENSORFLOW: "tensorflow.lite.python.interpreter",
}

_NUMPY_TOO_NEW = (
    "tflite-runtime 2.14 was built for NumPy 1 and this environment has {version}; "
    'install: pip install "numpy<2", or the maintained runtime: pip install ai-edge-litert'
)


class TfliteBackend:
    """An interpreter with one model's tensors allocated."""

    def __init__(
        self, artifact: ModelArtifact, content: bytes, threads: int, runtime: Runtime | None
    ) -> None:
        """Loads `content`; raises InputError for a bad model, MachineError for no runtime."""
        self.runtime, module = _import_runtime(runtime)
        try:
            with silenced(2):  # each delegate announces itself
                self._interpreter = module.Interpreter(model_content=content, num_threads=threads)
                self._interpreter.allocate_tensors()
        except (ImportError, AttributeError) as error:
            # NumPy 2 lets tflite-runtime be imported and fails here, at its C extension.
            import numpy as np

            raise MachineError(_NUMPY_TOO_NEW.format(version=np.__version__)) from error
        except (ValueError, RuntimeError) as error:
            reason = first_line(error)
            raise InputError(f"{self.runtime} cannot load {artifact.path}: {reason}") from error
        inputs = {d["name"]: d for d in self._interpreter.get_input_details()}
        outputs = {d["name"]: d for d in self._interpreter.get_output_details()}
        check_tensors(
            artifact,
            [_found(detail) for detail in inputs.values()],
            [_found(detail) for detail in outputs.values()],
        )
        self._set_tensor = self._interpreter.set_tensor
        self._invoke = self._interpreter.invoke
        self._get_tensor = self._interpreter.get_tensor
        self._input: int = inputs[artifact.input.name]["index"]
        specs = [artifact.probabilities, artifact.is_digit]
        self._outputs: list[int] = [outputs[s.name]["index"] for s in specs if s]

    def run(self, image: AnyArray) -> Sequence[AnyArray]:
        """One image in, the raw outputs out."""
        # Copies in and copies out: a view of the interpreter's memory would be overwritten by
        # the next run, saves nothing at these sizes, and forbids the run while it is held.
        self._set_tensor(self._input, image)
        self._invoke()
        return list(map(self._get_tensor, self._outputs))


def read_tensors(content: bytes) -> tuple[list[TensorSpec], list[TensorSpec]]:
    """The inputs and the outputs of a TFLite model, as its file describes them."""
    _, module = _import_runtime(None)
    interpreter = module.Interpreter(model_content=content)
    return (
        [TensorSpec(*_found(detail)) for detail in interpreter.get_input_details()],
        [TensorSpec(*_found(detail)) for detail in interpreter.get_output_details()],
    )


def import_interpreter(runtime: Runtime | None = None) -> Any:
    """The interpreter class of a runtime, else of the first installed; MachineError for none."""
    return _import_runtime(runtime)[1].Interpreter


def _found(detail: dict[str, Any]) -> FoundTensor:
    dtype = detail["dtype"].__name__
    scale, zero_point = detail["quantization"]
    params = QuantizationParams(float(scale), int(zero_point), dtype) if scale else None
    return FoundTensor(detail["name"], tuple(int(n) for n in detail["shape"]), dtype, params)


def _import_runtime(wanted: Runtime | None) -> tuple[Runtime, Any]:
    """The first installed interpreter, or the wanted one."""
    candidates = [wanted] if wanted else list(_MODULES)
    for runtime in candidates:
        # TensorFlow imported first breaks tflite-runtime: both register the same C++ types.
        if runtime is Runtime.TFLITE_RUNTIME and "tensorflow" in sys.modules:
            continue
        try:
            return runtime, importlib.import_module(_MODULES[runtime])
        except ImportError as error:
            if runtime is Runtime.TFLITE_RUNTIME and "numpy" in str(error).lower():
                import numpy as np

                raise MachineError(_NUMPY_TOO_NEW.format(version=np.__version__)) from error
    name = wanted or Runtime.LITERT
    raise MachineError(f"no runtime for .tflite files; install: pip install {name}")

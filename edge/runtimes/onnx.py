"""ONNX models on onnxruntime."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from edge.arrays import AnyArray
from edge.artifact import ModelArtifact
from edge.errors import InputError, MachineError
from edge.found_tensors import FoundTensor, check_tensors
from edge.onnx_external import check_self_contained
from edge.session import Runtime
from edge.untrusted import first_line

_DTYPES = {
    "tensor(float)": "float32",
    "tensor(float16)": "float16",
    "tensor(int8)": "int8",
    "tensor(uint8)": "uint8",
}


class OnnxBackend:
    """An inference session on the CPU."""

    runtime = Runtime.ONNXRUNTIME

    def __init__(self, artifact: ModelArtifact, content: bytes, threads: int) -> None:
        """Loads `content`; raises InputError for a bad model, MachineError for no runtime."""
        onnxruntime = import_onnxruntime()
        check_self_contained(content, artifact.path)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # Threads that spin while they wait take the core from whatever else runs on a Pi.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            self._session = onnxruntime.InferenceSession(
                content,
                options,
                providers=["CPUExecutionProvider"],
                # Else it prints to stdout, where our own output stands, and loads it once more.
                enable_fallback=0,
            )
        except Exception as error:  # onnxruntime's errors share no base but Exception
            reason = first_line(error)
            raise InputError(f"onnxruntime cannot load {artifact.path}: {reason}") from error
        inputs, outputs = self._session.get_inputs(), self._session.get_outputs()
        check_tensors(artifact, [_found(t) for t in inputs], [_found(t) for t in outputs])
        self._input = artifact.input.name
        specs = [artifact.probabilities, artifact.is_digit]
        self._outputs = [spec.name for spec in specs if spec]

    def run(self, image: AnyArray) -> Sequence[AnyArray]:
        """One image in, the raw outputs out."""
        answers: Sequence[AnyArray] = self._session.run(self._outputs, {self._input: image})
        return answers


def import_onnxruntime() -> Any:
    """The library; MachineError where it is not installed."""
    try:
        import onnxruntime
    except ImportError as error:
        raise MachineError(
            "no runtime for .onnx files; install: pip install onnxruntime"
        ) from error
    return onnxruntime


def _found(tensor: Any) -> FoundTensor:
    return FoundTensor(tensor.name, tuple(tensor.shape), _DTYPES.get(tensor.type, tensor.type))

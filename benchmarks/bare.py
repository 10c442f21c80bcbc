"""The bare loop around a runtime that its own tutorial shows, with nothing of ours in it."""

from __future__ import annotations

import contextlib
import importlib
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from typing import Any

from benchmarks.latency import LatencyRun, LatencyScope
from benchmarks.macs import count_macs
from edge.arrays import AnyArray
from edge.artifact import ModelArtifact, ModelFormat
from edge.session import Runtime

_MODULES = {
    Runtime.LITERT: "ai_edge_litert.interpreter",
    Runtime.TFLITE_RUNTIME: "tflite_runtime.interpreter",
    Runtime.TENSORFLOW: "tensorflow.lite.python.interpreter",
}


class BareLoop:
    """Times invoke alone, and set, invoke and get together."""

    def __init__(self, artifact: ModelArtifact, runtime: Runtime, threads: int) -> None:
        """Loads the file; whatever the runtime raises goes through."""
        self.name, self.runtime, self.threads = artifact.path.name, runtime, threads
        self.invoke_ns: list[int] = []
        self.whole_ns: list[int] = []
        self.facts: Mapping[str, Any] = {}
        self._artifact = artifact
        if artifact.format is ModelFormat.ONNX:
            self._open_onnx(artifact)
        else:
            self._open_tflite(artifact)

    def call(self, encoded: AnyArray, times: int) -> None:
        """Runs `times` images, one by one, of (n, 1, h, w, c) in the input's own type."""
        step = self._onnx if self._artifact.format is ModelFormat.ONNX else self._tflite
        for at in range(times):
            step(encoded[at % len(encoded)])

    def runs(self, process: int, warmup: int) -> list[LatencyRun]:
        """The raw times, the first `warmup` calls apart; invoke alone only where it is one."""
        scopes = ((LatencyScope.INVOKE, self.invoke_ns), (LatencyScope.BARE, self.whole_ns))
        return [
            LatencyRun(
                self.name,
                self.runtime.value,
                scope,
                process,
                tuple(taken[:warmup]),
                tuple(taken[warmup:]),
                self.threads,
            )
            for scope, taken in scopes
            if taken
        ]

    def _open_tflite(self, artifact: ModelArtifact) -> None:
        module = import_runtime(self.runtime)
        with _overheard() as said:
            self._interpreter = module.Interpreter(
                model_content=artifact.read_bytes(), num_threads=self.threads
            )
            self._interpreter.allocate_tensors()
        outputs = {d["name"]: d["index"] for d in self._interpreter.get_output_details()}
        self._input = self._interpreter.get_input_details()[0]["index"]
        specs = [artifact.probabilities, artifact.is_digit]
        self._outputs = [outputs[spec.name] for spec in specs if spec]
        # tflite-runtime lists the layers of the file, whatever runs in their place.
        tells = self.runtime is not Runtime.TFLITE_RUNTIME
        operators = self._operators()
        names = [str(one["op_name"]) for one in operators]
        shapes = {d["index"]: d["shape"] for d in self._interpreter.get_tensor_details()}
        self.facts = {
            **delegate_facts(names if tells else [], "\n".join(said)),
            "macs": count_macs(operators, shapes) or None,
        }

    def _operators(self) -> list[dict[str, Any]]:
        """The layers as they run; empty where this runtime does not tell."""
        try:
            return list(self._interpreter._get_ops_details())
        except AttributeError:
            return []

    def _open_onnx(self, artifact: ModelArtifact) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = self.threads, 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            artifact.read_bytes(), options, providers=["CPUExecutionProvider"]
        )
        self._names = [s.name for s in (artifact.probabilities, artifact.is_digit) if s]
        self.facts = {"providers": self._session.get_providers()}

    def _tflite(self, image: AnyArray) -> None:
        clock, fetch = time.perf_counter_ns, self._interpreter.get_tensor
        begun = clock()
        self._interpreter.set_tensor(self._input, image)
        set_ = clock()
        self._interpreter.invoke()
        invoked = clock()
        for index in self._outputs:
            fetch(index)
        self.whole_ns.append(clock() - begun)
        self.invoke_ns.append(invoked - set_)

    def _onnx(self, image: AnyArray) -> None:
        begun = time.perf_counter_ns()
        self._session.run(self._names, {self._artifact.input.name: image})
        self.whole_ns.append(time.perf_counter_ns() - begun)


def import_runtime(runtime: Runtime) -> Any:
    """The module with the interpreter of a TFLite runtime, imported here and now."""
    return importlib.import_module(_MODULES[runtime])


def delegate_facts(operators: list[str], said: str) -> Mapping[str, Any]:
    """What took over the layers: from the list of what runs, and from what was announced.

    Args:
        operators: names of the layers as they run, a delegate being one of them.
        said: what the runtime wrote while it loaded.
    """
    announced = "XNNPACK" if "XNNPACK delegate" in said else None
    if "DELEGATE" in operators:
        layers = len(operators) - operators.count("DELEGATE")
        return {"delegate": announced or "XNNPACK", "applied": True, "layers": layers}
    return {"delegate": announced, "applied": False if operators else None, "layers": None}


@contextlib.contextmanager
def _overheard() -> Iterator[list[str]]:
    """What C++ code writes to stderr meanwhile, a line each."""
    lines: list[str] = []
    sys.stderr.flush()
    with tempfile.TemporaryFile() as file:
        kept = os.dup(2)
        os.dup2(file.fileno(), 2)
        try:
            yield lines
        finally:
            os.dup2(kept, 2)
            os.close(kept)
            file.seek(0)
            lines += file.read().decode("utf-8", "replace").splitlines()

"""Runs a file that nothing describes, in a process of its own: it may end whoever loads it."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from edge.arrays import AnyArray, Float32Array
from edge.artifact import ModelFormat
from edge.command import command
from edge.errors import InputError
from edge.quantization import QuantizationParams
from edge.quiet import silenced
from edge.trial import AGAIN, MOST_BYTES, bound, run_apart
from edge.untrusted import first_line

MODULE = "export.lint.apart"
PICTURES = 8


@dataclass(frozen=True, slots=True)
class Sums:
    """What some answers of one output sum to.

    Attributes:
        count: values of one answer.
        off: how far the sum of any answer lies from 1, the most.
        least: the smallest value.
        step: of its quantization; 0 where it has none.
    """

    count: int
    off: float
    least: float
    step: float

    @classmethod
    def of(cls, answers: Float32Array, step: float) -> Sums:
        """Of (n, count) answers."""
        off = float(np.abs(answers.sum(axis=1) - 1).max())
        return cls(answers.shape[1], off, float(answers.min()), step)


def sums_of(content: bytes, kind: ModelFormat, path: Path) -> list[Sums]:
    """Runs the file on random pictures elsewhere; an entry for each output with several values.

    An integer ONNX file has none: it does not say what its integers stand for.

    Raises:
        InputError: it cannot be run, or it ended, filled or held up the process.
        MachineError: there is no runtime for it, or no process can be started.
    """
    header = {"kind": kind.value, "path": str(path)}
    said = run_apart(MODULE, header, content, path)
    # A runtime's C++ side may greet on stdout first; the answer is the last line.
    return [Sums(**one) for one in json.loads(said.splitlines()[-1])]


@command
def main(argv: Sequence[str] | None = None) -> int:
    """The other process: a line of JSON and a model on stdin, the sums as JSON on stdout.

    Raises:
        InputError: the model cannot be run.
        MachineError: there is no runtime for it.
    """
    header = json.loads(sys.stdin.buffer.readline())
    content = sys.stdin.buffer.read()
    run = _run_onnx if ModelFormat(header["kind"]) is ModelFormat.ONNX else _run_tflite
    try:
        found = run(content, np.random.default_rng(0))
    except MemoryError:
        raise InputError(
            f"{header['path']} asks for more than {MOST_BYTES >> 20} MB of memory; {AGAIN}"
        ) from None
    except (ValueError, RuntimeError) as error:
        raise InputError(f"{first_line(error)}; {AGAIN}") from error
    print(json.dumps([asdict(one) for one in found]))
    return 0


def _run_tflite(content: bytes, rng: np.random.Generator) -> list[Sums]:
    from edge.runtimes.tflite import import_interpreter

    loader = import_interpreter()
    bound(MOST_BYTES + 8 * len(content))
    with silenced(2):
        interpreter = loader(model_content=content)
        interpreter.allocate_tensors()
        details = interpreter.get_output_details()
        wide = [one for one in details if len(one["shape"]) == 2 and one["shape"][1] >= 2]
        seen: list[list[AnyArray]] = [[] for _ in wide]
        for _ in range(PICTURES):
            for one in interpreter.get_input_details():
                interpreter.set_tensor(one["index"], _random(one, rng))
            interpreter.invoke()
            for rows, one in zip(seen, wide, strict=True):
                rows.append(interpreter.get_tensor(one["index"])[0])
    return [
        Sums.of(_real(np.stack(rows), one["quantization"]), float(one["quantization"][0]))
        for rows, one in zip(seen, wide, strict=True)
    ]


def _random(detail: dict[str, Any], rng: np.random.Generator) -> AnyArray:
    real = rng.random(detail["shape"], np.float32)
    scale, zero = detail["quantization"]
    if not scale:
        return np.asarray(real, detail["dtype"])
    return QuantizationParams(float(scale), int(zero), detail["dtype"].__name__).quantize(real)


def _real(values: AnyArray, quantization: Sequence[float]) -> Float32Array:
    scale, zero = quantization
    if not scale:
        return values.astype(np.float32)
    return QuantizationParams(float(scale), int(zero), values.dtype.name).dequantize(values)


def _run_onnx(content: bytes, rng: np.random.Generator) -> list[Sums]:
    from edge.runtimes.onnx import import_onnxruntime

    onnxruntime = import_onnxruntime()
    bound(MOST_BYTES + 8 * len(content))
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    try:
        session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
        if any(one.type != "tensor(float)" for one in session.get_inputs()):
            return []
        seen = []
        for _ in range(PICTURES):
            feeds = {
                one.name: rng.random(
                    [side if isinstance(side, int) else 1 for side in one.shape], np.float32
                )
                for one in session.get_inputs()
            }
            seen.append(session.run(None, feeds))
    except Exception as error:  # onnxruntime's errors share no base but Exception
        raise ValueError(str(error)) from error
    stacked = [np.concatenate(rows) for rows in zip(*seen, strict=True)]
    wide = [
        one for one in stacked if one.ndim == 2 and one.shape[1] >= 2 and one.dtype == np.float32
    ]
    return [Sums.of(one, 0.0) for one in wide]


if __name__ == "__main__":
    sys.exit(main())

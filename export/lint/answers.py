"""What a file answers when it runs: whether its probabilities are any."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from edge.arrays import AnyArray, Float32Array
from edge.artifact import ModelArtifact, ModelFormat
from edge.errors import EdgeDigitsError, MachineError
from edge.quantization import QuantizationParams
from edge.quiet import silenced
from edge.session import open_session
from export.lint.findings import Finding, Level

_PICTURES = 8
_TOLERANCE = 0.01


def check_answers(
    content: bytes, kind: ModelFormat, described: ModelArtifact | None
) -> list[Finding]:
    """Runs the file on a few random pictures and looks at the sum of its probabilities.

    An integer ONNX file that nothing describes cannot be judged: it does not say what its
    integers stand for.
    """
    rng = np.random.default_rng(0)
    try:
        if described is not None:
            shape = (_PICTURES, *described.input.shape[1:])
            pictures = rng.integers(0, 256, shape, dtype=np.uint8)
            rows = [open_session(described).run(pictures).probabilities]
            step = described.probabilities.params
            steps = [step.scale if step else 0.0]
        else:
            rows, steps = _undescribed(content, kind, rng)
    except MachineError as error:
        return [
            Finding("runs", Level.NOTE, f"not run: {error}", "its answers were not looked at", "")
        ]
    except (EdgeDigitsError, ValueError, RuntimeError) as error:
        reason = (str(error).splitlines() or ["no reason given"])[0]
        return [
            Finding(
                "runs",
                Level.ERROR,
                f"a runtime here cannot run it: {reason[:200]}",
                "it will not run in use either",
                "export it again: python -m export",
            )
        ]
    return [one for answers, step in zip(rows, steps, strict=True) for one in _judge(answers, step)]


def _judge(answers: Float32Array, step: float) -> list[Finding]:
    off = float(np.abs(answers.sum(axis=1) - 1).max())
    # Each of n probabilities is rounded by at most half a step.
    if off <= _TOLERANCE + answers.shape[1] * step / 2 and answers.min() >= -_TOLERANCE:
        return []
    return [
        Finding(
            "softmax-sum",
            Level.ERROR,
            f"its {answers.shape[1]} probabilities sum to as much as {off:.3g} away from 1",
            "thresholds of confidence mean nothing, and quantized sums are cut off",
            "end the network in a softmax, and calibrate it",
        )
    ]


def _undescribed(
    content: bytes, kind: ModelFormat, rng: np.random.Generator
) -> tuple[list[Float32Array], list[float]]:
    if kind is ModelFormat.ONNX:
        return _run_onnx(content, rng)
    from edge.runtimes.tflite import import_interpreter

    with silenced(2):
        interpreter = import_interpreter()(model_content=content)
        interpreter.allocate_tensors()
        details = interpreter.get_output_details()
        wide = [one for one in details if len(one["shape"]) == 2 and one["shape"][1] >= 2]
        seen: list[list[AnyArray]] = [[] for _ in wide]
        for _ in range(_PICTURES):
            for one in interpreter.get_input_details():
                interpreter.set_tensor(one["index"], _random(one, rng))
            interpreter.invoke()
            for rows, one in zip(seen, wide, strict=True):
                rows.append(interpreter.get_tensor(one["index"])[0])
    steps = [float(one["quantization"][0]) for one in wide]
    return [
        _real(np.stack(rows), one["quantization"]) for rows, one in zip(seen, wide, strict=True)
    ], steps


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


def _run_onnx(content: bytes, rng: np.random.Generator) -> tuple[list[Float32Array], list[float]]:
    try:
        import onnxruntime
    except ImportError as error:
        raise MachineError(
            "no runtime for .onnx files; install: pip install onnxruntime"
        ) from error
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    try:
        session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
        if any(one.type != "tensor(float)" for one in session.get_inputs()):
            return [], []
        seen = []
        for _ in range(_PICTURES):
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
    return wide, [0.0] * len(wide)

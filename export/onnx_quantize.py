"""Int8 for ONNX models, by onnxruntime's quantizers: dense weights only, or everything."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np

from edge.arrays import Float32Array

_DENSE = ("MatMul", "Gemm")
_SHARES = ("Sigmoid", "Softmax")


class CalibrationMethod(StrEnum):
    """How the range of a tensor follows from the values seen in it."""

    MINMAX = "minmax"
    """From the smallest to the largest: nothing is clipped."""
    ENTROPY = "entropy"
    """The range whose int8 histogram loses the least information (Kullback-Leibler). As
    onnxruntime sets it up, with no more histogram bins than int8 has levels above zero, it
    can choose no narrower range than min-max and gives the same file."""
    PERCENTILE = "percentile"
    """All but the outermost 0.001 %: rare outliers are clipped."""


DEFAULT_METHOD = CalibrationMethod.MINMAX
"""By `python -m export.study` all agree with Keras alike; this one judges non-digits best."""


def quantize_dense(plain: Any) -> Any:
    """Int8 weights of the dense layers; a dynamically quantized Conv is slower than float."""
    from onnxruntime.quantization import QuantType
    from onnxruntime.quantization import quantize_dynamic as quantize

    with _file_of(plain) as path, tempfile.TemporaryDirectory() as folder:
        result = Path(folder) / "dynamic.onnx"
        quantize(path, result, weight_type=QuantType.QInt8, op_types_to_quantize=list(_DENSE))
        return _load(result)


def dynamic_note(model: Any) -> str:
    """How many of the weights a dynamic file really holds as int8."""
    from onnx import TensorProto

    matrices = [one for one in model.graph.initializer if len(one.dims) >= 2]
    small = [one for one in matrices if one.data_type == TensorProto.INT8]
    return (
        f"{len(small)} of {len(matrices)} weight tensors are int8, those of the dense layers; "
        "convolutions stay float32, since onnxruntime runs them slower with int8 weights"
    )


def quantize_static(
    plain: Any, samples: Float32Array, method: CalibrationMethod = DEFAULT_METHOD
) -> Any:
    """Quantize / dequantize pairs around every operator, per channel, int8 throughout.

    What a sigmoid or a softmax gives has all of [0, 1], as in a .tflite file, whatever the
    samples made of it: a gate that they leave half open may open wide in use.

    Args:
        plain: a float32 onnx.ModelProto with one input.
        samples: (n, *shape) float32, what the network is fed.
        method: how ranges follow from the values seen.
    """
    from onnxruntime.quantization import (
        CalibrationDataReader,
        QuantFormat,
        QuantType,
    )
    from onnxruntime.quantization import (
        CalibrationMethod as OrtMethod,
    )
    from onnxruntime.quantization import quantize_static as quantize
    from onnxruntime.quantization.shape_inference import quant_pre_process

    (image,) = (value.name for value in plain.graph.input)

    class Reader(CalibrationDataReader):  # type: ignore[misc]  # onnxruntime ships no types
        def __init__(self) -> None:
            self._samples = iter(samples)

        def get_next(self) -> dict[str, Any] | None:
            sample = next(self._samples, None)
            return None if sample is None else {image: sample[None]}

    with _file_of(plain) as path, tempfile.TemporaryDirectory() as folder:
        prepared, result = Path(folder) / "prepared.onnx", Path(folder) / "int8.onnx"
        quant_pre_process(path, prepared, skip_symbolic_shape=True)
        quantize(
            prepared,
            result,
            Reader(),
            quant_format=QuantFormat.QDQ,
            per_channel=True,
            activation_type=QuantType.QInt8,
            weight_type=QuantType.QInt8,
            calibrate_method={
                CalibrationMethod.MINMAX: OrtMethod.MinMax,
                CalibrationMethod.ENTROPY: OrtMethod.Entropy,
                CalibrationMethod.PERCENTILE: OrtMethod.Percentile,
            }[method],
            extra_options={"TensorQuantOverrides": _whole_shares(prepared)},
        )
        return _load(result)


def _whole_shares(prepared: Path) -> dict[str, list[dict[str, Any]]]:
    """The range of every output that lies in [0, 1], as onnxruntime's quantizer takes it."""
    return {
        node.output[0]: [{"rmin": np.float32(0), "rmax": np.float32(1)}]
        for node in _load(prepared).graph.node
        if node.op_type in _SHARES
    }


@contextlib.contextmanager
def _file_of(proto: Any) -> Iterator[Path]:
    """The model as a file for as long as the block lasts: the quantizers take paths."""
    import onnx

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "float32.onnx"
        onnx.save(proto, path)
        yield path


def _load(path: Path) -> Any:
    import onnx

    return onnx.load(path)

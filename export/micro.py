"""What TensorFlow Lite Micro needs for a model: its kernels, and how large an arena."""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from edge.errors import InputError
from export.lint.tflite_graph import Graph, Tensor, weight_of

KERNELS = {
    "ABS": "Abs", "ADD": "Add", "ARG_MAX": "ArgMax", "ARG_MIN": "ArgMin",
    "AVERAGE_POOL_2D": "AveragePool2D", "BATCH_MATMUL": "BatchMatMul", "CAST": "Cast",
    "CONCATENATION": "Concatenation", "CONV_2D": "Conv2D", "DEPTHWISE_CONV_2D": "DepthwiseConv2D",
    "DEQUANTIZE": "Dequantize", "DIV": "Div", "ELU": "Elu", "EXP": "Exp",
    "EXPAND_DIMS": "ExpandDims", "FULLY_CONNECTED": "FullyConnected", "HARD_SWISH": "HardSwish",
    "L2_NORMALIZATION": "L2Normalization", "LEAKY_RELU": "LeakyRelu", "LOGISTIC": "Logistic",
    "MAX_POOL_2D": "MaxPool2D", "MAXIMUM": "Maximum", "MEAN": "Mean", "MINIMUM": "Minimum",
    "MUL": "Mul", "NEG": "Neg", "PACK": "Pack", "PAD": "Pad", "PADV2": "PadV2", "PRELU": "Prelu",
    "QUANTIZE": "Quantize", "REDUCE_MAX": "ReduceMax", "RELU": "Relu", "RELU6": "Relu6",
    "RESHAPE": "Reshape", "RESIZE_BILINEAR": "ResizeBilinear",
    "RESIZE_NEAREST_NEIGHBOR": "ResizeNearestNeighbor", "SHAPE": "Shape", "SLICE": "Slice",
    "SOFTMAX": "Softmax", "SPACE_TO_DEPTH": "SpaceToDepth", "SPLIT": "Split", "SQUEEZE": "Squeeze",
    "STRIDED_SLICE": "StridedSlice", "SUB": "Sub", "SUM": "Sum", "TANH": "Tanh",
    "TRANSPOSE": "Transpose", "TRANSPOSE_CONV": "TransposeConv", "UNPACK": "Unpack",
}  # fmt: skip
"""The built-in operators of image models, and the name of the `Add...` of MicroMutableOpResolver
that registers each."""

_ALIGNMENT = 16
_LARGEST_ARENA = 1 << 24
_MARGIN = 1.25


def needed_kernels(graph: Graph) -> list[str]:
    """Names of the kernels that a model needs, each once, sorted.

    Raises:
        InputError: it needs one that TensorFlow Lite Micro does not have.
    """
    for operator in graph.operators:
        if operator.is_custom or operator.kind not in KERNELS:
            raise InputError(
                f"TensorFlow Lite Micro has no kernel for {operator.kind}; replace that layer"
            )
        weight = weight_of(operator)
        if weight and weight.dtype == "int8" and operator.inputs[0].dtype == "float32":
            raise InputError(
                "TensorFlow Lite Micro does not run dynamic range files; "
                "export with --quantize int8"
            )
        if any(one.dtype == "float16" for one in operator.inputs):
            raise InputError(
                "TensorFlow Lite Micro does not run float16 files; export with --quantize int8"
            )
    return sorted({KERNELS[operator.kind] for operator in graph.operators})


def arena_bytes(content: bytes, graph: Graph) -> tuple[int, str]:
    """How many bytes of memory the model needs to run, and how that is known.

    Returns:
        A multiple of 16, with a margin of a quarter, and "measured" where the tflite-micro
        package is installed, else "estimated".
    """
    smallest = _measure(content)
    how = "estimated" if smallest is None else "measured"
    needed = _estimate(graph) if smallest is None else smallest
    return _aligned(math.ceil(needed * _MARGIN)), how


def open_micro() -> Callable[..., Any] | None:
    """Makes a TensorFlow Lite Micro interpreter from bytes; None where it is not installed."""
    try:
        runtime = importlib.import_module("tflite_micro.python.tflite_micro.runtime")
    except ImportError:
        return None
    make: Callable[..., Any] = runtime.Interpreter.from_bytes
    return make


def _measure(content: bytes) -> int | None:
    """The smallest arena in which the host's interpreter can be made, to 16 bytes.

    On a 32-bit microcontroller pointers are half as wide, so that it needs less there.
    """
    make = open_micro()
    if make is None:
        return None
    low, high = 0, _LARGEST_ARENA // _ALIGNMENT
    while high - low > 1:
        middle = (low + high) // 2
        try:
            make(content, arena_size=middle * _ALIGNMENT)
            high = middle
        except RuntimeError:
            low = middle
    return high * _ALIGNMENT


def _estimate(graph: Graph) -> int:
    """The most activations alive at once, and what kernels keep of each tensor and channel."""
    first: dict[str, int] = {one.name: 0 for one in graph.inputs}
    last: dict[str, int] = {one.name: len(graph.operators) for one in graph.outputs}
    sizes: dict[str, int] = {}
    kept = 0
    for step, operator in enumerate(graph.operators):
        for one in (*operator.inputs, *operator.outputs):
            kept += 32 + 8 * len(one.scales)
            if not one.is_constant:
                sizes[one.name] = _aligned(_size_bytes(one))
                first.setdefault(one.name, step)
                last[one.name] = max(step, last.get(one.name, 0))
        kept += 192
    alive = [
        sum(size for name, size in sizes.items() if first[name] <= step <= last[name])
        for step in range(len(graph.operators))
    ]
    return max(alive, default=0) + kept


def _size_bytes(tensor: Tensor) -> int:
    return math.prod(tensor.shape) * np.dtype(tensor.dtype).itemsize


def _aligned(size: int) -> int:
    return -(-size // _ALIGNMENT) * _ALIGNMENT

"""A .tflite file's flatbuffer as plain objects: tensors, operators, what flows where."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edge.errors import InputError
from edge.tflite_schema import import_schema

WEIGHTED = frozenset({"CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED", "TRANSPOSE_CONV"})
"""Operators whose second input is a weight."""


@dataclass(frozen=True, slots=True)
class Tensor:
    """One tensor.

    Attributes:
        name: as the file has it.
        shape: as stored; `free_batch` tells whether the first side may change.
        dtype: the schema's name in lower case: "float32", "int8", "int16", "float16".
        scales: of its quantization; empty where it has none.
        zero_points: as many as scales.
        is_constant: whether the file holds its values.
        free_batch: whether the first side is open.
    """

    name: str
    shape: tuple[int, ...]
    dtype: str
    scales: tuple[float, ...]
    zero_points: tuple[int, ...]
    is_constant: bool
    free_batch: bool


@dataclass(frozen=True, slots=True)
class Operator:
    """One operator.

    Attributes:
        kind: the schema's name: "CONV_2D"; the custom code of a custom one.
        version: of its definition.
        is_custom: whether it is no built-in.
        inputs: tensors; absent optional ones are left out.
        outputs: tensors.
        activation: of its fused activation function, the schema's name, or None.
    """

    kind: str
    version: int
    is_custom: bool
    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]
    activation: str | None


@dataclass(frozen=True, slots=True)
class Graph:
    """The main graph of a file."""

    operators: tuple[Operator, ...]
    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]


def read_graph(content: bytes, path: Path) -> Graph:
    """Reads the flatbuffer.

    Raises:
        InputError: it is none, or broken.
        MachineError: no package with the schema is installed.
    """
    _, schema = import_schema()
    try:
        model = schema.ModelT.InitFromObj(schema.Model.GetRootAs(content, 0))
        codes = _names(schema.BuiltinOperator)
        activations = _names(schema.ActivationFunctionType)
        graph = model.subgraphs[0]
        tensors = [_tensor(one, model, _names(schema.TensorType)) for one in graph.tensors]
        return Graph(
            tuple(
                _operator(one, model.operatorCodes, tensors, codes, activations)
                for one in graph.operators
            ),
            tuple(tensors[index] for index in graph.inputs),
            tuple(tensors[index] for index in graph.outputs),
        )
    except Exception as error:  # the generated reader checks nothing and raises anything
        raise InputError(f"{path} is no TFLite model that can be read: {error}") from error


def _names(kind: Any) -> dict[int, str]:
    return {value: name for name, value in vars(kind).items() if isinstance(value, int)}


def _tensor(one: Any, model: Any, types: dict[int, str]) -> Tensor:
    quantization = one.quantization
    scales = () if quantization is None or quantization.scale is None else quantization.scale
    zeros = () if quantization is None or quantization.zeroPoint is None else quantization.zeroPoint
    name = (one.name or b"").decode("utf-8", "replace")
    if len(scales) != len(zeros):  # the runtime loads no such file
        raise ValueError(f"tensor {name} has {len(scales)} scales and {len(zeros)} zero points")
    data = model.buffers[one.buffer].data
    signature = one.shapeSignature if one.shapeSignature is not None else one.shape
    free = signature is not None and len(signature) > 0 and int(signature[0]) < 0
    return Tensor(
        name,
        tuple(int(side) for side in one.shape) if one.shape is not None else (),
        types[one.type].lower(),
        tuple(float(scale) for scale in scales),
        tuple(int(zero) for zero in zeros),
        data is not None and len(data) > 0,
        free,
    )


def _operator(
    one: Any, all_codes: Any, tensors: list[Tensor], codes: dict[int, str], acts: dict[int, str]
) -> Operator:
    code = all_codes[one.opcodeIndex]
    number = max(code.builtinCode, code.deprecatedBuiltinCode)
    custom = code.customCode
    fused = getattr(one.builtinOptions, "fusedActivationFunction", None)
    return Operator(
        custom.decode() if custom else codes.get(number, f"operator {number}"),
        int(code.version),
        bool(custom),
        tuple(tensors[index] for index in one.inputs if index >= 0),
        tuple(tensors[index] for index in one.outputs if index >= 0),
        None if fused is None else acts[fused],
    )


def weight_of(operator: Operator) -> Tensor | None:
    """The weight of an operator that has one."""
    if operator.kind not in WEIGHTED or len(operator.inputs) < 2:
        return None
    return operator.inputs[1]

"""Makes a QDQ model take and give int8: the float edges of the graph are cut off.

`quantize_static` keeps float inputs and outputs, with a QuantizeLinear after the one and
a DequantizeLinear before the other. Without those two the file is full integer, as its
name says, and a caller that already holds int8 pays for no conversion.
"""

from __future__ import annotations

from typing import Any

from edge.errors import InputError
from edge.quantization import QuantizationParams

_MOVES_ONLY = frozenset({"Reshape", "Transpose", "Squeeze", "Unsqueeze", "Flatten", "Identity"})
"""Operators that move values without changing them; they work on int8 as well."""


def make_integer_io(model: Any) -> dict[str, QuantizationParams]:
    """Turns the float32 input and outputs of a QDQ onnx.ModelProto into int8, in place.

    Returns:
        The quantization of each input and output, by its name.

    Raises:
        InputError: an edge of the graph is not quantized, so the model is not full integer.
    """
    graph = model.graph
    params = {v.name: _integer_input(graph, v) for v in graph.input}
    params |= {v.name: _integer_output(graph, v) for v in graph.output}
    return params


def _integer_input(graph: Any, value: Any) -> QuantizationParams:
    name, passed = value.name, []
    while True:
        users = [node for node in graph.node if name in node.input]
        if len(users) == 1 and users[0].op_type in _MOVES_ONLY:
            name = users[0].output[0]
            passed.append(name)
            continue
        _expect(users, "QuantizeLinear", value.name)
        break
    node = users[0]
    for user in graph.node:
        _rename(user.input, node.output[0], name)
    _finish(graph, value, node, passed)
    return _params(graph, node)


def _integer_output(graph: Any, value: Any) -> QuantizationParams:
    name, passed = value.name, []
    while True:
        makers = [node for node in graph.node if name in node.output]
        if len(makers) == 1 and makers[0].op_type in _MOVES_ONLY:
            name = makers[0].input[0]
            passed.append(name)
            continue
        _expect(makers, "DequantizeLinear", value.name)
        break
    node = makers[0]
    inner = node.input[0]
    for other in graph.node:
        _rename(other.output, inner, name)
        _rename(other.input, inner, name)
    _finish(graph, value, node, [*passed, inner])
    return _params(graph, node)


def _expect(nodes: list[Any], kind: str, edge: str) -> None:
    if len(nodes) != 1 or nodes[0].op_type != kind:
        kinds = ", ".join(node.op_type for node in nodes) or "nothing"
        raise InputError(f"the model is not full integer: {kinds} at {edge!r}, not one {kind}")


def _rename(names: Any, old: str, new: str) -> None:
    for index, name in enumerate(names):
        if name == old:
            names[index] = new


def _finish(graph: Any, value: Any, node: Any, passed: list[str]) -> None:
    """Removes the node and what the graph remembers of the passed tensors' float types."""
    from onnx import TensorProto

    graph.node.remove(node)
    gone = {value.name, node.input[0], node.output[0], *passed}
    for info in [info for info in graph.value_info if info.name in gone]:
        graph.value_info.remove(info)
    value.type.tensor_type.elem_type = TensorProto.INT8


def _params(graph: Any, node: Any) -> QuantizationParams:
    from onnx import numpy_helper

    constants = {one.name: one for one in graph.initializer}
    scale, zero_point = (numpy_helper.to_array(constants[name]) for name in node.input[1:3])
    return QuantizationParams(float(scale.item()), int(zero_point.item()))

"""An ONNX graph's names and order follow from the graph, not from how it was made."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")

import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from export.onnx_names import settle_names

RNG = np.random.default_rng(0)
WEIGHTS = [RNG.normal(size=(4, 4)).astype(np.float32) for _ in range(3)]


def two_branches(order: list[int], prefix: str) -> Any:
    """Two products of one input, added; a node and a constant that nobody needs."""
    nodes = [
        helper.make_node("MatMul", ["image", f"{prefix}0"], [f"{prefix}a"], f"{prefix}n0"),
        helper.make_node("MatMul", ["image", f"{prefix}1"], [f"{prefix}b"], f"{prefix}n1"),
        helper.make_node("Relu", ["image"], [f"{prefix}idle"], f"{prefix}n2"),
        helper.make_node("Add", [f"{prefix}a", f"{prefix}b"], ["relu_1"], f"{prefix}n3"),
        helper.make_node("Relu", ["relu_1"], ["y"], f"{prefix}n4"),
    ]
    value = [helper.make_tensor_value_info(n, TensorProto.FLOAT, (1, 4)) for n in ("image", "y")]
    shown = helper.make_tensor_value_info("relu_1", TensorProto.FLOAT, (1, 4))
    constants = [numpy_helper.from_array(w, f"{prefix}{k}") for k, w in enumerate(WEIGHTS)]
    graph = helper.make_graph(
        [nodes[k] for k in order],
        "g",
        value[:1],
        [value[1], shown],
        [constants[k % 3] for k in order[:3]],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def answers(model: Any) -> Any:
    session = onnxruntime.InferenceSession(model.SerializeToString())
    return session.run(None, {"image": np.ones((1, 4), np.float32)})


def test_the_same_graph_gets_the_same_bytes_however_it_was_made() -> None:
    one, other = two_branches([0, 1, 2, 3, 4], "x/"), two_branches([2, 1, 0, 3, 4], "Some/Name__")
    before = answers(one)
    for model in (one, other):
        settle_names(model)
        onnx.checker.check_model(model)
    assert one.SerializeToString(deterministic=True) == other.SerializeToString(deterministic=True)
    for was, now in zip(before, answers(one), strict=True):
        assert np.array_equal(was, now)


def test_names_are_the_operators_counted_and_edges_keep_theirs() -> None:
    model = two_branches([2, 1, 0, 3, 4], "x/")
    settle_names(model)
    nodes = model.graph.node
    # An output of the graph is called relu_1: no node is.
    assert [node.name for node in nodes] == ["matmul_1", "matmul_2", "add_1", "relu_2"]
    assert [one.name for one in model.graph.initializer] == ["matmul_1_weights", "matmul_2_weights"]
    assert np.array_equal(numpy_helper.to_array(model.graph.initializer[0]), WEIGHTS[0])
    assert list(nodes[2].output) == ["relu_1"]
    assert [value.name for value in model.graph.output] == ["y", "relu_1"]


def test_a_graph_with_graphs_inside_is_left_as_it_is() -> None:
    body = helper.make_graph(
        [helper.make_node("Identity", ["outer"], ["inner"])],
        "body",
        [],
        [helper.make_tensor_value_info("inner", TensorProto.FLOAT, (1,))],
    )
    model = two_branches([0, 1, 2, 3, 4], "x/")
    model.graph.node.append(
        helper.make_node("If", ["c"], ["z"], "if", then_branch=body, else_branch=body)
    )
    before = model.SerializeToString(deterministic=True)
    settle_names(model)
    assert model.SerializeToString(deterministic=True) == before


def small(nodes: list[Any], outputs: list[str], constants: list[str]) -> Any:
    """A model of (1, 4) values: the nodes, and constants of (4, 4)."""
    values = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, (1, 4))
        for name in ("image", *outputs)
    ]
    stored = [numpy_helper.from_array(WEIGHTS[k % 3], name) for k, name in enumerate(constants)]
    graph = helper.make_graph(nodes, "g", values[:1], values[1:], stored)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def test_what_is_left_out_is_needed_by_nobody() -> None:
    """Clip without a lower bound, before a Dropout whose second output nobody asked for."""
    highest = numpy_helper.from_array(np.float32(3.0), "highest")
    model = small(
        [
            helper.make_node("Clip", ["image", "", "highest"], ["clipped"]),
            helper.make_node("Relu", ["clipped"], ["positive"]),
            helper.make_node("Dropout", ["positive"], ["dropped", ""]),
            helper.make_node("Add", ["dropped", "clipped"], ["y"]),
        ],
        ["y"],
        [],
    )
    model.graph.initializer.append(highest)
    before = answers(model)
    settle_names(model)
    onnx.checker.check_model(model, full_check=True)
    assert [node.op_type for node in model.graph.node] == ["Clip", "Relu", "Dropout", "Add"]
    assert np.array_equal(before[0], answers(model)[0])


def test_no_name_is_given_twice() -> None:
    """An output of the graph is called as the first constant would be."""
    model = small(
        [
            helper.make_node("MatMul", ["image", "w"], ["a"]),
            helper.make_node("Relu", ["a"], ["matmul_1_weights"]),
        ],
        ["matmul_1_weights"],
        ["w"],
    )
    before = answers(model)
    settle_names(model)
    onnx.checker.check_model(model, full_check=True)
    assert model.graph.initializer[0].name != "matmul_1_weights"
    assert np.array_equal(before[0], answers(model)[0])


def test_constants_that_are_outputs_keep_the_order_of_the_outputs() -> None:
    names = [f"constant {k}" for k in range(6)]
    model = small([helper.make_node("Relu", ["image"], ["y"])], ["y", *names], names[::-1])
    settle_names(model)
    assert [one.name for one in model.graph.initializer] == names

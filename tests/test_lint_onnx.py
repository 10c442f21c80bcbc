"""Every rule of `python -m export.lint` for .onnx, by a file broken on purpose for it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.linting import inspected, rules_of
from tests.support import (
    SHIPPED,
    needs_onnx,
    needs_onnxruntime,
)

Change = Callable[[Any], None]


def edit_nodes(kind: str, **changes: Any) -> Change:
    def change(model: Any) -> None:
        for node in model.graph.node:
            if node.op_type == kind:
                for key, value in changes.items():
                    setattr(node, key, value)

    return change


def newer_opset(model: Any) -> None:
    for one in model.opset_import:
        if one.domain == "":
            one.version = 25


def newer_ir(model: Any) -> None:
    model.ir_version = 13


def named_batch(model: Any) -> None:
    model.graph.input[0].type.tensor_type.shape.dim[0].dim_param = "batch"


def float_softmax(model: Any) -> None:
    """The pair before the softmax is taken away."""
    nodes = model.graph.node
    softmax = next(node for node in nodes if node.op_type == "Softmax")
    back = next(node for node in nodes if softmax.input[0] in node.output)
    there = next(node for node in nodes if back.input[0] in node.output)
    softmax.input[0] = there.input[0]
    nodes.remove(back)
    nodes.remove(there)


def one_scale_a_conv(model: Any) -> None:
    from onnx import numpy_helper

    made_by = {name: node for node in model.graph.node for name in node.output}
    stored = {one.name: one for one in model.graph.initializer}
    for node in model.graph.node:
        if node.op_type == "Conv":
            pair = made_by[node.input[1]]
            for name in pair.input[1:3]:
                first = numpy_helper.to_array(stored[name]).reshape(-1)[0]
                stored[name].CopyFrom(numpy_helper.from_array(np.asarray(first), name))
            del pair.attribute[:]


def clipped_sigmoid(model: Any) -> None:
    from onnx import numpy_helper

    for one in model.graph.initializer:
        if one.name == "is_digit_scale":
            one.CopyFrom(numpy_helper.from_array(np.float32(1 / 600), one.name))


def conv_of_integers(model: Any) -> None:
    from onnx import helper

    model.graph.node.append(helper.make_node("ConvInteger", ["image", "image"], ["unused"]))


@needs_onnx
@needs_onnxruntime
@pytest.mark.parametrize(
    ("parent", "name", "change", "rule", "level"),
    [
        pytest.param(
            "digits-float32.onnx", "a-int8.onnx", lambda model: None, "scheme", "error",
            id="float-posing-as-int8",
        ),
        pytest.param(
            "digits-int8.onnx", "a.onnx", float_softmax, "float-island", "error",
            id="float-island",
        ),
        pytest.param(
            "digits-int8.onnx", "a.onnx", one_scale_a_conv, "per-tensor", "warning",
            id="per-tensor-weights",
        ),
        pytest.param(
            "digits-float32.onnx", "a.onnx", edit_nodes("Softmax", domain="com.acme"),
            "custom-op", "error", id="operator-of-another-domain",
        ),
        pytest.param("digits-float32.onnx", "a.onnx", newer_opset, "opset", "error", id="opset"),
        pytest.param("digits-float32.onnx", "a.onnx", newer_ir, "opset", "error", id="ir-version"),
        pytest.param(
            "digits-float32.onnx", "a.onnx", named_batch, "dynamic-batch", "warning",
            id="open-batch",
        ),
        pytest.param(
            "digits-int8.onnx", "a.onnx", clipped_sigmoid, "activation-range", "error",
            id="range-that-clips",
        ),
        pytest.param(
            "digits-float32.onnx", "a.onnx", edit_nodes("Softmax", op_type="Sigmoid"),
            "softmax-sum", "error", id="sums-that-are-not-one",
        ),
        pytest.param(
            "digits-float32.onnx", "a.onnx", conv_of_integers, "dynamic-conv", "warning",
            id="slow-dynamic-convolution",
        ),
    ],
)  # fmt: skip
def test_a_broken_onnx_file_is_caught(
    tmp_path: Path, parent: str, name: str, change: Change, rule: str, level: str
) -> None:
    import onnx

    model = onnx.load(SHIPPED / parent)
    del model.metadata_props[:]
    sound = tmp_path / "sound.onnx"
    onnx.save(model, sound)
    change(model)
    onnx.save(model, tmp_path / name)
    assert rules_of(inspected(tmp_path / name)).get(rule) == level
    assert set(rules_of(inspected(sound))) == {"no-description"}


@needs_onnx
def test_a_zero_point_of_four_bits_is_passed_over() -> None:
    from types import SimpleNamespace

    import ml_dtypes

    from export.lint.onnx_rules import _Graph

    graph = object.__new__(_Graph)
    constants = {"scale": np.ones((), np.float32), "zero": np.zeros((), ml_dtypes.uint4)}
    object.__setattr__(graph, "constants", constants)
    assert graph._held(SimpleNamespace(input=["x", "scale", "zero"])) is None

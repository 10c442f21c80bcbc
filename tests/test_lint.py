"""`python -m export.lint` says what a file is: one file broken on purpose for each rule."""

from __future__ import annotations

import importlib.util
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from edge.errors import InputError
from export.lint.findings import Inspection, Level
from tests.support import SHIPPED, Run, needs_onnxruntime, one_line_error, shipped_models

needs_schema = pytest.mark.skipif(
    importlib.util.find_spec("ai_edge_litert") is None
    or importlib.util.find_spec("flatbuffers") is None,
    reason="ai-edge-litert and flatbuffers, which know the schema of .tflite, are not installed",
)
needs_onnx = pytest.mark.skipif(
    importlib.util.find_spec("onnx") is None, reason="the onnx package is not installed"
)

Change = Callable[[Any], None]


def inspected(path: Path) -> Inspection:
    from export.lint.__main__ import inspect

    return inspect(path)


def rules_of(inspection: Inspection) -> dict[str, Level]:
    return {one.rule: one.level for one in reversed(inspection.findings)}


def broken_tflite(tmp_path: Path, parent: str, name: str, change: Change) -> Path:
    """A shipped .tflite file, changed, under a name of its own and without a manifest."""
    import flatbuffers
    from ai_edge_litert import schema_py_generated as schema

    model = schema.ModelT.InitFromObj(schema.Model.GetRootAs((SHIPPED / parent).read_bytes(), 0))
    change(model)
    builder = flatbuffers.Builder(1 << 16)
    builder.Finish(model.Pack(builder), b"TFL3")
    path = tmp_path / name
    path.write_bytes(bytes(builder.Output()))
    return path


def code_of(model: Any, name: str) -> Any:
    from ai_edge_litert import schema_py_generated as schema

    wanted = getattr(schema.BuiltinOperator, name)
    return next(one for one in model.operatorCodes if one.builtinCode == wanted)


def operators(model: Any, name: str) -> list[Any]:
    index = model.operatorCodes.index(code_of(model, name))
    return [one for one in model.subgraphs[0].operators if one.opcodeIndex == index]


def output_of(model: Any, operator: Any) -> Any:
    return model.subgraphs[0].tensors[operator.outputs[0]]


def add_operator(model: Any, name: str, inputs: list[int], outputs: list[int]) -> Any:
    from ai_edge_litert import schema_py_generated as schema

    code = schema.OperatorCodeT()
    code.builtinCode = code.deprecatedBuiltinCode = getattr(schema.BuiltinOperator, name)
    code.version = 1
    model.operatorCodes.append(code)
    operator = schema.OperatorT()
    operator.opcodeIndex = len(model.operatorCodes) - 1
    operator.inputs, operator.outputs = inputs, outputs
    return operator


def add_float_tensor(model: Any, like: int, name: bytes) -> int:
    from ai_edge_litert import schema_py_generated as schema

    graph = model.subgraphs[0]
    tensor = schema.TensorT()
    tensor.shape, tensor.name, tensor.buffer = graph.tensors[like].shape, name, 0
    tensor.type = schema.TensorType.FLOAT32
    graph.tensors.append(tensor)
    return len(graph.tensors) - 1


def weights_become_int8(model: Any) -> None:
    """Dynamic range: int8 weights, everything else as it was."""
    from ai_edge_litert import schema_py_generated as schema

    graph = model.subgraphs[0]
    for operator in (*operators(model, "CONV_2D"), *operators(model, "FULLY_CONNECTED")):
        tensor = graph.tensors[operator.inputs[1]]
        values = np.frombuffer(bytes(model.buffers[tensor.buffer].data), np.float32)
        scale = float(np.abs(values).max() / 127)
        tensor.type = schema.TensorType.INT8
        tensor.quantization = schema.QuantizationParametersT()
        tensor.quantization.scale, tensor.quantization.zeroPoint = [scale], [0]
        small = np.clip(np.rint(values / scale), -127, 127).astype(np.int8)
        model.buffers[tensor.buffer].data = small.view(np.uint8)


def softmax_in_float(model: Any) -> None:
    """A float island: dequantized before the softmax, quantized after it."""
    graph = model.subgraphs[0]
    softmax = operators(model, "SOFTMAX")[0]
    before, after = softmax.inputs[0], softmax.outputs[0]
    real_in = add_float_tensor(model, before, b"logits_float")
    real_out = add_float_tensor(model, after, b"probabilities_float")
    at = graph.operators.index(softmax)
    softmax.inputs, softmax.outputs = [real_in], [real_out]
    graph.operators.insert(at, add_operator(model, "DEQUANTIZE", [before], [real_in]))
    graph.operators.insert(at + 2, add_operator(model, "QUANTIZE", [real_out], [after]))


def float_input(model: Any) -> None:
    graph = model.subgraphs[0]
    (image,) = graph.inputs
    real = add_float_tensor(model, image, b"image_float")
    graph.operators.insert(0, add_operator(model, "QUANTIZE", [real], [image]))
    graph.inputs = [real]
    graph.tensors[real].name = b"image_float"
    model.signatureDefs = None


def one_scale_a_convolution(model: Any) -> None:
    for operator in operators(model, "CONV_2D"):
        quantization = model.subgraphs[0].tensors[operator.inputs[1]].quantization
        quantization.scale, quantization.zeroPoint = [float(max(quantization.scale))], [0]


def flex_softmax(model: Any) -> None:
    code = code_of(model, "SOFTMAX")
    code.builtinCode = code.deprecatedBuiltinCode = 32
    code.customCode = b"FlexSoftmax"


def newer_dense(model: Any) -> None:
    code_of(model, "FULLY_CONNECTED").version = 12


def open_batch(model: Any) -> None:
    graph = model.subgraphs[0]
    image = graph.tensors[graph.inputs[0]]
    image.shapeSignature = [-1, *list(image.shape)[1:]]


def clipped_probabilities(model: Any) -> None:
    for operator in operators(model, "SOFTMAX"):
        output_of(model, operator).quantization.scale = [1 / 512]


def relu_with_room_below_zero(model: Any) -> None:
    for operator in operators(model, "CONV_2D"):
        output_of(model, operator).quantization.zeroPoint = [0]


def sigmoid_for_softmax(model: Any) -> None:
    code = code_of(model, "SOFTMAX")
    sigmoid = code_of(model, "LOGISTIC")
    for operator in model.subgraphs[0].operators:
        if operator.opcodeIndex == model.operatorCodes.index(code):
            operator.opcodeIndex = model.operatorCodes.index(sigmoid)
            operator.builtinOptionsType, operator.builtinOptions = 0, None


@needs_schema
@pytest.mark.parametrize(
    ("parent", "name", "change", "rule", "level"),
    [
        pytest.param(
            "digits-float32.tflite", "a-int8.tflite", weights_become_int8, "scheme", "error",
            id="dynamic-range-posing-as-int8",
        ),
        pytest.param(
            "digits-int8.tflite", "a-int8.tflite", softmax_in_float, "float-island", "error",
            id="float-island",
        ),
        pytest.param(
            "digits-int8.tflite", "a-int8.tflite", float_input, "float-io", "warning",
            id="unquantized-input",
        ),
        pytest.param(
            "digits-int8.tflite", "a.tflite", one_scale_a_convolution, "per-tensor", "warning",
            id="per-tensor-weights",
        ),
        pytest.param(
            "digits-float32.tflite", "a.tflite", flex_softmax, "custom-op", "error", id="flex"
        ),
        pytest.param(
            "digits-int8.tflite", "a.tflite", newer_dense, "op-version", "error",
            id="newer-than-the-oldest-runtime",
        ),
        pytest.param(
            "digits-float32.tflite", "a.tflite", open_batch, "dynamic-batch", "warning",
            id="open-batch",
        ),
        pytest.param(
            "digits-int8.tflite", "a.tflite", clipped_probabilities, "activation-range", "error",
            id="range-that-clips",
        ),
        pytest.param(
            "digits-int8.tflite", "a.tflite", relu_with_room_below_zero, "activation-range",
            "warning", id="range-that-wastes",
        ),
        pytest.param(
            "digits-float32.tflite", "a.tflite", sigmoid_for_softmax, "softmax-sum", "error",
            id="sums-that-are-not-one",
        ),
        pytest.param(
            "digits-float32.tflite", "a.tflite", lambda model: None, "no-description", "note",
            id="nothing-describes-it",
        ),
    ],
)  # fmt: skip
def test_a_broken_tflite_file_is_caught(
    tmp_path: Path, parent: str, name: str, change: Change, rule: str, level: str
) -> None:
    found = rules_of(inspected(broken_tflite(tmp_path, parent, name, change)))
    assert found.get(rule) == level
    # Each change breaks one rule: an unchanged copy of the same file does not.
    sound = rules_of(inspected(broken_tflite(tmp_path, parent, "sound.tflite", lambda model: None)))
    assert set(sound) == {"no-description"}


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


@needs_schema
@needs_onnx
@pytest.mark.parametrize("artifact", shipped_models(), ids=lambda one: one.path.name)
def test_the_shipped_models_are_clean(artifact: Any) -> None:
    inspection = inspected(artifact.path)
    assert inspection.findings == ()
    assert inspection.scheme == inspection.claims == artifact.scheme


@needs_schema
def test_an_error_is_exit_code_1_and_json_says_why(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a-int8.tflite"
    shutil.copy(SHIPPED / "digits-float32.tflite", path)
    result = run("export.lint", path, SHIPPED / "digits-int8.tflite", "--json")
    assert result.returncode == 1, result.stderr
    broken, sound = map(json.loads, result.stdout.splitlines())
    assert broken["scheme"] == "none"
    assert "its name says int8" in broken["findings"][0]["what"]
    assert sound["findings"] == []
    for one in broken["findings"]:
        assert set(one) == {"rule", "level", "what", "why", "mend"}


@needs_schema
def test_a_finding_says_what_why_and_how_to_mend_it(run: Run, tmp_path: Path) -> None:
    path = broken_tflite(tmp_path, "digits-int8.tflite", "a-int8.tflite", newer_dense)
    result = run("export.lint", path)
    assert result.returncode == 1
    assert "FULLY_CONNECTED has version 12; tflite-runtime 2.14 has version 10" in result.stdout
    assert result.stdout.count("why: ") == result.stdout.count("mend: ")


@needs_schema
@needs_onnx
@pytest.mark.parametrize("name", ["digits-int8.tflite", "digits-int8.onnx"])
def test_a_spoilt_file_is_told_or_read_and_never_a_traceback(name: str, tmp_path: Path) -> None:
    from export.lint.onnx_rules import inspect_onnx
    from export.lint.tflite_rules import inspect_tflite

    look = inspect_tflite if name.endswith(".tflite") else inspect_onnx
    content = (SHIPPED / name).read_bytes()
    rng = np.random.default_rng(4)
    told = 0
    for _ in range(100):
        spoilt = bytearray(content)
        for place in rng.integers(len(content) - 14_000, len(content), 6):
            spoilt[place] = rng.integers(0, 256)
        try:
            look(bytes(spoilt), tmp_path / name, None)
        except InputError:
            told += 1
    assert told > 0


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        pytest.param("none.tflite", None, "cannot read", id="missing"),
        pytest.param("a.txt", b"", "must end in", id="another-kind"),
        pytest.param(
            "a.tflite", b"no model" * 20, "no TFLite model", id="no-tflite", marks=needs_schema
        ),
        pytest.param("a.tflite", b"", "no TFLite model", id="empty", marks=needs_schema),
        pytest.param("a.onnx", b"no model" * 20, "no ONNX model", id="no-onnx", marks=needs_onnx),
        pytest.param("a.onnx", b"", "no ONNX model", id="empty-onnx", marks=needs_onnx),
    ],
)
def test_what_is_no_model_is_one_line(
    run: Run, tmp_path: Path, name: str, content: bytes | None, said: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    result = run("export.lint", tmp_path / name)
    assert result.returncode == 2
    assert said in one_line_error(result)


@needs_onnx
def test_a_zero_point_of_four_bits_is_passed_over() -> None:
    from types import SimpleNamespace

    import ml_dtypes

    from export.lint.onnx_rules import _Graph

    graph = object.__new__(_Graph)
    constants = {"scale": np.ones((), np.float32), "zero": np.zeros((), ml_dtypes.uint4)}
    object.__setattr__(graph, "constants", constants)
    assert graph._held(SimpleNamespace(input=["x", "scale", "zero"])) is None

"""Every rule of `python -m export.lint` for .tflite, by a file broken on purpose for it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.linting import inspected, rules_of
from tests.support import (
    SHIPPED,
    Run,
    needs_schema,
    one_line_error,
)

Change = Callable[[Any], None]


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


@needs_schema
def test_a_finding_says_what_why_and_how_to_mend_it(run: Run, tmp_path: Path) -> None:
    path = broken_tflite(tmp_path, "digits-int8.tflite", "a-int8.tflite", newer_dense)
    result = run("export.lint", path)
    assert result.returncode == 1
    assert "FULLY_CONNECTED has version 12; tflite-runtime 2.14 has version 10" in result.stdout
    assert result.stdout.count("why: ") == result.stdout.count("mend: ")


@needs_schema
@pytest.mark.parametrize("zero_points", [None, [], [0, 0]], ids=["none", "empty", "two"])
def test_a_scale_without_a_zero_point_is_one_line(
    run: Run, tmp_path: Path, zero_points: list[int] | None
) -> None:
    """The runtime refuses such a file as well."""

    def unpaired(model: Any) -> None:
        output_of(model, operators(model, "CONV_2D")[3]).quantization.zeroPoint = zero_points

    result = run("export.lint", broken_tflite(tmp_path, "digits-int8.tflite", "a.tflite", unpaired))
    assert result.returncode == 2
    said = one_line_error(result)
    assert "a.tflite is no TFLite model that can be read" in said
    assert f"1 scales and {len(zero_points or [])} zero points" in said

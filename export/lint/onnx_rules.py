"""What is to be said of an .onnx file, from its graph alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from edge.artifact import ModelArtifact
from edge.errors import InputError, MachineError
from edge.onnx_external import check_self_contained
from edge.quantization import QuantizationScheme
from export.lint import common
from export.lint.findings import Finding, Inspection, Level
from export.lint.versions import NEWEST_IR, NEWEST_OPSET, OLDEST_ONNXRUNTIME, OLDEST_OPSET

_WEIGHTED = frozenset({"Conv", "ConvTranspose", "Gemm", "MatMul"})
_DYNAMIC = frozenset(
    {"MatMulInteger", "ConvInteger", "DynamicQuantizeMatMul", "DynamicQuantizeLSTM"}
)
_QDQ = frozenset({"QuantizeLinear", "DequantizeLinear"})
_FOLLOWS = frozenset({"Relu", "Clip", "Add"})
"""Operators that onnxruntime fuses into the one before them, so that no pair stands between."""
_MOVES = frozenset({"Reshape", "Transpose", "Squeeze", "Unsqueeze", "Flatten", "Identity"})
_DOMAINS = frozenset({"", "ai.onnx", "ai.onnx.ml"})
_UNIT = (0.0, 1.0)


def inspect_onnx(content: bytes, path: Path, described: ModelArtifact | None) -> Inspection:
    """Applies every rule that needs no running.

    Raises:
        InputError: the file is no ONNX model.
        MachineError: the onnx package is not installed.
    """
    try:
        import onnx
    except ImportError as error:
        raise MachineError(
            "the onnx package reads .onnx files; install: pip install onnx"
        ) from error
    check_self_contained(content, path)  # before anything follows a path in it
    try:
        model = onnx.load_from_string(content)
    except Exception as error:  # protobuf's errors depend on its build
        raise InputError(f"{path} is no ONNX model that can be read: {error}") from error
    nodes = model.graph.node
    if not nodes or not all(isinstance(t, str) for n in nodes for t in (n.op_type, n.domain)):
        raise InputError(f"{path} is no ONNX model that can be read: it has no operators")
    try:
        graph = _Graph(model)
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"{path} holds weights that cannot be read: {error}") from error
    found = graph.scheme()
    claims, lies = common.check_claims(found, path, described)
    findings = [
        *lies,
        *_versions(model),
        *_operators(graph),
        *common.check_open_batch(
            [one.name for one in model.graph.input if not _first_side_is_fixed(one)]
        ),
        *common.check_described(described),
    ]
    edges = {one.name: graph.dtype(one) for one in (*model.graph.input, *model.graph.output)}
    if found == QuantizationScheme.INT8:
        findings += [*graph.islands(), *common.check_float_edges(edges)]
    findings += [*graph.ranges(), *_input_range(described)]
    facts = {
        "format": "onnx",
        "operators": common.counts([node.op_type for node in model.graph.node]),
        "ir_version": model.ir_version,
        "opset": {one.domain or "ai.onnx": one.version for one in model.opset_import},
        "inputs": {one.name: edges[one.name] for one in model.graph.input},
        "outputs": {one.name: edges[one.name] for one in model.graph.output},
    }
    return Inspection(found, claims, facts, tuple(findings))


class _Graph:
    """The nodes, with who makes and who uses each value."""

    def __init__(self, model: Any) -> None:
        from onnx import numpy_helper

        self.nodes = list(model.graph.node)
        self.makers = {name: node for node in self.nodes for name in node.output}
        self.constants = {one.name: numpy_helper.to_array(one) for one in model.graph.initializer}

    def dtype(self, value: Any) -> str:
        import onnx

        kind = value.type.tensor_type.elem_type
        try:
            return str(np.dtype(onnx.helper.tensor_dtype_to_np_dtype(kind)).name)
        except KeyError:
            return f"type {kind}"

    def weight(self, node: Any) -> tuple[str, Any] | None:
        """Name and stored values of a node's weight, looked up through a DequantizeLinear."""
        for name in list(node.input)[1:2]:
            maker = self.makers.get(name)
            stored = (
                maker.input[0] if maker and maker.op_type in ("DequantizeLinear", "Cast") else name
            )
            if stored in self.constants:
                return stored, self.constants[stored]
        return None

    def scheme(self) -> str:
        """The scheme that the layers with weights show, or "mixed"."""
        seen = {"dynamic" for node in self.nodes if node.op_type in _DYNAMIC}
        for node in self.nodes:
            weight = self.weight(node) if node.op_type in _WEIGHTED else None
            if weight is None:
                continue
            first = self.makers.get(node.input[0])
            paired = first is not None and first.op_type == "DequantizeLinear"
            kind = weight[1].dtype.name
            small = "int8" if paired else "dynamic"
            seen.add({"float32": "none", "float16": "float16"}.get(kind, small))
        if "dynamic" in seen and seen <= {"dynamic", "none"}:
            return "dynamic"
        return seen.pop() if len(seen) == 1 else "mixed" if seen else "none"

    def islands(self) -> list[Finding]:
        """Operators between no pair: what they take is not what an integer became."""
        found = []
        for node in self.nodes:
            if node.op_type in _QDQ | _MOVES or not node.input:
                continue
            maker = self.makers.get(node.input[0])
            fused = node.op_type in _FOLLOWS and maker is not None and maker.op_type in _WEIGHTED
            paired = maker is not None and maker.op_type in ("DequantizeLinear", "Constant")
            if not (fused or paired or node.op_type == "Constant"):
                found.append(common.island(node.op_type, node.output[0]))
        return found

    def ranges(self) -> list[Finding]:
        """Ranges that an operator's own arithmetic contradicts."""
        found = []
        for node in self.nodes:
            if node.op_type != "QuantizeLinear":
                continue
            maker, held = self.makers.get(node.input[0]), self._held(node)
            if maker is None or held is None:
                continue
            if maker.op_type in ("Softmax", "Sigmoid"):
                found += common.check_range(node.input[0], held, _UNIT, what="probabilities")
            elif maker.op_type == "Relu":
                found += common.check_never_negative(node.input[0], held)
        return found

    def _held(self, node: Any) -> tuple[float, float] | None:
        names = [name for name in list(node.input)[1:3] if name in self.constants]
        values = [self.constants[name] for name in names]
        if len(values) < 2 or any(one.size != 1 for one in values):
            return None
        if values[1].dtype.kind not in "iu":  # four bits, or no integers: not ours to judge
            return None
        scale, zero = float(values[0].item()), int(values[1].item())
        limits = np.iinfo(values[1].dtype)
        return (int(limits.min) - zero) * scale, (int(limits.max) - zero) * scale


def _versions(model: Any) -> list[Finding]:
    why = "the oldest runtime that we name cannot load the file"
    mend = "export with python -m export, which writes opset 17"
    found = []
    if model.ir_version > NEWEST_IR:
        what = f"IR version {model.ir_version}; {OLDEST_ONNXRUNTIME} has {NEWEST_IR}"
        found.append(Finding("opset", Level.ERROR, what, why, mend))
    for one in model.opset_import:
        if one.domain in ("", "ai.onnx") and not OLDEST_OPSET <= one.version <= NEWEST_OPSET:
            what = f"opset {one.version}; {OLDEST_ONNXRUNTIME} has {OLDEST_OPSET} to {NEWEST_OPSET}"
            found.append(Finding("opset", Level.ERROR, what, why, mend))
    return found


def _operators(graph: _Graph) -> list[Finding]:
    strange = {f"{n.domain}.{n.op_type}" for n in graph.nodes if n.domain not in _DOMAINS}
    found = [
        common.custom_operator(kind, "export without operators of other domains")
        for kind in sorted(strange)
    ]
    for node in graph.nodes:
        if node.op_type == "ConvInteger":
            found.append(
                Finding(
                    "dynamic-conv",
                    Level.WARNING,
                    f"ConvInteger computes {node.output[0]!r}",
                    "onnxruntime runs a dynamically quantized convolution slower than float",
                    "leave convolutions out, as python -m export.onnx --quantize dynamic does",
                )
            )
        maker = graph.makers.get(node.input[1]) if len(node.input) > 1 else None
        weight = graph.weight(node) if node.op_type == "Conv" else None
        if weight and maker is not None and maker.op_type == "DequantizeLinear":
            scale = graph.constants.get(maker.input[1])
            if scale is not None and scale.size == 1 < weight[1].shape[0]:
                found.append(common.per_tensor("Conv", weight[0]))
    return found


def _first_side_is_fixed(value: Any) -> bool:
    sides = value.type.tensor_type.shape.dim
    return bool(len(sides)) and sides[0].dim_value > 0


def _input_range(described: ModelArtifact | None) -> list[Finding]:
    if described is None or described.input.params is None:
        return []
    params = described.input.params
    low, high = ((side - params.zero_point) * params.scale for side in params.range)
    fed = common.fed_range(described.preprocessing)
    return common.check_range(described.input.name, (low, high), fed, what="the pixels it is fed")

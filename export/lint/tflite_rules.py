"""What is to be said of a .tflite file, from its tensors and operators alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from edge.artifact import ModelArtifact
from edge.quantization import QuantizationScheme
from export.lint import common
from export.lint.findings import Finding, Inspection, Level
from export.lint.tflite_graph import Graph, Tensor, read_graph, weight_of
from export.lint.versions import NEWEST_OPERATOR, OLDEST_TFLITE

_INTEGERS = frozenset({"int8", "uint8", "int16"})
_EDGES = frozenset({"QUANTIZE", "DEQUANTIZE"})
_PER_CHANNEL = frozenset({"CONV_2D", "DEPTHWISE_CONV_2D", "TRANSPOSE_CONV"})
_UNIT = (0.0, 1.0)


def inspect_tflite(content: bytes, path: Path, described: ModelArtifact | None) -> Inspection:
    """Applies every rule that needs no running.

    Raises:
        InputError: the file is no TFLite model.
    """
    graph = read_graph(content, path)
    found = found_scheme(graph)
    claims, lies = common.check_claims(found, path, described)
    integer = found in (QuantizationScheme.INT8, QuantizationScheme.INT16X8)
    findings = [
        *lies,
        *_operators(graph),
        *common.check_open_batch([one.name for one in graph.inputs if one.free_batch]),
        *common.check_described(described),
    ]
    if integer or claims in (QuantizationScheme.INT8, QuantizationScheme.INT16X8):
        findings += _islands(graph) if integer else []
        edges = {one.name: one.dtype for one in (*graph.inputs, *graph.outputs)}
        findings += common.check_float_edges(edges)
    findings += [*_ranges(graph), *_input_range(graph, described)]
    facts = {
        "format": "tflite",
        "operators": common.counts([one.kind for one in graph.operators]),
        "inputs": {one.name: [list(one.shape), one.dtype] for one in graph.inputs},
        "outputs": {one.name: [list(one.shape), one.dtype] for one in graph.outputs},
    }
    return Inspection(found, claims, facts, tuple(findings))


def found_scheme(graph: Graph) -> str:
    """The scheme that the layers with weights show, or "mixed"."""
    seen = set()
    makers = {out.name: one for one in graph.operators for out in one.outputs}
    for operator in graph.operators:
        weight = weight_of(operator)
        if weight is None:
            continue
        stored = makers.get(weight.name)
        if stored is not None and stored.kind == "DEQUANTIZE":
            weight = stored.inputs[0]  # stored small, computed with in float
        values = operator.inputs[0].dtype
        if weight.dtype in ("int8", "uint8"):
            scheme = {"int8": "int8", "uint8": "int8", "int16": "int16x8"}.get(values, "dynamic")
        else:
            scheme = {"float16": "float16", "float32": "none"}.get(weight.dtype, weight.dtype)
        seen.add(scheme)
    if "dynamic" in seen and seen <= {"dynamic", "none"}:
        return "dynamic"  # small weights stay float32 there
    return seen.pop() if len(seen) == 1 else "mixed" if seen else "none"


def _operators(graph: Graph) -> list[Finding]:
    """Operators that old or plain runtimes lack, and weights with one scale for all channels."""
    findings = []
    for kind, version, custom in sorted(
        {(o.kind, o.version, o.is_custom) for o in graph.operators}
    ):
        newest = NEWEST_OPERATOR.get(kind, 0)
        if custom:
            findings.append(
                common.custom_operator(kind, "replace the layer by ones with built-in kernels")
            )
        elif version > newest:
            has = f"version {newest}" if newest else "none"
            findings.append(
                Finding(
                    "op-version",
                    Level.ERROR,
                    f"{kind} has version {version}; {OLDEST_TFLITE} has {has}",
                    "the oldest runtime that we name cannot load the file",
                    "export with python -m export, which keeps to its versions",
                )
            )
    for operator in graph.operators:
        weight = weight_of(operator)
        if (
            weight is not None
            and operator.kind in _PER_CHANNEL
            and weight.dtype == "int8"
            and len(weight.scales) == 1 < max(weight.shape[0], weight.shape[-1])
        ):
            findings.append(common.per_tensor(operator.kind, weight.name))
    return findings


def _islands(graph: Graph) -> list[Finding]:
    return [
        common.island(operator.kind, operator.outputs[0].name)
        for operator in graph.operators
        if operator.kind not in _EDGES
        and operator.outputs
        and operator.outputs[0].dtype.startswith("float")
    ]


def _ranges(graph: Graph) -> list[Finding]:
    """Ranges that an operator's own arithmetic contradicts."""
    findings = []
    for operator in graph.operators:
        for out in operator.outputs:
            held = held_range(out)
            # 16-bit values are symmetric by definition: half of a softmax's stay unused.
            if held is None or out.dtype == "int16":
                continue
            if operator.kind in ("SOFTMAX", "LOGISTIC"):
                findings += common.check_range(out.name, held, _UNIT, what="probabilities")
            elif "RELU" in (operator.activation, operator.kind):
                findings += common.check_never_negative(out.name, held)
    return findings


def _input_range(graph: Graph, described: ModelArtifact | None) -> list[Finding]:
    if described is None or len(graph.inputs) != 1:
        return []
    held = held_range(graph.inputs[0])
    if held is None or graph.inputs[0].dtype == "int16":
        return []
    fed = common.fed_range(described.preprocessing)
    return common.check_range(graph.inputs[0].name, held, fed, what="the pixels it is fed")


def held_range(tensor: Tensor) -> tuple[float, float] | None:
    """Smallest and largest real value of an integer tensor with one scale, else None."""
    if tensor.dtype not in _INTEGERS or len(tensor.scales) != 1 or tensor.is_constant:
        return None
    limits, scale, zero = np.iinfo(tensor.dtype), tensor.scales[0], tensor.zero_points[0]
    return (int(limits.min) - zero) * scale, (int(limits.max) - zero) * scale

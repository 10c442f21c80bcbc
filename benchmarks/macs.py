"""How much a network multiplies, and how fast this machine can."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from train.macs import layer_macs


def count_macs(operators: Sequence[Mapping[str, Any]], shapes: Mapping[int, Sequence[int]]) -> int:
    """Multiply-accumulates of one run, from the layers of a TFLite file.

    Args:
        operators: `op_name`, `inputs` and `outputs` (tensor numbers) of each layer.
        shapes: of each tensor; filters are (out, h, w, in) as TFLite stores them.

    Returns:
        The sum over convolutions and dense layers; others multiply next to nothing.
    """
    total = 0
    for one in operators:
        name = one["op_name"]
        if name not in ("CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED"):
            continue
        weights = list(shapes[int(one["inputs"][1])])
        output = shapes[int(one["outputs"][0])]
        # A depthwise filter has all its channels in the last axis, and each sees one input.
        total += layer_macs(output, weights[1:3] if name == "DEPTHWISE_CONV_2D" else weights[1:])
    return total

"""A network layer by layer: shapes, parameters, multiply-accumulates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from train.macs import layer_macs
from train.table import aligned


@dataclass(frozen=True, slots=True)
class LayerFacts:
    """One layer.

    Attributes:
        name: the layer's own.
        kind: its Keras class.
        output: the shape of its output for one image.
        parameters: trainable and other weights.
        macs: multiply-accumulates for one image; those of a batch normalisation and of
            what has no weights are next to nothing and counted as 0.
    """

    name: str
    kind: str
    output: tuple[int, ...]
    parameters: int
    macs: int


def layer_facts(model: Any) -> list[LayerFacts]:
    """The layers of a built Keras model from its input to its outputs."""
    found = []
    for layer in model.layers:
        if hasattr(layer, "layers"):  # a model inside the model
            found += layer_facts(layer)
            continue
        output = tuple(int(side) for side in layer.output.shape[1:])
        found.append(
            LayerFacts(
                layer.name,
                type(layer).__name__,
                output,
                int(layer.count_params()),
                _macs(layer, output),
            )
        )
    return found


def model_macs(model: Any) -> int:
    """Multiply-accumulates of one image through a built Keras model."""
    return sum(one.macs for one in layer_facts(model))


def summary(model: Any, name: str) -> str:
    """The layers as a table for a terminal, the sums beneath under the model's `name`."""
    layers = layer_facts(model)
    rows = [("layer", "kind", "output", "parameters", "multiply-accumulates")]
    rows += [
        (one.name, one.kind, _shape(one.output), _count(one.parameters), _count(one.macs))
        for one in layers
    ]
    parameters, macs = (sum(values) for values in zip(*map(_costs, layers), strict=True))
    rows.append((name, "in all", "", f"{parameters:,}", f"{macs:,}"))
    return aligned(rows, words=3)


def _macs(layer: Any, output: tuple[int, ...]) -> int:
    """From the layer's weights: Keras stores filters as (h, w, inputs, outputs)."""
    kind = type(layer).__name__
    if kind == "DepthwiseConv2D":
        return layer_macs(output, _sides(layer.kernel.shape[:2]))
    if kind == "SeparableConv2D":  # the depthwise part is made at the output's size
        depth = _sides(layer.depthwise_kernel.shape)
        seen = depth[2] * depth[3]
        depthwise = layer_macs((*output[:2], seen), depth[:2])
        return depthwise + layer_macs(output, (seen,))
    if kind in {"Conv2D", "Dense"}:
        return layer_macs(output, _sides(layer.kernel.shape[:-1]))
    return 0


def _sides(shape: Sequence[int]) -> tuple[int, ...]:
    return tuple(int(side) for side in shape)


def _costs(one: LayerFacts) -> tuple[int, int]:
    return one.parameters, one.macs


def _shape(sides: tuple[int, ...]) -> str:
    return " x ".join(map(str, sides))


def _count(number: int) -> str:
    return f"{number:,}" if number else ""

"""How much a layer multiplies: the one home of the formula, for Keras models and for files."""

from __future__ import annotations

import math
from collections.abc import Sequence


def layer_macs(output: Sequence[int], filter_shape: Sequence[int]) -> int:
    """Multiply-accumulates of one run of a convolution or of a dense layer.

    Each output value costs one for each weight of the filter that it sees.

    Args:
        output: the shape of the layer's output for one image: (h, w, channels) or (n,).
        filter_shape: the weights that one output value sees: (h, w, inputs) of a
            convolution, (h, w) of a depthwise one, (inputs,) of a dense layer.
    """
    # Runtimes tell shapes as NumPy's int32, which would overflow and is no JSON.
    return math.prod(map(int, output)) * math.prod(map(int, filter_shape))

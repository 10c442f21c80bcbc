"""Two towers in one network: one for what a camera sees, one for what a pen leaves.

The camera's tower learns digits from images that a camera has spoilt as well, the pen's from
the digits as they were written, alone. Of a clean digit they err differently, and the layer
that names the digit is shown a part of each one's features, `PEN_SHARE` of the pen's: its
logits are the mean, so weighted, of what they would be of each tower alone. Of an image that a
camera has spoilt the pen's tower knows nothing; there the layer is shown the camera's features
alone. How much of each it is shown, the layer `SHARES` says, which learns from the first layer
of the camera's tower whether the image is spoilt (a gate between experts as Jacobs, Jordan,
Nowlan and Hinton 1991, "Adaptive Mixtures of Local Experts", have it; here all of them are
taught what to say).

Taught by their mean, towers lean on one another. So a training shows the layer one tower at a
time, as dropout would that takes away all of a tower or nothing.
"""

from __future__ import annotations

from typing import Any

from train.backend import keras

FEATURES = "features"
"""The layer that puts the features of both towers one above the other."""

SHARES = "shares"
"""The layer that says how much of each tower the classes are shown: two shares in [0, 1]."""

TOWERS = ("camera", "pen")
"""What the towers are for, in the order of their features; the names of their answers."""

PEN_SHARE = 0.6
"""How much of the pen's tower the classes are shown of a digit that nothing has spoilt."""

IMAGE, PAPER = "image", "paper"
"""What is shown while they learn: to the camera's tower, and to the pen's."""

ops = keras.ops


def apart(model: Any) -> Any:
    """The network as it is trained: the same layers and weights, each tower by itself.

    Args:
        model: a network with the layers `FEATURES` and `SHARES` and, on what they make
            together, "probabilities"; with the output "is_digit".

    Returns:
        A keras.Model from `IMAGE` and `PAPER` to the outputs named as `TOWERS`,
        probabilities (n, classes) by one tower's features alone; to "probabilities" by those
        of both as of an unspoilt digit; to "is_digit"; and to `SHARES` (n, 2), which learns
        from what the camera's tower has made and changes nothing of it.
    """
    image = model.input
    paper = keras.Input(image.shape[1:], name=PAPER)
    ends = model.get_layer(FEATURES).input
    camera = ends[0]
    pen = paper
    for layer in keras.Model(image, ends[1]).layers[1:]:
        pen = layer(pen)
    classes = model.get_layer("probabilities")

    def shown(pen_share: float) -> Any:
        parts = ((1 - pen_share) * camera, pen_share * pen)
        return classes(ops.reshape(ops.concatenate(parts, axis=1), (-1, classes.input.shape[1])))

    shares = model.get_layer(SHARES)
    return keras.Model(
        {IMAGE: image, PAPER: paper},
        {
            "probabilities": shown(PEN_SHARE),
            "camera": shown(0.0),
            "pen": shown(1.0),
            "is_digit": model.output["is_digit"],
            SHARES: shares(ops.stop_gradient(shares.input)),
        },
        name=model.name,
    )

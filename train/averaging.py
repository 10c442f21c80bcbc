"""What a training that goes on ends with: the mean of the weights it went through.

The optimiser keeps a moving average of the weights while it goes on at a rate that does not
fall, and Keras gives the model that average at the end (`use_ema`). The mean lies nearer to
the middle of what fits than any of the weights it is of (Izmailov et al. 2018, "Averaging
Weights Leads to Wider Optima and Better Generalization"). What batch normalisation has
gathered belongs to the weights as they were; it is gathered anew for their mean.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from train.backend import keras

RATE = 1e-3
REACH = 0.4
"""How far the average reaches back, as a share of the steps."""

STATISTICS_BATCHES = 100


def averaging(steps: int) -> Any:
    """The optimiser of a training that goes on: a steady rate, and an average of the weights."""
    warmup = min(max(1, steps // 20), 500)
    rate = keras.optimizers.schedules.PolynomialDecay(1e-5, warmup, RATE)
    momentum = 1 - 1 / max(2, REACH * steps)
    return keras.optimizers.AdamW(rate, weight_decay=1e-2, use_ema=True, ema_momentum=momentum)


def gather_statistics(model: Any, batches: Iterable[Any]) -> None:
    """Gathers the means and variances of batch normalisation anew, for the weights as they are.

    Args:
        model: a keras.Model; its other weights stay.
        batches: what it is shown in training, each with as many images; each counts alike.
    """
    norms = [one for one in model.layers if isinstance(one, keras.layers.BatchNormalization)]
    kept = [norm.momentum for norm in norms]
    try:
        for number, images in enumerate(batches):
            for norm in norms:
                norm.momentum = number / (number + 1)  # a moving average becomes a plain mean
            model(images, training=True)
    finally:
        for norm, momentum in zip(norms, kept, strict=True):
            norm.momentum = momentum

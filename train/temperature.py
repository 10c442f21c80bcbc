"""Makes a network as sure as it may be: one number, folded into the layer before the softmax.

Dividing the logits by a temperature changes no answer, only how sure it sounds. Dividing
the layer's kernel and bias by it instead is the same arithmetic, so that every exported
file carries it and nothing has to be done when the network runs.

Source: Guo et al. 2017, "On Calibration of Modern Neural Networks", section 4.2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax

from edge.arrays import Float32Array, Float64Array, Int64Array
from edge.errors import InputError
from train.backend import keras
from train.calibration import calibrate
from train.data import Images
from train.encode import to_input
from train.networks import CLASSES

SMALLEST, LARGEST = 0.05, 20.0
"""The temperatures among which the best is looked for."""

FEWEST_MISTAKES = 10
"""So few say how sure a network may be; with fewer, one image moves the temperature far."""

_BATCH = 500
_CLASSES = "probabilities"  # the softmax layer's name in every recipe


@dataclass(frozen=True, slots=True)
class Temperature:
    """A fitted temperature and what it did on the images that it was fitted on.

    Attributes:
        value: what the logits were divided by; over 1 where the network was too sure.
        images: how many images it was fitted on.
        ece_before: expected calibration error with the temperature 1, in [0, 1].
        ece_after: the same with `value`.
    """

    value: float
    images: int
    ece_before: float
    ece_after: float


def calibrate_model(model: Any, validation: Images) -> Temperature:
    """Fits the temperature on validation images and folds it into the model, in place.

    Raises:
        InputError: there are no images, or the model has no softmax layer to fold it into.
    """
    before = logits(model, validation)
    value = fit_temperature(before, validation.labels)
    fold_temperature(model, value)
    return Temperature(
        round(value, 6),
        len(validation),
        round(calibrate(_softmax(before), validation.labels).error, 6),
        round(calibrate(_softmax(before / value), validation.labels).error, 6),
    )


def fit_temperature(values: Float64Array, labels: Int64Array) -> float:
    """The temperature with the smallest negative log likelihood.

    With no mistakes there is none, as the likelihood grows for ever while the temperature
    falls, and with fewer than `FEWEST_MISTAKES` it says little. Then it is 1, which leaves
    the network as it is.

    Args:
        values: (n, classes) logits.
        labels: (n,) what the images show.

    Returns:
        A temperature from `SMALLEST` to `LARGEST`.

    Raises:
        InputError: there are no images.
    """
    if not len(labels):
        raise InputError("no validation images to fit a temperature on")
    if np.count_nonzero(values.argmax(axis=1) != labels) < FEWEST_MISTAKES:
        return 1.0

    def loss(log_temperature: float) -> float:
        likely = log_softmax(values / np.exp(log_temperature), axis=1)
        return -float(likely[np.arange(len(labels)), labels].mean())

    found = minimize_scalar(loss, bounds=(np.log(SMALLEST), np.log(LARGEST)), method="bounded")
    return float(np.exp(found.x))


def fold_temperature(model: Any, value: float) -> None:
    """Divides kernel and bias of the softmax layer by `value`, in place.

    Raises:
        InputError: the model has no such layer.
    """
    layer = _softmax_layer(model)
    layer.set_weights([weights / np.float32(value) for weights in layer.get_weights()])


def logits(model: Any, images: Images) -> Float64Array:
    """(n, classes): what the softmax is given, of (n, 28, 28) images.

    Raises:
        InputError: the model has no softmax layer.
    """
    layer = _softmax_layer(model)
    linear = type(layer).from_config(
        layer.get_config() | {"activation": "linear", "name": "logits"}
    )
    answer = keras.Model(model.inputs[0], linear(layer.input))
    linear.set_weights(layer.get_weights())
    parts = [
        np.asarray(answer(to_input(images.images[first : first + _BATCH]), training=False))
        for first in range(0, len(images), _BATCH)
    ]
    return np.concatenate([np.zeros((0, CLASSES)), *parts])


def tempered(probabilities: Float32Array, value: float) -> Float32Array:
    """(n, classes) probabilities as they would be had the logits been divided by `value`."""
    smallest = np.finfo(np.float32).tiny
    return _softmax(np.log(np.maximum(probabilities, smallest).astype(np.float64)) / value)


def _softmax(values: Float64Array) -> Float32Array:
    answer: Float32Array = np.exp(log_softmax(values, axis=1)).astype(np.float32)
    return answer


def _softmax_layer(model: Any) -> Any:
    for layer in model.layers:
        softmax = getattr(layer, "activation", None) is keras.activations.softmax
        if layer.name == _CLASSES and softmax and layer.get_weights():
            return layer
    raise InputError(
        f"the model {model.name!r} has no layer {_CLASSES!r} with weights and a softmax; "
        "a temperature has nothing to be folded into"
    )

"""What a Keras model says of images: the reference that every exported file is held to."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from edge.arrays import Float32Array, UInt8Array
from edge.prediction import Prediction
from train.encode import to_input

# Keras compiles `predict` for each model, which TensorFlow advises against from the fifth on.
logging.getLogger("tensorflow").setLevel(logging.ERROR)


def keras_predict(model: Any, images: UInt8Array) -> Prediction:
    """What the Keras model says of (n, 28, 28) uint8 images."""
    answers = model.predict(to_input(images), batch_size=256, verbose=0)
    if isinstance(answers, Mapping):
        return Prediction(answers["probabilities"], answers["is_digit"][:, 0])
    probabilities: Float32Array = answers
    return Prediction(probabilities, None)

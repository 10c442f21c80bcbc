"""The one look at the test set, after everything has been chosen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from edge.session import Prediction
from train.data import Images
from train.predict import keras_predict


def evaluate(model: Any, test: Images) -> tuple[Prediction, Mapping[str, Any]]:
    """What a Keras model makes of the test images.

    Returns:
        The predictions, and the figures: images, accuracy and the share of digits that a
        model with the second output turns away, both in [0, 1].
    """
    prediction = keras_predict(model, test.images)
    right = prediction.labels == test.labels
    figures: dict[str, Any] = {
        "images": len(test),
        "accuracy": round(float(right.mean()), 6),
        "wrong": int(np.count_nonzero(~right)),
    }
    if prediction.is_digit is not None:
        figures["turned_away"] = round(float((prediction.is_digit < 0.5).mean()), 6)
    return prediction, figures

"""The one look at the test set, after everything has been chosen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from edge.prediction import IS_DIGIT_THRESHOLD, Prediction
from train.calibration import calibrate
from train.data import Images
from train.label_errors import label_errors
from train.predict import keras_predict


def evaluate(
    model: Any, test: Images, *, temperature: float | None = None
) -> tuple[Prediction, Mapping[str, Any]]:
    """What a Keras model makes of the test images.

    Args:
        model: a keras.Model.
        test: images that chose nothing.
        temperature: what was folded into the model, to say what it was like before.

    Returns:
        The predictions, and the figures: images, accuracy, wrong answers, the expected
        calibration error (`ece`; with a temperature `ece_before` too), the share of digits
        that a model with the second output turns away, and for MNIST's test set how many
        mistakes are on labels that people contradict. Shares and errors lie in [0, 1].
    """
    prediction = keras_predict(model, test.images)
    right = prediction.labels == test.labels
    figures: dict[str, Any] = {
        "images": len(test),
        "accuracy": round(float(right.mean()), 6),
        "wrong": int(np.count_nonzero(~right)),
        "ece": _ece(prediction.probabilities, test),
    }
    if temperature is not None:
        from train.temperature import tempered  # needs SciPy, as fitting one did

        # Multiplying the logits by it again gives what they were before.
        figures["ece_before"] = _ece(tempered(prediction.probabilities, 1 / temperature), test)
    if prediction.is_digit is not None:
        figures["turned_away"] = round(float((prediction.is_digit < IS_DIGIT_THRESHOLD).mean()), 6)
    doubtful = label_errors(test, prediction)
    if doubtful is not None:
        figures["label_errors"] = doubtful
    return prediction, figures


def in_words(name: str, figures: Mapping[str, Any]) -> str:
    """The figures of one test set as one line for people."""
    line = f"{name}: {figures['accuracy']:.2%} of {figures['images']:,} right"
    doubtful = figures.get("label_errors")
    if doubtful:
        line += (
            f"; {doubtful['mistakes']} of the {figures['wrong']} mistakes are among the "
            f"{doubtful['images']} images whose label people contradict"
        )
    return line


def _ece(probabilities: Any, test: Images) -> float:
    return round(calibrate(probabilities, test.labels).error, 6)

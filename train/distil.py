"""Learning from a teacher: its answers, softened, beside the labels.

Knowledge distillation as Hinton, Vinyals and Dean (2015) give it. A trained teacher is almost
certain of every digit; only at a higher temperature do its answers tell which other digits an
image resembles, and that is what a smaller network can learn from it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from edge.arrays import Float32Array
from train.backend import keras

TEMPERATURE = 4.0
"""What both networks' logits are divided by before they are compared."""

TEACHER_SHARE = 0.7
"""How much of a taught image's loss is the teacher's part; the rest is its label's."""

_SMALLEST = 1e-20  # of a probability, before its logarithm is taken


def with_answers(labels: Float32Array, answers: Float32Array | None = None) -> Float32Array:
    """The targets of a network that is taught: labels and the teacher's answers, side by side.

    Args:
        labels: (n, classes) one-hot.
        answers: (m, classes) probabilities for the first m of the images; None for none.

    Returns:
        (n, 2 * classes): zeros stand for the answers that nobody was asked for.
    """
    said = np.zeros_like(labels)
    if answers is not None:
        said[: len(answers)] = answers
    return np.concatenate([labels, said], axis=1)


@keras.saving.register_keras_serializable("edge-digits")
class Distillation(keras.losses.Loss):  # type: ignore[misc]  # Keras ships no types
    """Cross-entropy with the label and, at `TEMPERATURE`, with the teacher's answer.

    Targets are those of `with_answers`, answers are probabilities (n, classes): the softmax
    of logits that differ from their logarithms by a constant, which a softmax does not see.
    The teacher's part is multiplied by the square of the temperature, so that its gradient
    weighs as much as that of the label's.
    """

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """(n,) losses."""
        labels, said = keras.ops.split(y_true, 2, axis=-1)
        by_label = keras.losses.categorical_crossentropy(labels, y_pred)
        by_teacher = keras.losses.categorical_crossentropy(_soften(said), _soften(y_pred))
        taught = keras.ops.cast(keras.ops.sum(said, axis=-1) > 0, y_pred.dtype)
        share = TEACHER_SHARE * taught
        return (1 - share) * by_label + share * TEMPERATURE**2 * by_teacher


def _soften(probabilities: Any) -> Any:
    logits = keras.ops.log(keras.ops.maximum(probabilities, _SMALLEST))
    return keras.ops.softmax(logits / TEMPERATURE, axis=-1)

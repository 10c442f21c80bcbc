"""What each output of `edge` is to say of a batch, and of which images it is asked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from edge.arrays import BoolArray, Float32Array
from train.distil import with_answers
from train.towers import PEN_SHARE, SHARES

Targets = dict[str, Float32Array]


@dataclass(frozen=True, slots=True)
class Batch:
    """What is known of n images and of the n papers that are shown beside them.

    Attributes:
        classes: (n, classes) one-hot, what the images show.
        is_digit: (n,) bool; what is no digit has no class to learn.
        tilted: (n,) bool: the camera was held askew.
        spoilt: (n,) bool: a camera has been between the pen and the image.
        papers: (n, classes) one-hot, what the papers show: the same digit as the image where
            that is one.
    """

    classes: Float32Array
    is_digit: BoolArray
    tilted: BoolArray
    spoilt: BoolArray
    papers: Float32Array


def make_targets(batch: Batch, answers: Float32Array | None = None) -> tuple[Targets, Targets]:
    """Targets and weights for the outputs of `train.towers.apart`.

    Args:
        batch: what the images and papers are.
        answers: (m, classes) what a teacher says of the first m images; None without one.
            With it, the towers' targets are those of `train.distil`.

    Returns:
        Targets and weights by output. "probabilities", by both towers, is there to be measured
        alone. A tilted image teaches whether it shows a digit, not which: turned far enough, a
        1 with a flag is a 7, and upright digits would pay. How much of each tower is to be
        shown, spoilt and unspoilt images teach alike, however many there are of each.
    """
    camera, pen = batch.classes, batch.papers
    if answers is not None:
        camera, pen = with_answers(camera, answers), with_answers(pen, answers)
    is_digit = batch.is_digit.astype(np.float32)
    every = np.ones(len(is_digit), np.float32)
    shares = np.where(batch.spoilt[:, None], [1.0, 0.0], [1 - PEN_SHARE, PEN_SHARE])
    return (
        {
            "probabilities": batch.classes,
            "camera": camera,
            "pen": pen,
            "is_digit": is_digit[:, None],
            SHARES: shares.astype(np.float32),
        },
        {
            "probabilities": is_digit,
            "camera": is_digit * ~batch.tilted,
            "pen": every,
            "is_digit": every,
            SHARES: _alike(batch.spoilt),
        },
    )


def _alike(marked: BoolArray) -> Float32Array:
    """(n,) weights, their mean 1, with which the marked and the others weigh the same."""
    share = np.clip(marked.mean(), 1 / len(marked), 1 - 1 / len(marked))
    weights: Float32Array = np.where(marked, 0.5 / share, 0.5 / (1 - share)).astype(np.float32)
    return weights

"""What a model takes for a digit: strangers let in against digits turned away."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from edge.arrays import Float32Array, Float64Array
from edge.errors import InputError
from edge.prediction import Prediction

TURNED_AWAY = (0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1)
"""Shares of the digits given up, at which the strangers still let in are told."""


@dataclass(frozen=True, slots=True)
class Curve:
    """A threshold moved along one score.

    Attributes:
        score: "is_digit" (the trained output) or "softmax" (the largest probability).
        accepted: share of the non-digits let in while `TURNED_AWAY` of the digits are lost.
        points: (digits turned away, non-digits accepted) of every distinct threshold,
            thinned out, for drawing.
    """

    score: str
    accepted: tuple[float, ...]
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Rejection:
    """How a model tells digits from everything else.

    Attributes:
        strangers: how many non-digits were shown.
        digits_turned_away: share of the digits that the model refuses at its own
            threshold of 0.5; None without the second output.
        strangers_accepted: share of the non-digits it takes at that threshold.
        confident_strangers: share of the non-digits with a softmax of 0.9 and more.
        curves: the trained output's, where there is one, and the softmax threshold's.
    """

    strangers: int
    digits_turned_away: float | None
    strangers_accepted: float | None
    confident_strangers: float
    curves: tuple[Curve, ...]


def reject(digits: Prediction, strangers: Prediction) -> Rejection:
    """Compares what a model says of digits and of images that are none.

    Raises:
        InputError: one of the two holds no images.
    """
    if not len(digits.probabilities) or not len(strangers.probabilities):
        raise InputError("rejection needs digits and images that are none")
    sure, also = digits.probabilities.max(axis=1), strangers.probabilities.max(axis=1)
    curves = [_curve("softmax", sure, also)]
    away = taken = None
    if digits.is_digit is not None and strangers.is_digit is not None:
        curves.insert(0, _curve("is_digit", digits.is_digit, strangers.is_digit))
        away = float((digits.is_digit < 0.5).mean())
        taken = float((strangers.is_digit >= 0.5).mean())
    return Rejection(len(also), away, taken, float((also >= np.float32(0.9)).mean()), tuple(curves))


def _curve(name: str, digits: Float32Array, strangers: Float32Array) -> Curve:
    thresholds = np.concatenate(
        [np.unique(np.concatenate([digits, strangers])).astype(np.float64), [np.inf]]
    )
    # Below a threshold: turned away. An image at the threshold itself is let in.
    away = np.searchsorted(np.sort(digits), thresholds, side="left") / len(digits)
    inside = 1 - np.searchsorted(np.sort(strangers), thresholds, side="left") / len(strangers)
    accepted = tuple(float(inside[away <= share].min()) for share in TURNED_AWAY)
    return Curve(name, accepted, _thinned(away, inside))


def _thinned(away: Float64Array, inside: Float64Array) -> tuple[tuple[float, float], ...]:
    """At most about a hundred points, the ends among them."""
    rows = np.unique(np.linspace(0, len(away) - 1, 100).astype(int))
    return tuple((round(float(away[i]), 5), round(float(inside[i]), 5)) for i in rows)

"""What a candidate's surroundings say of it: the rules no single image can know.

The network sees one crop; a straight edge at the frame's border is a perfect 1 to it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from edge.acceptance import Acceptance, Verdict
from edge.arrays import BoolArray, Float64Array
from edge.drawings import drawn_around, of_another_size
from edge.percent import percent_signs
from edge.prediction import Prediction
from edge.segment import Candidate
from edge.words import in_print

SMALLEST_OF_TYPICAL = 0.35
"""Least size of a digit, as a share of the typical digit's."""

FAINTEST_OF_TYPICAL = 0.3
"""Least strength of a digit's ink, as a share of the typical digit's: bleed-through and
shadows are fainter, another pen is not that much."""

LEAST_CLEARANCE = 0.4
"""How much darker than its darkest side a digit is, as a share of its strength against the
page. A shadow across a digit halves it; at the edge of a sheet nothing is left."""


def judge(
    candidates: Sequence[Candidate],
    prediction: Prediction,
    acceptance: Acceptance,
    one: int,
    frame_size: tuple[int, int],
    zero: int = -1,
) -> list[Verdict]:
    """Decides which candidates are digits, first by the network, then by what surrounds them.

    Args:
        candidates: n candidates.
        prediction: what the network says of each.
        acceptance: how sure it must be.
        one: index of the label "1", -1 when there is none.
        frame_size: (h, w) of the frame in which the boxes lie.
        zero: index of the label "0", -1 when there is none.

    Returns:
        A verdict each, the first reason that speaks against it.
    """
    if not candidates:
        return []
    verdicts = _by_network(prediction, acceptance)
    by_network = np.array([verdict is Verdict.ACCEPTED for verdict in verdicts])
    labels = prediction.labels
    boxes = np.array([c.box for c in candidates], np.float64)
    sizes = boxes[:, 2:].max(axis=1)
    levels = np.array([c.level for c in candidates], np.float64)
    clearances = np.array([255 * c.clearance for c in candidates], np.float64)
    kept = by_network.copy()

    def refuse(where: BoolArray, reason: Verdict) -> None:
        refused = kept & where
        if refused.any():
            for row in np.flatnonzero(refused).tolist():
                verdicts[row] = reason
            kept[refused] = False

    refuse(_at_border(boxes, frame_size) & (labels == one), Verdict.CUT_OFF)
    refuse(clearances < LEAST_CLEARANCE * levels, Verdict.EDGE)
    refuse(drawn_around(candidates, kept, kept), Verdict.AROUND)
    refuse(percent_signs(candidates), Verdict.SIGN)
    # What shines through from the back is in pieces, each much smaller than a digit.
    for measure, weights, least, reason in (
        (sizes, sizes, SMALLEST_OF_TYPICAL, Verdict.SMALL),
        (levels, sizes**2, FAINTEST_OF_TYPICAL, Verdict.FAINT),
    ):
        # What is typical lies among them: most pages' digits are all alike enough.
        if kept.any() and measure[kept].min() < least * measure[kept].max():
            refuse(measure < least * typical(measure[kept], weights[kept]), reason)
    simple = (labels == zero) | (labels == one)
    refuse(of_another_size(sizes, kept, simple), Verdict.SIZE)
    refuse(in_print(candidates, by_network, sizes, simple, prediction.sureness), Verdict.PRINT)
    return verdicts


def _by_network(prediction: Prediction, acceptance: Acceptance) -> list[Verdict]:
    """What the network alone says of each candidate."""
    best = prediction.probabilities.max(axis=1)
    if prediction.is_digit is None:
        sure = best >= acceptance.probability_alone
        return [Verdict.ACCEPTED if one else Verdict.UNSURE for one in sure]
    return [
        Verdict.NO_DIGIT
        if is_digit < acceptance.is_digit
        else Verdict.UNSURE
        if probability < acceptance.probability
        else Verdict.ACCEPTED
        for is_digit, probability in zip(prediction.is_digit, best, strict=True)
    ]


def typical(measure: Float64Array, weights: Float64Array) -> float:
    """The median, each candidate counted by its weight: specks are many, but small."""
    order = np.argsort(measure)
    weight = np.cumsum(weights[order])
    return float(measure[order][np.searchsorted(weight, weight[-1] / 2)])


def _at_border(boxes: Float64Array, size: tuple[int, int]) -> BoolArray:
    """Which of (n, 4) boxes are cut off by the frame: the edge of a desk or a page is."""
    height, width = size
    x, y, w, h = boxes.T
    return np.asarray((x <= 1) | (y <= 1) | (x + w >= width - 1) | (y + h >= height - 1), bool)

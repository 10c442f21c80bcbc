"""What a candidate's surroundings say of it: the rules no single image can know.

The network sees one crop; a straight edge at the frame's border is a perfect 1 to it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

import numpy as np

from edge.acceptance import Acceptance, Verdict
from edge.arrays import Float64Array
from edge.clearance import has_strokes, is_edge
from edge.drawings import drawn_around, of_another_size
from edge.percent import percent_signs
from edge.prediction import Prediction
from edge.segment import Box, Candidate
from edge.words import in_print

SMALLEST_OF_TYPICAL = 0.35
"""Least size of a digit, as a share of the typical digit's."""

FAINTEST_OF_TYPICAL = 0.3
"""Least strength of a digit's ink, as a share of the typical digit's: bleed-through and
shadows are fainter, another pen is not that much."""

_OUTVOTES = 2.0
"""Size, as a share of the typical digit's, from which on a larger one counts no more: where
digits shine through, those of the page are larger and fewer."""

_SURELY = 0.8
"""How surely it must be read that what seems to be an edge is a digit half in the shadow."""


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

    def kept() -> list[bool]:
        return [verdict is Verdict.ACCEPTED for verdict in verdicts]

    def refuse(where: Iterable[bool], reason: Verdict) -> None:
        for row, refused in enumerate(where):
            if refused and verdicts[row] is Verdict.ACCEPTED:
                verdicts[row] = reason

    # Of a page's few digits most is sooner asked one by one than of an array.
    by_network = np.array(kept())
    labels = prediction.labels.tolist()
    boxes, levels = [c.box for c in candidates], [c.level for c in candidates]
    sizes = [float(max(box[2:])) for box in boxes]
    refuse(
        (
            label == one and _at_border(box, frame_size)
            for label, box in zip(labels, boxes, strict=True)
        ),
        Verdict.CUT_OFF,
    )
    refuse(
        (
            is_edge(c.clearance, c.level)
            # Any straight edge is a 1; of what is surely another digit its strokes tell.
            and (label == one or sure < _SURELY or not has_strokes(c.strokes, c.level))
            for c, label, sure in zip(candidates, labels, prediction.sureness.tolist(), strict=True)
        ),
        Verdict.EDGE,
    )
    digits = np.array(kept())
    refuse(drawn_around(candidates, digits, digits).tolist(), Verdict.AROUND)
    refuse(percent_signs(candidates).tolist(), Verdict.SIGN)
    # What shines through from the back is in pieces, each much smaller than a digit.
    for measure, power, least, reason in (
        (sizes, 1, SMALLEST_OF_TYPICAL, Verdict.SMALL),
        (levels, 2, FAINTEST_OF_TYPICAL, Verdict.FAINT),
    ):
        theirs = list(itertools.compress(measure, kept()))
        # What is typical lies among them: most pages' digits are all alike enough.
        if theirs and min(theirs) < least * max(theirs):
            weights = np.array(list(itertools.compress(sizes, kept())))
            # A corner of the desk that passes for a digit does not outweigh a page of them (it
            # does outweigh five a fifth of its size); of what is read as 1 much may be specks.
            telling = weights[np.array(list(itertools.compress(labels, kept()))) != one]
            if telling.size:
                weights = np.minimum(weights, _OUTVOTES * typical(telling, telling))
            usual = typical(np.array(theirs), weights**power)
            refuse([value < least * usual for value in measure], reason)
    simple = np.array([label in (zero, one) for label in labels])
    size = np.array(sizes)
    refuse(of_another_size(size, np.array(kept()), simple).tolist(), Verdict.SIZE)
    refuse(in_print(candidates, by_network, size, simple, prediction.sureness), Verdict.PRINT)
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
        for is_digit, probability in zip(prediction.is_digit.tolist(), best.tolist(), strict=True)
    ]


def typical(measure: Float64Array, weights: Float64Array) -> float:
    """The median, each candidate counted by its weight: specks are many, but small."""
    order = np.argsort(measure)
    weight = np.cumsum(weights[order])
    return float(measure[order][np.searchsorted(weight, weight[-1] / 2)])


def _at_border(box: Box, size: tuple[int, int]) -> bool:
    """Whether a box is cut off by the frame: the edge of a desk or a page is."""
    height, width = size
    x, y, w, h = box
    return x <= 1 or y <= 1 or x + w >= width - 1 or y + h >= height - 1

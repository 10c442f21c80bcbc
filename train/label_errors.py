"""MNIST's test set has labels that people contradict: how many mistakes are theirs.

Northcutt, Athalye and Mueller 2021, "Pervasive Label Errors in Test Sets Destabilize
Machine Learning Benchmarks", had five people look at each of the 100 test images whose
label networks doubted most. For 15 of them fewer than three of the five chose the label
that MNIST gives. The authors publish every vote (cleanlab/label-errors on GitHub,
mturk/mnist_mturk.json), from which these facts are.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from edge.prediction import Prediction
from train.data import Images

MNIST_TEST_SHA256 = "a0863a96c44e5666edbb30c4071ee79ca0514c621e6349c5967fc78e7305c891"
"""`Images.sha256` of MNIST's test set, in its order."""

CONTRADICTED: Mapping[int, int | None] = {
    947: 9,
    1621: 6,
    1901: 4,
    2130: None,
    2462: 0,
    2597: 3,
    2654: None,
    3520: None,
    3558: 0,
    5937: 3,
    6651: 6,
    6783: 6,
    8527: None,
    9679: None,
    9729: 6,
}
"""Places in MNIST's test set of the images whose label people contradict, each with the
digit that at least three of the five saw, or None where they did not agree on one."""


def contradicted(test: Images) -> Mapping[int, int | None]:
    """`CONTRADICTED` where the images are MNIST's test set, in its order; else nothing."""
    return CONTRADICTED if test.sha256 == MNIST_TEST_SHA256 else {}


def label_errors(test: Images, prediction: Prediction) -> dict[str, Any] | None:
    """How many of a model's mistakes are on labels that people contradict.

    Nothing is left out of any other figure for it.

    Returns:
        `images` whose label people contradict, `mistakes` among them, and `as_people`: how
        many of those mistakes are the digit that most people saw; None for other images
        than MNIST's test set.
    """
    places = np.fromiter(contradicted(test), np.int64)
    if not len(places):
        return None
    said, given = prediction.labels[places], test.labels[places]
    wrong = said != given
    people = [CONTRADICTED[int(place)] for place in places]
    as_people = np.array([mine == theirs for mine, theirs in zip(said, people, strict=True)])
    return {
        "images": len(places),
        "mistakes": int(np.count_nonzero(wrong)),
        "as_people": int(np.count_nonzero(wrong & as_people)),
    }

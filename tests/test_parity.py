"""Parity: what two models answer is compared image by image, and a budget names what it breaks."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from edge.errors import InputError
from edge.parity import ParityBudget, ParityReport, compare

PROBABILITIES = npst.arrays(np.float32, (30, 10), elements=st.floats(0, 1, width=32))
LABELS = npst.arrays(np.int64, 30, elements=st.integers(0, 9))


def report(**changes: float) -> ParityReport:
    values = {
        "images": 1000,
        "reference_accuracy": 0.99,
        "candidate_accuracy": 0.99,
        "agreement": 1.0,
        "lost": 0,
        "won": 0,
        "largest_difference": 0.0,
        "mean_difference": 0.0,
    }
    return ParityReport(**(values | changes))  # type: ignore[arg-type]


@given(PROBABILITIES, LABELS)
def test_a_model_agrees_with_itself(probabilities: np.ndarray, labels: np.ndarray) -> None:
    same = compare(probabilities, probabilities, labels)
    assert (same.agreement, same.lost, same.won, same.largest_difference) == (1.0, 0, 0, 0.0)
    assert ParityBudget(0, 0, 0).violations(same) == []


@given(PROBABILITIES, PROBABILITIES, LABELS)
def test_paired_flips_explain_the_accuracies(
    one: np.ndarray, other: np.ndarray, labels: np.ndarray
) -> None:
    forth, back = compare(one, other, labels), compare(other, one, labels)
    assert forth.lost - forth.won == round(forth.accuracy_drop * forth.images)
    assert (forth.lost, forth.won) == (back.won, back.lost)
    assert forth.lost + forth.won <= round((1 - forth.agreement) * forth.images)


def test_equal_accuracies_do_not_hide_flips() -> None:
    labels = np.array([0, 1])
    one = np.eye(10, dtype=np.float32)[[0, 2]]
    other = np.eye(10, dtype=np.float32)[[3, 1]]
    told = compare(one, other, labels)
    assert told.accuracy_drop == 0
    assert (told.lost, told.won, told.agreement) == (1, 1, 0.0)


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        pytest.param({"candidate_accuracy": 0.98}, "accuracy drop", id="less-accurate"),
        pytest.param({"agreement": 0.99}, "disagreement", id="other-answers"),
        pytest.param({"largest_difference": 0.8}, "largest difference", id="other-probabilities"),
    ],
)
def test_a_broken_budget_is_named(changes: dict[str, float], word: str) -> None:
    (told,) = ParityBudget(0.002, 0.005, 0.5).violations(report(**changes))
    assert word in told


def test_nan_is_no_parity() -> None:
    with pytest.raises(InputError):
        report(agreement=math.nan)
    with pytest.raises(InputError):
        ParityBudget(accuracy_drop=math.nan)


def test_no_images_prove_nothing() -> None:
    nothing = np.zeros((0, 10), np.float32)
    with pytest.raises(InputError, match="no images"):
        compare(nothing, nothing, np.zeros(0, np.int64))

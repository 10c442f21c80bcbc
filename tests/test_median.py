"""The median is NumPy's."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edge.median import median, median_of_counts, medians, quantile


@pytest.mark.parametrize("kind", [np.uint8, np.int64, np.float32, np.float64])
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)  # busy machines
@given(values=st.lists(st.integers(0, 255), min_size=1, max_size=60), scale=st.floats(0.1, 1.0))
def test_it_is_numpys_to_the_last_bit(
    kind: type[np.generic], values: list[int], scale: float
) -> None:
    array = (np.array(values) * scale).astype(kind)
    assert median(array) == float(np.median(array))


def test_it_takes_lists_pages_and_nothing() -> None:
    assert median([3, 1, 10, 2]) == 2.5
    assert median(np.arange(9).reshape(3, 3)) == 4
    assert math.isnan(median([]))


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(values=st.lists(st.integers(0, 255), min_size=1, max_size=60), share=st.floats(0, 1))
def test_a_quantile_is_numpys(values: list[int], share: float) -> None:
    for array in (np.array(values, np.uint8), np.array(values, np.float32)):
        assert quantile(array, share) == pytest.approx(float(np.quantile(array, share)), abs=1e-3)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(values=st.lists(st.integers(0, 255), min_size=1, max_size=60))
def test_of_counts_it_is_numpys(values: list[int]) -> None:
    assert median_of_counts(np.bincount(values)) == float(np.median(values))


def test_of_counts_of_nothing_there_is_none() -> None:
    assert math.isnan(median_of_counts(np.zeros(256, np.int64)))


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(parts=st.lists(st.lists(st.integers(0, 255), max_size=9), min_size=1, max_size=9))
def test_of_many_sets_they_are_those_of_each(parts: list[list[int]]) -> None:
    number = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    values = np.array([value for part in parts for value in part], np.uint8)
    mixed = np.random.default_rng(0).permutation(len(values))
    assert np.array_equal(
        medians(number[mixed], values[mixed], len(parts)),
        np.array([median(part) for part in parts]),
        equal_nan=True,
    )

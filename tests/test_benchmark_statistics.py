"""Every statistic of a benchmark says what its source says, at its ends as well."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.latency import LatencyRun, LatencyScope, LatencySummary
from benchmarks.processes import (
    LEAST_PROCESSES,
    mann_whitney_p,
    median_deviation,
    median_interval,
    noise_floor,
)
from benchmarks.proportions import mcnemar_p, smallest_detectable_drop, wilson
from benchmarks.rejection import TURNED_AWAY, reject
from edge.errors import InputError
from edge.prediction import Prediction
from train.calibration import calibrate

# Counts


@given(st.integers(1, 20_000), st.data())
def test_a_wilson_interval_holds_its_share_and_stays_in_the_unit(trials: int, data) -> None:
    successes = data.draw(st.integers(0, trials))
    low, high = wilson(successes, trials)
    assert 0 <= low <= successes / trials <= high <= 1
    assert low < high


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [
        # Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_a_wilson_interval_is_the_published_one(
    successes: int, trials: int, low: float, high: float
) -> None:
    assert wilson(successes, trials) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(
    ("lost", "won", "p"),
    [
        (0, 0, 1.0),
        (1, 1, 1.0),
        (5, 0, 2 / 32),
        (6, 0, 2 / 64),
        (0, 6, 2 / 64),
        (8, 2, 2 * (1 + 10 + 45) / 1024),
    ],
)
def test_mcnemar_is_exact(lost: int, won: int, p: float) -> None:
    assert mcnemar_p(lost, won) == p


@settings(deadline=None)  # sums of thousands of terms on a busy machine
@given(st.integers(0, 300), st.integers(0, 300))
def test_mcnemar_is_a_probability_and_takes_no_side(lost: int, won: int) -> None:
    assert 0 < mcnemar_p(lost, won) <= 1
    assert mcnemar_p(lost, won) == mcnemar_p(won, lost)


def test_thousands_of_flips_are_counted_as_well() -> None:
    few, many = mcnemar_p(450, 549), mcnemar_p(451, 549)  # on both sides of 1,000
    exact = sum(Fraction(math.comb(1000, k)) for k in range(452)) * 2 / Fraction(2**1000)
    assert many == pytest.approx(float(exact), rel=1e-9)
    assert few < many
    assert 0 < mcnemar_p(4000, 6000) < 1e-80


@pytest.mark.parametrize("flips", [0, 5, 6, 20, 200])
def test_the_smallest_drop_is_seen_and_a_smaller_one_is_not(flips: int) -> None:
    drop = round(smallest_detectable_drop(flips, 10_000) * 10_000)
    count = next(n for n in range(max(flips, 6), flips + 20) if (n - drop) % 2 == 0)
    won = (count - drop) // 2
    assert mcnemar_p(count - won, won) < 0.05
    assert mcnemar_p(count - won - 1, won + 1) >= 0.05 or drop <= 2


@pytest.mark.parametrize(
    "broken",
    [
        lambda: wilson(3, 2),
        lambda: wilson(0, 0),
        lambda: mcnemar_p(-1, 0),
        lambda: smallest_detectable_drop(0, 0),
        lambda: mann_whitney_p([], [1]),
        lambda: calibrate(np.zeros((0, 10), np.float32), np.zeros(0, np.int64)),
        lambda: reject(
            Prediction(np.zeros((0, 10), np.float32), None),
            Prediction(np.ones((1, 10), np.float32), None),
        ),
    ],
)
def test_what_cannot_be_counted_is_refused(broken) -> None:
    with pytest.raises(InputError):
        broken()


# Processes


@given(
    st.lists(st.integers(0, 9), min_size=1, max_size=6),
    st.lists(st.integers(0, 9), min_size=1, max_size=6),
)
def test_mann_whitney_counts_every_way_to_deal_the_ranks(one: list[int], other: list[int]) -> None:
    pooled = [*one, *other]
    ranks = [sum(b < a for b in pooled) + (sum(b == a for b in pooled) + 1) / 2 for a in pooled]
    seen = sum(ranks[: len(one)])
    ways = [sum(chosen) for chosen in combinations(ranks, len(one))]
    expected = sum(way >= seen - 1e-9 for way in ways) / len(ways)
    assert mann_whitney_p(one, other) == pytest.approx(expected)


def test_mann_whitney_agrees_with_scipy(rng: np.random.Generator) -> None:
    stats = pytest.importorskip("scipy.stats", reason="scipy is not installed")
    for _ in range(20):
        one, other = rng.normal(0.5, 1, 7), rng.normal(0, 1, 9)
        told = stats.mannwhitneyu(one, other, alternative="greater", method="exact")
        assert mann_whitney_p(one, other) == pytest.approx(float(told.pvalue))


def test_an_interval_needs_processes_and_knows_that_calls_are_not_processes(
    rng: np.random.Generator,
) -> None:
    # Ten processes, each with its own speed and a thousand nearly equal calls.
    speeds = rng.normal(20, 2, 10)
    samples = [rng.normal(speed, 0.01, 1000) for speed in speeds]
    assert median_interval(samples[: LEAST_PROCESSES - 1], rng) is None
    low, high = median_interval(samples, rng) or (0, 0)
    assert low <= float(np.median(np.concatenate(samples))) <= high
    assert high - low > 0.5  # not the hundredth that ten thousand calls would suggest


def test_equal_processes_have_a_narrow_interval(rng: np.random.Generator) -> None:
    samples = [np.full(50, 20.0) for _ in range(10)]
    assert median_interval(samples, rng) == (20.0, 20.0)


def test_the_noise_floor_grows_with_what_parts_two_copies(rng: np.random.Generator) -> None:
    def copies(spread: float) -> list[np.ndarray]:
        return [np.full(20, 20.0) * (1 + rng.normal(0, spread)) for _ in range(10)]

    assert noise_floor(copies(0), copies(0)) == 0
    quiet, loud = (noise_floor(copies(s), copies(s)) for s in (0.005, 0.1))
    assert 0 < quiet < 0.03 < loud


def test_half_of_all_deviations_are_within_the_mad() -> None:
    assert median_deviation(np.array([1, 1, 2, 2, 4, 6, 9])) == 1


def test_a_summary_is_steady_only_when_its_processes_agree() -> None:
    def summary(medians: list[int]) -> LatencySummary:
        return LatencySummary.of(
            [
                LatencyRun("a", "b", LatencyScope.RUNTIME, n, (), (us * 1000,) * 50)
                for n, us in enumerate(medians)
            ]
        )

    assert summary([20] * 10).is_steady
    assert summary([10, 30] * 5).is_steady is False
    assert summary([20]).is_steady is None


# Confidence and rejection


def test_a_model_that_means_what_it_says_has_no_calibration_error() -> None:
    sure = np.zeros((10, 10), np.float32)
    sure[:, 0], sure[:, 1] = 0.8, 0.2
    labels = np.array([0] * 8 + [1] * 2)
    told = calibrate(sure, labels)
    assert told.error == pytest.approx(0, abs=1e-6)
    assert [one.count for one in told.bins] == [10]
    assert calibrate(sure, np.zeros(10, np.int64)).error == pytest.approx(0.2, abs=1e-6)


def predicted(is_digit: list[float] | None, softmax: list[float]) -> Prediction:
    probabilities = np.zeros((len(softmax), 10), np.float32)
    probabilities[:, 3] = softmax
    return Prediction(probabilities, None if is_digit is None else np.array(is_digit, np.float32))


def test_the_curve_tells_what_each_threshold_costs() -> None:
    digits = predicted([0.9] * 99 + [0.3], [0.99] * 99 + [0.5])
    strangers = predicted([0.1, 0.2, 0.4, 0.6], [0.99, 0.95, 0.6, 0.4])
    told = reject(digits, strangers)
    trained, softmax = told.curves
    assert (trained.score, softmax.score) == ("is_digit", "softmax")
    at_one_percent = TURNED_AWAY.index(0.01)
    assert trained.accepted[at_one_percent] == 0  # a threshold of 0.9 loses one digit of 100
    assert trained.accepted[0] == 0.5  # without losing any: 0.3 lets two of four in
    assert softmax.accepted[at_one_percent] == 0.25
    assert (told.digits_turned_away, told.strangers_accepted) == (0.01, 0.25)
    assert told.confident_strangers == 0.5
    assert all(a >= b for a, b in zip(trained.accepted, trained.accepted[1:], strict=False))


def test_a_model_without_the_output_has_the_softmax_curve_alone() -> None:
    told = reject(predicted(None, [0.9]), predicted(None, [0.2]))
    assert [one.score for one in told.curves] == ["softmax"]
    assert told.digits_turned_away is None

"""Statistics over fresh processes: two runs of one process are not two measurements.

What differs from process to process (where memory lies, which core, which clock) moves a
median far more than the calls within it, so the process is the unit that is counted.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from edge.arrays import AnyArray, Float64Array
from edge.errors import InputError

LEAST_PROCESSES = 5
"""Fewer give neither an interval nor a test."""

_RESAMPLES = 2000


def median_interval(
    samples: Sequence[AnyArray], rng: np.random.Generator
) -> tuple[float, float] | None:
    """A 95 % interval of the pooled median, by drawing whole processes with replacement.

    Source: Efron 1979, "Bootstrap Methods: Another Look at the Jackknife", over clusters.

    Args:
        samples: of each process its times, in any unit.
        rng: draws the processes.

    Returns:
        Both ends, or None below `LEAST_PROCESSES`.
    """
    if len(samples) < LEAST_PROCESSES:
        return None
    # A sorted grid stands for each process: pooling thousands of samples 2,000 times is slow,
    # and 101 quantiles of each give the same median to a part in a thousand.
    shares = np.linspace(0, 100, 101)
    grid = np.array([np.percentile(one.astype(np.float64), shares) for one in samples])
    chosen = rng.integers(len(grid), size=(_RESAMPLES, len(grid)))
    medians = np.median(grid[chosen].reshape(_RESAMPLES, -1), axis=1)
    low, high = np.percentile(medians, (2.5, 97.5))
    return float(low), float(high)


def mann_whitney_p(slower: Sequence[float], faster: Sequence[float]) -> float:
    """One-sided exact probability that the first is this much larger by chance alone.

    Source: Mann and Whitney 1947, "On a test of whether one of two random variables is
    stochastically larger than the other". Ties share their mean rank; every way to deal
    the ranks to the two groups is counted.

    Args:
        slower: medians of the processes that may be slower.
        faster: medians to hold them against.

    Raises:
        InputError: a group is empty.
    """
    if not len(slower) or not len(faster):
        raise InputError("a rank test needs two groups")
    pooled = np.concatenate([slower, faster])
    ranks = (2 * _mean_ranks(pooled)).round().astype(int)  # doubled: halves become whole
    total = int(ranks[: len(slower)].sum())
    # ways[k][s]: how many choices of k values have the doubled rank sum s.
    ways = np.zeros((len(slower) + 1, int(ranks.sum()) + 1))
    ways[0, 0] = 1
    for rank in ranks:
        moved = np.zeros_like(ways)
        moved[1:, rank:] = ways[:-1, : ways.shape[1] - rank]
        ways += moved
    counts = ways[len(slower)]
    return float(counts[total:].sum() / counts.sum())


def median_deviation(samples: AnyArray) -> float:
    """Median absolute deviation from the median, in the samples' unit."""
    values = samples.astype(np.float64)
    return float(np.median(np.abs(values - np.median(values))))


def noise_floor(first: Sequence[AnyArray], second: Sequence[AnyArray]) -> float:
    """How far two copies of one file lie apart when nothing but chance parts them.

    Both were timed in turns in the same processes. The pooled medians' ratio alone could
    be 1 by luck, so whole processes are drawn again and again and the ratio is taken that
    19 of 20 draws stay below; so is the typical distance from process to process.

    Args:
        first: times of one copy, one array a process.
        second: times of the other, in the same order.

    Returns:
        A share: 0.03 says that medians closer than 3 % are one speed.
    """
    ours, theirs = (
        np.array([np.median(one.astype(np.float64)) for one in side]) for side in (first, second)
    )
    rng = np.random.default_rng(0)
    chosen = rng.integers(len(ours), size=(_RESAMPLES, len(ours)))
    ratios = np.median(ours[chosen], axis=1) / np.median(theirs[chosen], axis=1)
    within = float(np.percentile(np.abs(np.log(ratios)), 95))
    # Two medians of n processes each differ by chance by about this much.
    spread = median_deviation(np.log(np.concatenate([ours, theirs]))) * 1.4826
    between = 1.96 * spread * float(np.sqrt(2 * np.pi / 2 / len(ours)))
    return float(np.expm1(max(within, between)))


def _mean_ranks(values: Float64Array) -> Float64Array:
    """Ranks from 1; equal values share the mean of theirs."""
    _, where, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[where.reshape(-1)], np.float64)

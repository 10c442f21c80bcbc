"""What a count of right answers can and cannot tell: interval, paired test, smallest drop."""

from __future__ import annotations

import math

from edge.errors import InputError

Z95 = 1.959964
"""Half width of a 95 % interval of the normal distribution, in standard deviations."""

SIGNIFICANT = 0.05


def wilson(successes: int, trials: int, z: float = Z95) -> tuple[float, float]:
    """The interval in which a share lies, by default with 95 % confidence.

    Source: Wilson 1927, "Probable inference, the law of succession, and statistical
    inference". Unlike the textbook's interval it stays inside [0, 1] and says something at 0.

    >>> wilson(9968, 10_000)
    (0.9954..., 0.9977...)

    Args:
        successes: how many of the trials went right.
        trials: at least 1.
        z: half width in standard deviations.

    Raises:
        InputError: the counts do not fit.
    """
    if not 0 <= successes <= trials or trials < 1:
        raise InputError(f"{successes} of {trials} is no share")
    share = successes / trials
    shrink = 1 + z * z / trials
    center = (share + z * z / (2 * trials)) / shrink
    half = z / shrink * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    # Exact at the ends, where rounding would leave 1e-17.
    low = 0.0 if successes == 0 else max(0.0, center - half)
    high = 1.0 if successes == trials else min(1.0, center + half)
    return low, high


def mcnemar_p(lost: int, won: int) -> float:
    """Two-sided exact probability of flips at least this uneven when nothing changed.

    Source: McNemar 1947, "Note on the sampling error of the difference between correlated
    proportions", with the binomial distribution in place of its approximation: of
    `lost + won` flips each goes either way with probability 1/2.

    Args:
        lost: images right before and wrong now.
        won: images wrong before and right now.

    Returns:
        In (0, 1]; 1 where nothing flipped.

    Raises:
        InputError: a count is negative.
    """
    if min(lost, won) < 0:
        raise InputError(f"{lost} lost and {won} won are no counts")
    flips = lost + won
    fewer = min(lost, won)
    if flips >= 1000:  # 2 ** 10000 is no float
        return _by_logarithm(flips, fewer)
    return min(1.0, 2 * sum(math.comb(flips, k) for k in range(fewer + 1)) / (1 << flips))


def smallest_detectable_drop(flips: int, images: int) -> float:
    """The least loss of accuracy that this many images could have shown.

    With as many flips as were seen (at least those that a test needs), it is the smallest
    surplus of lost over won images at which `mcnemar_p` falls below 0.05, as a share of
    the images. A smaller drop may be there and cannot be told from chance.

    Args:
        flips: lost and won together.
        images: how many were compared, at least 1.
    """
    if images < 1 or flips < 0:
        raise InputError(f"{flips} flips of {images} images")
    count = max(flips, 6)  # six of a kind is the fewest that reach 5 %
    while True:
        for won in range(count // 2, -1, -1):
            if mcnemar_p(count - won, won) < SIGNIFICANT:
                return min(1.0, (count - 2 * won) / images)
        count += 1


def _by_logarithm(flips: int, fewer: int) -> float:
    def log_of(k: int) -> float:
        chosen = math.lgamma(flips + 1) - math.lgamma(k + 1) - math.lgamma(flips - k + 1)
        return chosen - flips * math.log(2)

    return min(1.0, 2 * math.fsum(math.exp(log_of(k)) for k in range(fewer + 1)))

"""The median, without what `np.median` brings along.

For floats NumPy's own asks its masked arrays whether the result is one of them, and to ask
imports them: a quarter of the time until the first page was read. On the few values of a
digit or a line it also takes several times as long as the partition that it rests on.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from edge.arrays import Float64Array, Int64Array, UInt8Array

if TYPE_CHECKING:  # a start takes it along for nothing
    from numpy.typing import ArrayLike

_MANY = 256
"""Bytes from which on counting them is quicker than parting them."""

_FEW = 32
"""Values up to which Python sorts them sooner than NumPy begins to."""


def median(values: ArrayLike) -> float:
    """The middle value of all, or the mean of the middle two; exactly `np.median`'s.

    >>> median([3, 1, 10, 2])
    2.5

    Args:
        values: finite numbers of any shape; not a number where there are none.
    """
    if isinstance(values, list) and 0 < len(values) <= _FEW and type(values[0]) in (int, float):
        return _middle(values)
    flat = np.asarray(values).ravel()
    half, odd = divmod(flat.size, 2)
    if not flat.size:
        return math.nan
    # Not float32: the mean of its middle two is rounded to 32 bits.
    if flat.size <= _FEW and (flat.dtype == np.float64 or flat.dtype.kind in "iu"):
        return _middle(flat.tolist())
    if flat.dtype == np.uint8 and flat.size >= _MANY:
        # Of 256 values, counting is several times faster than parting.
        return median_of_counts(np.bincount(flat, minlength=256))
    if odd:
        return float(np.partition(flat, half)[half])
    return float(np.partition(flat, (half - 1, half))[half - 1 : half + 1].mean())


def _middle(values: list[float]) -> float:
    """The median of a few numbers."""
    ordered = sorted(values)
    half, odd = divmod(len(ordered), 2)
    return float(ordered[half] if odd else (ordered[half - 1] + ordered[half]) / 2)


def median_of_counts(counts: Int64Array) -> float:
    """The median of small whole numbers, of which is known how often each occurs.

    >>> median_of_counts(np.array([0, 2, 1, 1]))
    1.5

    Args:
        counts: (n,) how often 0, 1, ... n - 1 occur; not a number where nothing does.
    """
    below = counts.cumsum()
    half, odd = divmod(int(below[-1]), 2)
    if not half and not odd:
        return math.nan
    upper = int(np.searchsorted(below, half, side="right"))
    lower = upper if odd else int(np.searchsorted(below, half - 1, side="right"))
    return (lower + upper) / 2


def medians(number: Int64Array, values: UInt8Array, count: int) -> Float64Array:
    """The median of each of many sets of bytes, sooner than one after the other.

    >>> medians(np.array([1, 0, 1, 0, 0]), np.array([5, 1, 4, 2, 9], np.uint8), 2)
    array([2. , 4.5])

    Args:
        number: (n,) which set each value belongs to, 0 to count - 1.
        values: (n,) bytes.
        count: how many sets there are.

    Returns:
        (count,) float64; not a number where a set is empty.
    """
    # One long row of counts, those of each set in a place of its own.
    below = np.bincount((number << 8) + values, minlength=count << 8).cumsum()
    end = below[255::256]
    sizes = np.diff(end, prepend=0)
    half, odd = np.divmod(sizes, 2)
    middle = end - sizes + half
    upper, lower = (np.searchsorted(below, at, side="right") for at in (middle, middle + odd - 1))
    return np.where(sizes > 0, (lower + upper) / 2 - 256 * np.arange(count), np.nan)


def quantile(values: ArrayLike, share: float) -> float:
    """The value below which a share of all lies, between two values in proportion.

    `np.quantile`'s but for rounding, which asks the masked arrays as well.

    Args:
        values: one or more finite numbers of any shape.
        share: in [0, 1].
    """
    flat = np.asarray(values).ravel()
    place = share * (flat.size - 1)
    low = int(place)
    high = min(low + 1, flat.size - 1)
    part = np.partition(flat, (low, high))
    return float(part[low]) + (place - low) * (float(part[high]) - float(part[low]))

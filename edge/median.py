"""The median, without what `np.median` brings along.

For floats NumPy's own asks its masked arrays whether the result is one of them, and to ask
imports them: a quarter of the time until the first page was read. On the few values of a
digit or a line it also takes several times as long as the partition that it rests on.
"""

from __future__ import annotations

import math

import numpy as np
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
    flat = np.asarray(values).ravel()
    half, odd = divmod(flat.size, 2)
    if not flat.size:
        return math.nan
    # Not float32: the mean of its middle two is rounded to 32 bits.
    if flat.size <= _FEW and (flat.dtype == np.float64 or flat.dtype.kind in "iu"):
        ordered = sorted(flat.tolist())
        return float(ordered[half] if odd else (ordered[half - 1] + ordered[half]) / 2)
    if flat.dtype == np.uint8 and flat.size >= _MANY:
        # Of 256 values, counting is several times faster than parting.
        below = np.bincount(flat, minlength=256).cumsum()
        upper = int(np.searchsorted(below, half, side="right"))
        lower = upper if odd else int(np.searchsorted(below, half - 1, side="right"))
        return (lower + upper) / 2
    if odd:
        return float(np.partition(flat, half)[half])
    return float(np.partition(flat, (half - 1, half))[half - 1 : half + 1].mean())


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

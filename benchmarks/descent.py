"""Accelerated descent, by which both support vector machines are taught.

Source: Nesterov 1983; with a projection after each step, Beck and Teboulle 2009, "A Fast
Iterative Shrinkage-Thresholding Algorithm".
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

from edge.arrays import AnyArray

Place = TypeVar("Place", bound=AnyArray)


def descend(
    start: Place,
    slope: Callable[[Place], Place],
    curvature: float,
    steps: int,
    project: Callable[[Place], Place] = lambda at: at,
) -> Place:
    """Where a convex function is least, or nearly so.

    Args:
        start: where to begin; the answer has its shape and type.
        slope: the function's gradient at a place.
        curvature: its largest, which bounds the step that cannot overshoot.
        steps: how many.
        project: brings a place back to where it may be.
    """
    at: Any = start
    ahead: Any = start
    for step in range(1, steps + 1):
        downhill: Any = slope(ahead)
        moved = project(ahead - downhill / curvature)
        ahead = moved + (step - 1) / (step + 2) * (moved - at)
        at = moved
    found: Place = at
    return found


def largest_eigenvalue(times: Callable[[Place], Place], start: Place) -> float:
    """That of a symmetric matrix without negative ones, by powers.

    Args:
        times: multiplies the matrix by a vector.
        start: any vector that does not stand upright on the largest one's.
    """
    vector: Any = start
    for _ in range(30):
        vector = times(vector)
        vector = vector / np.linalg.norm(vector)
    return float(np.linalg.norm(times(vector)))

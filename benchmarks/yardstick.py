"""A fixed piece of work: when it takes longer, the machine is slower and not the model."""

from __future__ import annotations

import time

import numpy as np

_SIDE = 64


class Yardstick:
    """Multiplies the same small matrices; some ten microseconds, all in the first cache."""

    def __init__(self) -> None:
        self._matrix = np.linspace(-1, 1, _SIDE * _SIDE, dtype=np.float32).reshape(_SIDE, _SIDE)
        self._result = np.empty_like(self._matrix)
        self.taken_ns: list[int] = []

    def measure(self, times: int) -> None:
        """Adds `times` times, in nanoseconds, to `taken_ns`."""
        for _ in range(times):
            begun = time.perf_counter_ns()
            np.dot(self._matrix, self._matrix, out=self._result)
            self.taken_ns.append(time.perf_counter_ns() - begun)

"""How long each stage of a reading took."""

from __future__ import annotations

import time


class Laps:
    """A stopwatch with named laps; a lap of the same name adds up.

    Attributes:
        laps_us: microseconds of each lap by its name.
    """

    def __init__(self) -> None:
        self.laps_us: dict[str, float] = {}
        self._last = time.perf_counter_ns()

    def lap(self, name: str) -> None:
        """Ends a lap; the next begins."""
        now = time.perf_counter_ns()
        self.laps_us[name] = self.laps_us.get(name, 0.0) + (now - self._last) / 1000
        self._last = now

"""What an export costs: wall time, and the most memory that the process held meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

_KIB = 1024


class Cost:
    """A stopwatch for time and memory; starts when it is made.

    The peak is that of the whole process, TensorFlow included. Linux can reset it, so that
    each export has its own; elsewhere it is unknown.
    """

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self._begun = clock()
        self._reset = _reset_peak()

    def facts(self) -> dict[str, float | int | None]:
        """`wall_s` in seconds; `peak_bytes` of resident memory, or None where unknown."""
        peak = _peak_bytes() if self._reset else None
        return {"wall_s": round(self._clock() - self._begun, 3), "peak_bytes": peak}


def _reset_peak() -> bool:
    """Source: proc(5): writing 5 to clear_refs resets the peak resident set size."""
    try:
        Path("/proc/self/clear_refs").write_text("5", "ascii")
    except OSError:
        return False
    return True


def _peak_bytes() -> int | None:
    try:
        lines = Path("/proc/self/status").read_text("ascii").splitlines()
    except OSError:
        return None
    values = [line.split()[1] for line in lines if line.startswith("VmHWM:")]
    return int(values[0]) * _KIB if values else None

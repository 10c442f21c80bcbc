"""How the machine feels: heat, clock and throttling, read before and after a measurement."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

_THERMAL = Path("/sys/class/thermal")
_CLOCK = Path("/sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq")
_CPUINFO = Path("/proc/cpuinfo")
_THROTTLED = Path("/sys/devices/platform/soc/soc:firmware/get_throttled")

_BITS = {
    0: "under-voltage now",
    1: "frequency capped now",
    2: "throttled now",
    3: "soft temperature limit now",
    16: "under-voltage since boot",
    17: "frequency capped since boot",
    18: "throttled since boot",
    19: "soft temperature limit since boot",
}
"""Source: Raspberry Pi documentation, vcgencmd get_throttled."""


@dataclass(frozen=True, slots=True)
class Vitals:
    """One reading; None where this machine does not tell.

    Attributes:
        temperature_c: of the hottest sensor, in degrees Celsius.
        frequency_mhz: clock of the first core.
        throttling: what a Raspberry Pi's firmware complains of; empty when of nothing.
    """

    temperature_c: float | None
    frequency_mhz: float | None
    throttling: tuple[str, ...] | None

    def to_json(self) -> dict[str, Any]:
        """A JSON object."""
        return asdict(self)


def read_vitals() -> Vitals:
    """Looks at this machine now."""
    return Vitals(_temperature(), _frequency(), _throttling())


def parse_throttled(text: str) -> tuple[str, ...]:
    """What "throttled=0x50005" or "50005" says, in words; ValueError for anything else."""
    value = int(text.strip().rpartition("=")[2], 16)
    return tuple(words for bit, words in _BITS.items() if value >> bit & 1)


def warnings(before: Vitals, after: Vitals) -> list[str]:
    """Why times may have changed while they were measured, and what to do."""
    said = []
    held = {*(before.throttling or ()), *(after.throttling or ())}
    if now := sorted(one for one in held if one.endswith("now")):
        said.append(
            f"The board held itself back ({', '.join(now)}): the times are too long. Cool it or "
            "use a stronger power supply, and run it again."
        )
    hot, cold = after.temperature_c, before.temperature_c
    if hot is not None and cold is not None and hot - cold > 10:
        said.append(
            f"The processor warmed from {cold:.0f} to {hot:.0f} degrees: later times may be "
            "longer. Let it run warm first, then measure again."
        )
    fast, slow = before.frequency_mhz, after.frequency_mhz
    if fast and slow and abs(slow / fast - 1) > 0.15:
        said.append(
            f"The clock was {fast:.0f} MHz before and {slow:.0f} after: set a fixed governor "
            "(sudo cpupower frequency-set -g performance) and run it again."
        )
    return said


def _temperature() -> float | None:
    found = []
    for path in _THERMAL.glob("thermal_zone*/temp"):
        try:
            found.append(int(path.read_text("ascii")) / 1000)
        except (OSError, ValueError):
            continue
    return max(found, default=None)


def _frequency() -> float | None:
    try:
        return int(_CLOCK.read_text("ascii")) / 1000
    except (OSError, ValueError):
        pass
    try:
        told = re.search(r"^cpu MHz\s*:\s*([\d.]+)", _CPUINFO.read_text("utf-8"), re.MULTILINE)
    except OSError:
        return None
    return float(told[1]) if told else None


def _throttling() -> tuple[str, ...] | None:
    try:
        return parse_throttled(_THROTTLED.read_text("ascii"))
    except (OSError, ValueError):
        pass
    tool = shutil.which("vcgencmd")
    if tool is None:
        return None
    try:
        told = subprocess.run(
            [tool, "get_throttled"], capture_output=True, text=True, timeout=5, check=True
        )
        return parse_throttled(told.stdout)
    except (OSError, subprocess.SubprocessError, ValueError):
        return None

"""The machine behind the numbers: a time without its host is no measurement."""

from __future__ import annotations

import importlib.metadata
import os
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from edge.checkup.hardware import read_fact
from edge.errors import InputError
from train.commit import commit

PACKAGES = (
    "ai-edge-litert",
    "tflite-runtime",
    "onnxruntime",
    "tensorflow",
    "keras",
    "numpy",
    "opencv-python",
    "opencv-python-headless",
)

INT8_FEATURES = (
    "avx2",
    "avx512_vnni",
    "avx_vnni",
    "neon",
    "asimd",
    "asimddp",
    "i8mm",
)
"""What int8 kernels look for, as /proc/cpuinfo spells it: dot products of bytes above all."""

_ARM_PARTS = {
    "0xb76": "ARM1176",
    "0xc07": "Cortex-A7",
    "0xd03": "Cortex-A53",
    "0xd08": "Cortex-A72",
    "0xd0b": "Cortex-A76",
    "0xd0c": "Neoverse-N1",
    "0xd40": "Neoverse-V1",
}
_CPUINFO = Path("/proc/cpuinfo")
_BOARD = Path("/proc/device-tree/model")
_GOVERNOR = Path("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")


@dataclass(frozen=True, slots=True)
class HostFacts:
    """Where and with what something was measured.

    Attributes:
        cpu: the processor's name; of a Raspberry Pi the board's as well.
        architecture: "x86_64", "aarch64", "armv7l".
        cores: logical cores.
        features: those of `INT8_FEATURES` that the processor has.
        governor: how the clock frequency is chosen, or None where nobody tells.
        load_1m: average of runnable processes over the last minute, or None.
        kernel: operating system and its release.
        python: version of the interpreter.
        packages: version of each of `PACKAGES` that is installed.
        commit: of the checkout, "+" when it has changes; None outside one.
    """

    cpu: str
    architecture: str
    cores: int
    features: tuple[str, ...]
    governor: str | None
    load_1m: float | None
    kernel: str
    python: str
    packages: Mapping[str, str] = field(default_factory=dict)
    commit: str | None = None

    def __post_init__(self) -> None:
        if self.cores < 1 or not self.cpu:
            raise InputError(f"a host of {self.cores} cores of {self.cpu!r}")
        if self.load_1m is not None and not self.load_1m >= 0:  # NaN fails this as well
            raise InputError(f"a load average cannot be {self.load_1m}")

    @property
    def is_busy(self) -> bool:
        """Whether other work held more than a quarter of the cores when the measuring began."""
        return self.load_1m is not None and self.load_1m > self.cores / 4

    def to_json(self) -> dict[str, Any]:
        """A JSON object."""
        return asdict(self) | {"features": list(self.features), "packages": dict(self.packages)}


def read_host() -> HostFacts:
    """Looks at this machine; what cannot be read is left out."""
    cpu, features = parse_cpuinfo(read_fact(_CPUINFO) or "", read_fact(_BOARD))
    return HostFacts(
        cpu=cpu or platform.processor() or platform.machine() or "unknown",
        architecture=platform.machine() or "unknown",
        cores=os.cpu_count() or 1,
        features=features,
        governor=read_fact(_GOVERNOR),
        load_1m=_load(),
        kernel=f"{platform.system()} {platform.release()}",
        python=platform.python_version(),
        packages=_versions(),
        commit=commit(),
    )


def parse_cpuinfo(text: str, board: str | None = None) -> tuple[str | None, tuple[str, ...]]:
    """Name and int8 features from the text of /proc/cpuinfo, x86's form or Arm's.

    Args:
        text: the file's content; its first processor speaks for all.
        board: the device tree's model, which names a Raspberry Pi.
    """
    facts: dict[str, str] = {}
    for line in text.splitlines():
        key, colon, value = line.partition(":")
        if colon:
            facts.setdefault(key.strip(), value.strip())
    has = set((facts.get("flags") or facts.get("Features") or "").split())
    part = facts.get("CPU part")
    core = facts.get("model name") or (part and _ARM_PARTS.get(part, f"Arm part {part}"))
    names = [name for name in (board or facts.get("Model"), core) if name]
    return ", ".join(names) or None, tuple(name for name in INT8_FEATURES if name in has)


def _load() -> float | None:
    try:
        return round(os.getloadavg()[0], 2)
    except (AttributeError, OSError):  # Windows has none
        return None


def _versions() -> dict[str, str]:
    found = {}
    for name in PACKAGES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found

"""How long a fresh process takes to its first reading, beside what its imports alone take."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROUNDS = 11

_CHECKOUT = Path(__file__).resolve().parents[1]
_IMPORTS = """
import cv2, numpy
try:
    import ai_edge_litert.interpreter
except ImportError:
    import tflite_runtime.interpreter
"""
_FIRST = """
import sys
from edge.webcam import main
assert main(["--source", sys.argv[1], "--no-window", "--json", "--frames", "1"]) == 0
"""
_TELL = """
import time
print(time.process_time(), flush=True)
"""


@dataclass(frozen=True, slots=True)
class FirstReading:
    """What a start takes.

    Attributes:
        wall_s: the least time that a fresh process took to its first reading.
        cpu_s: the least of the processor's time for that: other programs only ever add to it.
        imports_cpu_s: the same of importing NumPy, OpenCV and the runtime alone.
    """

    wall_s: float
    cpu_s: float
    imports_cpu_s: float

    @property
    def to_imports(self) -> float:
        """The processor's time in that of the imports."""
        return self.cpu_s / self.imports_cpu_s


def time_first_reading(clip: Path, rounds: int = ROUNDS) -> FirstReading:
    """Starts fresh processes that read one frame, and by turns others that only import.

    The two are held against each other by the processor's time: by the clock, other programs
    made the ratio anything from 1.1 to 1.8 within a minute. Compiled modules are kept in a
    folder of their own: every start but a machine's very first finds them, whatever
    PYTHONDONTWRITEBYTECODE says where this is measured.

    Args:
        clip: a video to read, in a folder that may be written to.
        rounds: how often each is started, after one that compiles.

    Raises:
        subprocess.CalledProcessError: one of them failed.
    """
    programs = {"first": [_FIRST + _TELL, str(clip)], "imports": [_IMPORTS + _TELL]}
    environment = os.environ | {"PYTHONPYCACHEPREFIX": str(clip.parent / "compiled")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    wall_s: dict[str, list[float]] = {name: [] for name in programs}
    cpu_s: dict[str, list[float]] = {name: [] for name in programs}
    for turn in range(rounds + 1):
        for name, words in programs.items():
            began = time.perf_counter()
            done = subprocess.run(
                [sys.executable, "-c", *words],
                cwd=_CHECKOUT,
                env=environment,
                capture_output=True,
                check=True,
                text=True,
            )
            if turn > 0:
                wall_s[name].append(time.perf_counter() - began)
                cpu_s[name].append(float(done.stdout.splitlines()[-1]))
    return FirstReading(min(wall_s["first"]), min(cpu_s["first"]), min(cpu_s["imports"]))

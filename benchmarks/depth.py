"""How much is measured beside the comparison itself."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from edge.errors import InputError

TRAINED = Path("artifacts/edge")
"""Where `python -m export` puts the models of a training."""

PROCESSES, QUICK_IMAGES = 10, 1000
"""Fresh processes that time each format; test images that a quick look reads."""


@dataclass(frozen=True, slots=True)
class Depth:
    """Counts; 0 leaves a part out.

    Attributes:
        spoiled: digits spoiled in each way.
        strangers: non-digits shown.
        pages: whole pages read.
        kernel_images: images that go through every set of kernels.
        starts: fresh processes that start each model.
        thread_processes: fresh processes for each number of threads beyond one.
        peer_processes: fresh processes that time the published networks.
        operator_processes: fresh processes that time the operators of a file.
    """

    spoiled: int = 1000
    strangers: int = 10_000
    pages: int = 23  # one of each kind of difficulty
    kernel_images: int = 1000
    starts: int = 5
    thread_processes: int = 3
    peer_processes: int = 5
    operator_processes: int = 5

    def __post_init__(self) -> None:
        if min(self.spoiled, self.strangers, self.pages, self.kernel_images, self.starts) < 0:
            raise InputError(f"counts cannot be negative: {self}")


FULL = Depth()
QUICK = Depth(
    spoiled=200,
    strangers=300,
    pages=3,
    kernel_images=200,
    starts=1,
    thread_processes=0,
    peer_processes=0,
    operator_processes=1,
)

"""The reader and the classic in turns on the same frames, in one process, on one thread."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import cv2
import numpy as np

from benchmarks.progress import Progress
from benchmarks.speed.classic import read_frame, train_machine
from benchmarks.speed.machine import TRAINING, Machine
from edge.arrays import UInt8Array
from edge.reader import Reader
from train.scenes import draw_page
from train.strokes import draw_digits

SEED = 0x5BEED
GOALS = {"classic": 2.0, "digits": 10.0, "pixels": 25.0}
"""Largest ratios that the project wants: to the classic on the same frames, of a hundred
digits to ten, of a photo of 12 megapixels to a frame of 640 x 480."""

_WARMUP = 2


@dataclass(frozen=True, slots=True)
class Subject:
    """Frames of one sort.

    Attributes:
        name: for a person.
        size: (width, height) in pixels.
        rows: lines of digits.
        columns: digits in each.
        frames: how many different ones.
    """

    name: str
    size: tuple[int, int]
    rows: int
    columns: int
    frames: int

    def draw(self) -> list[UInt8Array]:
        """The frames, the same on every call as far as OpenCV draws the same."""
        drawn = []
        for number in range(self.frames):
            rng = np.random.default_rng([SEED, self.rows * self.columns, number])
            digits = rng.integers(0, 10, (self.rows, self.columns))
            lines = ["".join(map(str, row)) for row in digits]
            drawn.append(draw_page(lines, rng, size=self.size).image)
        return drawn


# Ten digits in five rows: small enough for the classic, which looks for 16 to 64 pixels.
FEW = Subject("10 digits, 640 x 480", (640, 480), 5, 2, 6)
MANY = Subject("100 digits, 640 x 480", (640, 480), 10, 10, 3)
PHOTO = Subject("10 digits, 4000 x 3000", (4000, 3000), 5, 2, 2)


@dataclass(slots=True)
class Timing:
    """One reader on one subject.

    Attributes:
        reader: "edge" or "classic".
        subject: what it read.
        digits: how many it found, over all frames.
        rounds_us: mean time of a frame in each round, in microseconds.
        stages_us: the same for each stage, where the reader has stages.
    """

    reader: str
    subject: str
    digits: int = 0
    rounds_us: list[float] = field(default_factory=list)
    stages_us: dict[str, list[float]] = field(default_factory=dict)

    @property
    def p50_us(self) -> float:
        """Median over the rounds."""
        return float(np.median(self.rounds_us))

    def to_json(self) -> dict[str, Any]:
        """A JSON object, every round in it."""
        return asdict(self) | {"p50_us": self.p50_us}


@dataclass(frozen=True, slots=True)
class Ratio:
    """How much longer one takes than the other, round by round.

    Attributes:
        name: a key of `GOALS`.
        median: over the rounds.
        low: the quarter of the rounds below which it stayed.
        high: the quarter above.
        goal: the largest that is wanted.
    """

    name: str
    median: float
    low: float
    high: float
    goal: float

    @classmethod
    def of(cls, name: str, slower: Timing, faster: Timing) -> Ratio:
        """Of two timings of the same run: what slows both down in a round cancels out."""
        ratios = np.array(slower.rounds_us) / np.array(faster.rounds_us)
        low, middle, high = (float(np.percentile(ratios, p)) for p in (25, 50, 75))
        return cls(name, middle, low, high, GOALS[name])

    @property
    def reached(self) -> bool:
        """Whether the median is at most the goal."""
        return self.median <= self.goal


@dataclass(frozen=True, slots=True)
class Speed:
    """Everything that was timed.

    Attributes:
        timings: of each reader and subject.
        ratios: what the goals are about.
        machine: whose support vector machine the classic tells digits with.
    """

    timings: Sequence[Timing]
    ratios: Sequence[Ratio]
    machine: str


def measure_speed(reader: Reader, rounds: int, progress: Progress) -> Speed:
    """Times both readers, everything once a round, so that all see the machine alike.

    Args:
        reader: ours, with a session of one thread.
        rounds: beside two of warm-up.
        progress: a step for each round.
    """
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        progress.begin("training the classic")
        machine = train_machine(*draw_digits(TRAINING, np.random.default_rng(SEED)))
        progress.begin("drawing frames")
        frames = {subject.name: subject.draw() for subject in (FEW, MANY, PHOTO)}
        timings = [Timing("edge", name) for name in frames]
        timings.append(Timing("classic", FEW.name))
        for number in range(_WARMUP + rounds):
            progress.begin(f"round {number + 1}")
            # Who begins changes from round to round.
            for place in range(len(timings)):
                timing = timings[(place + number) % len(timings)]
                _time(timing, frames[timing.subject], reader, machine, keep=number >= _WARMUP)
    finally:
        cv2.setNumThreads(threads)
    few, many, photo, classic = timings
    return Speed(
        timings,
        [
            Ratio.of("classic", few, classic),
            Ratio.of("digits", many, few),
            Ratio.of("pixels", photo, few),
        ],
        machine.name,
    )


def _time(
    timing: Timing, frames: Sequence[UInt8Array], reader: Reader, machine: Machine, *, keep: bool
) -> None:
    """One round of one reader over all frames of a subject."""
    taken, digits = 0, 0
    stages: dict[str, float] = {}

    def edge(frame: UInt8Array) -> int:
        reading = reader.read(frame)
        for name, value in reading.stages_us.items():
            stages[name] = stages.get(name, 0.0) + value / len(frames)
        return len(reading.detections)

    def classic(frame: UInt8Array) -> int:
        return len(read_frame(frame, machine))

    read: Callable[[UInt8Array], int] = edge if timing.reader == "edge" else classic
    for frame in frames:
        begun = time.perf_counter_ns()
        digits += read(frame)
        taken += time.perf_counter_ns() - begun
    if keep:
        timing.digits = digits
        timing.rounds_us.append(taken / len(frames) / 1000)
        for name, value in stages.items():
            timing.stages_us.setdefault(name, []).append(value)

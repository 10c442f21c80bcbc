"""What the live loop costs: rates, latency, a core's share, memory, the time to start."""

from __future__ import annotations

import itertools
import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from benchmarks.first_reading import FirstReading, time_first_reading
from benchmarks.paced import PACE_FPS, Ages, Paced
from edge.arrays import UInt8Array
from edge.frames import Frame
from edge.loop import read_live
from edge.reader import Reader
from edge.session import Session
from edge.sources.live import LiveSource
from edge.sources.video import VideoSource
from edge.steady import SteadyFrames
from train.scenes import draw_clip, draw_page

SIZE = (640, 480)
LINES = ("31415", "92653")


@dataclass(frozen=True, slots=True)
class LoopFigures:
    """The loop at 640x480 with ten digits in view.

    Attributes:
        capture_fps: frames a second that a motion JPEG file is decoded at.
        read_fps: that the reader alone reads.
        loop_fps: that file, reader, tracking and a sink together do.
        latency_p50_ms: from capture to the sink, at 30 frames a second from a camera.
        latency_p95_ms: the same.
        moving_cores: cores that the process uses at that pace while all moves: what a frame
            that was read took of the processor, in periods of the camera.
        still_cores: the same while nothing moves.
        kept_up: share of the frames that reached the sink at that pace.
        frames: how many the memory was measured over.
        growth: of the resident memory over these frames, as a share of it.
        first: what a fresh process takes to its first reading.
    """

    capture_fps: float
    read_fps: float
    loop_fps: float
    latency_p50_ms: float
    latency_p95_ms: float
    moving_cores: float
    still_cores: float
    kept_up: float
    frames: int
    growth: float
    first: FirstReading

    def to_json(self) -> dict[str, Any]:
        """A JSON object."""
        return asdict(self)


def measure_loop(session: Session, seconds: float, frames: int) -> LoopFigures:
    """Measures everything; `seconds` for each pace, `frames` for the memory."""
    rng = np.random.default_rng(3)
    scene = draw_page(LINES, rng, size=SIZE)
    moving = list(draw_clip(scene, 60, rng))
    still = [_noisy(scene.image, rng) for _ in range(8)]
    with tempfile.TemporaryDirectory() as folder:
        clip = _write(Path(folder) / "clip.avi", moving * 5)
        capture_fps = _rate(_frames_of(clip), lambda frame: None)
        reader = Reader(session)
        read_fps = _rate(_in_memory(moving * 3), lambda frame: reader.read(frame.image))
        loop_fps = _loop_rate(clip, session)
        first = time_first_reading(clip)
    ages, moving_cores, kept_up = _paced(moving, session, seconds)
    _, still_cores, _ = _paced(still, session, seconds)
    return LoopFigures(
        capture_fps=capture_fps,
        read_fps=read_fps,
        loop_fps=loop_fps,
        latency_p50_ms=float(np.percentile(ages, 50) * 1000),
        latency_p95_ms=float(np.percentile(ages, 95) * 1000),
        moving_cores=moving_cores,
        still_cores=still_cores,
        kept_up=kept_up,
        frames=frames,
        growth=_growth(moving, session, frames),
        first=first,
    )


def _steady(session: Session, *, skip: bool = True) -> SteadyFrames:
    return SteadyFrames(Reader(session), session.artifact.labels, skip=skip)


def _rate(frames: Iterator[Frame], each: Any) -> float:
    began, count = time.perf_counter(), 0
    for frame in frames:
        each(frame)
        count += 1
    return count / (time.perf_counter() - began)


def _loop_rate(clip: Path, session: Session) -> float:
    began = time.perf_counter()
    with VideoSource(clip) as source:
        count = read_live(source, _steady(session), [Ages()])
    return count / (time.perf_counter() - began)


def _paced(
    images: Sequence[UInt8Array], session: Session, seconds: float
) -> tuple[list[float], float, float]:
    """Ages of the frames, cores used, and share of the frames that were read."""
    capture, ages = Paced(images), Ages()
    with LiveSource("paced", lambda: capture, "") as source:
        reader = _steady(session)
        read_live(source, reader, [], PACE_FPS)  # warm-up: a second
        spent, before = time.process_time(), capture.reads
        read_live(source, reader, [ages], int(seconds * PACE_FPS))
        spent_s, given = time.process_time() - spent, capture.reads - before
    # By frames, not by the clock: a loop that falls behind has not become cheaper.
    cores = spent_s / len(ages.ages_s) * PACE_FPS
    return ages.ages_s, cores, min(1.0, len(ages.ages_s) / max(given, 1))


def _growth(images: Sequence[UInt8Array], session: Session, frames: int) -> float:
    """Growth of the resident memory, after a warm-up of a tenth."""
    warm_up = max(100, frames // 10)  # caches and pools fill once
    reader = _steady(session, skip=False)
    numbers = itertools.count()

    def run(count: int) -> None:
        for index in itertools.islice(numbers, count):
            reader.read(Frame(images[index % len(images)], index, index / PACE_FPS))

    run(warm_up)
    before = resident_bytes()
    run(frames)
    return resident_bytes() / before - 1 if before else 0.0


def resident_bytes() -> int:
    """This process' resident memory; 0 where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def _frames_of(clip: Path) -> Iterator[Frame]:
    with VideoSource(clip) as source:
        yield from source


def _in_memory(images: Sequence[UInt8Array]) -> Iterator[Frame]:
    for index, image in enumerate(images):
        yield Frame(image, index, index / PACE_FPS)


def _noisy(image: UInt8Array, rng: np.random.Generator) -> UInt8Array:
    return np.asarray(np.clip(image + rng.normal(0, 2.0, image.shape), 0, 255), np.uint8)


def _write(path: Path, images: Sequence[UInt8Array]) -> Path:
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), float(PACE_FPS), SIZE)
    for image in images:
        writer.write(image)
    writer.release()
    return path

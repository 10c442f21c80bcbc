"""A session and the runtime in it on a stopwatch, in turns: each is timed without the other's."""

from __future__ import annotations

import time
from collections.abc import Sequence

from benchmarks.latency import LatencyRun, LatencyScope
from edge.arrays import AnyArray, UInt8Array
from edge.artifact import ModelArtifact
from edge.codec import image_encoder
from edge.session import Backend, Runtime, Session, open_backend

_FRAMES, _FRAME_WARMUP = 6, 2


class Stopwatch:
    """A backend that times the one it wraps: set, invoke and get of one encoded image."""

    def __init__(self, inner: Backend) -> None:
        self.runtime = inner.runtime
        self.taken_ns: list[int] = []
        self.timed = inner
        self._run = inner.run

    def run(self, image: AnyArray) -> Sequence[AnyArray]:
        """Passes the image on and keeps how long the answer took."""
        begun = time.perf_counter_ns()
        answer = self._run(image)
        self.taken_ns.append(time.perf_counter_ns() - begun)
        return answer


class TimedSession:
    """A session and its backend; one call gives a time of each scope.

    They run one after the other: a stopwatch inside the session would count as its cost.
    """

    def __init__(self, artifact: ModelArtifact, runtime: Runtime, threads: int = 1) -> None:
        self.name, self.threads = artifact.path.name, threads
        self.inner = Stopwatch(open_backend(artifact, runtime=runtime, threads=threads))
        self.session = Session(artifact, self.inner.timed)
        self._encode = image_encoder(artifact.input, artifact.preprocessing)
        self.whole_ns: list[int] = []
        self._next = 0

    def call(self, images: UInt8Array, times: int) -> None:
        """Runs the next `times` of `images`, one by one, through the session and without it."""
        run, taken, encode = self.session.run, self.whole_ns, self._encode
        for step in range(self._next, self._next + times):
            at = step % len(images)
            image = images[at : at + 1]
            begun = time.perf_counter_ns()
            run(image)
            taken.append(time.perf_counter_ns() - begun)
            # Another image: nobody is measured on what the other has just read.
            other = (at + len(images) // 2) % len(images)
            self.inner.run(encode(images[other : other + 1]))
        self._next += times

    def runs(self, process: int, warmup: int) -> list[LatencyRun]:
        """The raw times, one run a scope, the first `warmup` calls apart."""
        scopes = (
            (LatencyScope.RUNTIME, self.inner.taken_ns),
            (LatencyScope.SESSION, self.whole_ns),
        )
        return [self._run(scope, process, taken, warmup) for scope, taken in scopes]

    def _run(
        self, scope: LatencyScope, process: int, taken: Sequence[int], warmup: int
    ) -> LatencyRun:
        return LatencyRun(
            self.name,
            self.inner.runtime.value,
            scope,
            process,
            tuple(taken[:warmup]),
            tuple(taken[warmup:]),
            self.threads,
        )


def time_frame(timed: TimedSession, frame: UInt8Array, process: int) -> LatencyRun:
    """Reads one (h, w, 3) frame again and again, as the live loop does."""
    from edge.reader import Reader  # OpenCV: only who reads frames needs it

    reader, taken = Reader(timed.session), []
    for _ in range(_FRAME_WARMUP + _FRAMES):
        begun = time.perf_counter_ns()
        reader.read(frame)
        taken.append(time.perf_counter_ns() - begun)
    return LatencyRun(
        timed.name,
        timed.inner.runtime.value,
        LatencyScope.FRAME,
        process,
        tuple(taken[:_FRAME_WARMUP]),
        tuple(taken[_FRAME_WARMUP:]),
        timed.threads,
    )

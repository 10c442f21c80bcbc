"""Runs the live loop for a while: `python -m benchmarks.soak --minutes 60 [--faults]`."""

from __future__ import annotations

import argparse
import itertools
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import cv2

from benchmarks.soak.camera import NetworkCamera
from benchmarks.soak.faults import FAULTS, Scene
from benchmarks.soak.listener import TOPIC, Listener, Mosquitto
from benchmarks.soak.process import Line, LoopProcess, Sample, free_port
from benchmarks.soak.verdict import Record, complaints, to_markdown
from edge.command import command
from edge.errors import CheckError, MachineError
from edge.files import write_json, write_text
from edge.sinks.record import LIVE_FPS

SIZE = (320, 240)
SAMPLE_EVERY_S = 10.0
FAULT_EVERY_S = 30.0

_SETTLE_S = 12.0  # a broker that froze or died just before the end still delivers


@command
def main(argv: Sequence[str] | None = None) -> int:
    """Soaks, prints the table, and ends with 1 where anything grew or was lost."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.soak",
        description="Run the live loop on drawn pages with the page, MQTT (needs mosquitto) and "
        "a recording; watch its memory, handles and threads, and count what is lost.",
    )
    parser.add_argument("--minutes", type=float, default=60.0, help="(default: %(default)s)")
    parser.add_argument("--fps", type=int, default=5, help="pictures a second (default: 5)")
    parser.add_argument(
        "--faults", action="store_true", help=f"break something every {FAULT_EVERY_S:.0f} seconds"
    )
    parser.add_argument("--output", type=Path, metavar="DIR", help="write soak.json and soak.md")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    args = parser.parse_args(argv)
    if not Path("/proc/self/fd").is_dir():
        raise MachineError("a soak looks at a process through /proc, which only Linux has")
    with tempfile.TemporaryDirectory() as folder:
        record = soak(args.minutes, args.fps, Path(folder), faults=args.faults)
    if args.output:
        write_json(args.output / "soak.json", record.to_json())
        write_text(args.output / "soak.md", to_markdown(record))
    print(json.dumps(record.to_json()) if args.json else to_markdown(record), end="")
    return CheckError.exit_code if complaints(record) else 0


def soak(minutes: float, fps: int, folder: Path, *, faults: bool) -> Record:
    """Runs the loop and counts; MachineError where there is no broker."""
    video, port = folder / "soak.avi", free_port()
    with ExitStack() as stack:
        broker = stack.enter_context(Mosquitto(folder))
        listener = Listener(broker.port)
        stack.callback(listener.close)
        camera = stack.enter_context(NetworkCamera(SIZE, fps)) if faults else None
        loop = LoopProcess(_options(video, port, broker, camera, fps), folder, port)
        try:
            scene = Scene(loop, camera, broker) if camera else None
            samples, counted, recovery_s = _watch(loop, scene, minutes * 60)
        finally:
            code = loop.stop()
        frames = list(loop.frames)
        news = set(_news(frames))
        until = time.monotonic() + _SETTLE_S
        while not news <= listener.frames and time.monotonic() < until:
            time.sleep(0.1)
        said = loop.said.read_text("utf-8", errors="replace")
        if not frames:
            raise CheckError(f"the loop read nothing: {(said.splitlines() or ['no word'])[-1]}")
        spent_s = frames[-1].time_s - frames[0].time_s
        return Record(
            minutes=minutes,
            samples=samples,
            exit_code=code,
            frames_sent=camera.sent if camera else None,
            frames_read=len(frames),
            frames_skipped=frames[-1].number - frames[0].number + 1 - len(frames),
            broken_lines=loop.broken_lines,
            changes=len(news),
            changes_missing=len(news - listener.frames),
            messages=listener.messages,
            pages=loop.pages,
            pages_failed=loop.pages_failed,
            pages_starved=loop.pages_starved,
            recorded=_frames_in(video),
            recorded_due=int(spent_s * LIVE_FPS) + 1,
            recorded_slack=1 + int(LIVE_FPS // fps),
            tracebacks=said.count("Traceback"),
            faults=dict(counted),
            recovery_s=recovery_s,
        )


def _options(
    video: Path, port: int, broker: Mosquitto, camera: NetworkCamera | None, fps: int
) -> list[str]:
    """Of the loop: everything on, and a camera on the network where faults are to come."""
    options = {
        "--serve": f"127.0.0.1:{port}",
        "--mqtt": f"127.0.0.1:{broker.port}",
        "--mqtt-topic": TOPIC,
        "--record": str(video),
    }
    options |= (
        {"--source": camera.url}
        if camera
        else {"--source": "demo", "--size": f"{SIZE[0]}x{SIZE[1]}", "--fps": str(fps)}
    )
    return [*itertools.chain(*options.items())]


def _watch(
    loop: LoopProcess, scene: Scene | None, seconds: float
) -> tuple[list[Sample], Counter[str], dict[str, float]]:
    """Samples until the time is over or the loop ends, with a fault now and then."""
    began = time.monotonic()
    samples: list[Sample] = []
    counted: Counter[str] = Counter()
    recovery_s: dict[str, float] = {}
    faults = itertools.cycle(FAULTS)
    next_fault = began + FAULT_EVERY_S
    while time.monotonic() < began + seconds and loop.ended is None:
        samples.append(loop.sample())
        if scene and time.monotonic() >= next_fault:
            fault = next(faults)
            fault.inflict(scene)
            mended = time.monotonic()
            _wait_for_line(loop, mended)
            took = max(0.0, loop.last_line_s - mended)
            recovery_s[fault.name] = max(took, recovery_s.get(fault.name, 0.0))
            counted[fault.name] += 1
            next_fault += FAULT_EVERY_S
        time.sleep(max(0.0, min(SAMPLE_EVERY_S, began + seconds - time.monotonic())))
    return samples, counted, recovery_s


def _wait_for_line(loop: LoopProcess, since_s: float) -> None:
    """Until the loop prints a frame again, a minute at most: that is a loss by itself."""
    while loop.last_line_s < since_s and loop.ended is None:
        if time.monotonic() > since_s + 60:
            return
        time.sleep(0.05)


def _news(frames: Sequence[Line]) -> Iterator[int]:
    """The frames whose lines differ from those before: what MQTT promises to deliver."""
    last: tuple[str, ...] | None = None
    for frame in frames:
        if frame.lines != last:
            yield frame.number
            last = frame.lines


def _frames_in(video: Path) -> int:
    """Pictures that can be read back from a video."""
    capture = cv2.VideoCapture(str(video))
    count = 0
    while capture.grab():
        count += 1
    capture.release()
    return count


if __name__ == "__main__":
    sys.exit(main())

"""How steady and how fast the live loop reads: `python -m benchmarks.live [--json]`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.carried import carried_shots
from benchmarks.host import HostFacts, read_host
from benchmarks.loop_figures import LoopFigures, measure_loop
from benchmarks.steadiness import Shot, Steadiness, Truth, drawn_shots, measure_steadiness
from edge.command import command
from edge.errors import InputError
from edge.files import write_json, write_text
from edge.session import DEFAULT_MODEL, Session, open_session
from edge.sources.video import VideoSource

DRAWN = {"drawn, good light": 9.0, "drawn, poor light": 26.0, "drawn, hardly legible": 34.0}
"""Standard deviation of the sensor's noise, in grey values, for each drawn clip."""

_HANDS = range(26, 32)
"""Seeds of the hands and cameras that each text is drawn by: one that writes a digit as no
other does must not decide."""


@dataclass(frozen=True, slots=True)
class ClipRow:
    """One clip, read frame by frame and read steadily."""

    name: str
    single: Steadiness
    tracked: Steadiness


@dataclass(frozen=True, slots=True)
class LiveBenchmark:
    """Everything that was measured."""

    host: HostFacts
    model: str
    clips: tuple[ClipRow, ...]
    loop: LoopFigures

    def to_json(self) -> dict[str, Any]:
        """A JSON object."""
        return {
            "host": self.host.to_json(),
            "model": self.model,
            "clips": [asdict(row) for row in self.clips],
            "loop": self.loop.to_json(),
        }


@command
def main(argv: Sequence[str] | None = None) -> int:
    """Measures, prints the tables, and writes live.json and live.md where asked."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.live",
        description="Measure how steadily clips of known text are read, with and without "
        "tracking, and what the live loop costs.",
    )
    parser.add_argument("--model", type=Path, default=DEFAULT_MODEL, metavar="FILE")
    parser.add_argument(
        "--clip",
        action="append",
        nargs=2,
        default=[],
        metavar=("FILE", "TEXT"),
        help="a clip of your own and what stands in it, lines parted by /",
    )
    parser.add_argument(
        "--shots", type=int, default=40, help="frames of each drawn page (default: %(default)s)"
    )
    parser.add_argument("--seconds", type=float, default=10.0, help="for each pace (default: 10)")
    parser.add_argument(
        "--frames", type=int, default=3000, help="for the memory (default: %(default)s)"
    )
    parser.add_argument("--output", type=Path, metavar="DIR", help="write live.json and live.md")
    parser.add_argument("--json", action="store_true", help="print JSON")
    args = parser.parse_args(argv)
    if not 1 <= args.seconds <= 3600 or args.frames < 100 or args.shots < 4:
        raise InputError("--seconds is 1 to 3600, --frames 100 and --shots 4 or more")
    session = open_session(args.model)
    clips = [*_drawn(session, args.shots), *(_own(session, Path(f), text) for f, text in args.clip)]
    loop = measure_loop(session, args.seconds, args.frames)
    result = LiveBenchmark(read_host(), args.model.name, tuple(clips), loop)
    if args.output:
        write_json(args.output / "live.json", result.to_json())
        write_text(args.output / "live.md", to_markdown(result))
    print(json.dumps(result.to_json(), allow_nan=False) if args.json else to_markdown(result))
    return 0


def to_markdown(result: LiveBenchmark) -> str:
    """Two tables and the host."""
    head = ["clip", "tracking", "text right", "digits shown", "changes/s", "blinks/s", "ghosts"]
    lines = [_row(head), _row(["---"] * len(head))]
    for clip in result.clips:
        for name, found in (("no", clip.single), ("yes", clip.tracked)):
            lines.append(
                _row(
                    [
                        clip.name,
                        name,
                        f"{found.right:.1%}",
                        f"{found.found:.1%}",
                        f"{found.changes_per_s:.2f}",
                        f"{found.blinks_per_s:.1f}",
                        f"{found.ghosts:.3f}",
                    ]
                )
            )
    loop, first = result.loop, result.loop.first
    figures = [
        ("capture alone (MJPG file, 640x480)", f"{loop.capture_fps:.0f} frames/s"),
        ("reading alone (10 digits)", f"{loop.read_fps:.0f} frames/s"),
        ("whole loop", f"{loop.loop_fps:.0f} frames/s"),
        (
            "capture to sink at 30 frames/s",
            f"p50 {loop.latency_p50_ms:.1f} ms, p95 {loop.latency_p95_ms:.1f} ms",
        ),
        ("frames kept up with at 30 frames/s", f"{loop.kept_up:.1%}"),
        ("cores at 30 frames/s, 10 digits moving", f"{loop.moving_cores:.2f}"),
        ("cores at 30 frames/s, nothing moves", f"{loop.still_cores:.3f}"),
        (f"growth of memory over {loop.frames:,} frames", f"{loop.growth:.2%}"),
        (
            "start to the first reading",
            f"{first.wall_s:.2f} s, {first.to_imports:.2f} times the imports by processor time",
        ),
    ]
    lines += ["", _row(["the loop", "measured"]), _row(["---", "---"])]
    lines += [_row(pair) for pair in figures]
    host = result.host
    lines += ["", f"{result.model} on {host.cpu}, {host.cores} cores, Python {host.python}."]
    if host.is_busy:
        lines.append("Other work ran on this machine: the loop's figures are rough.")
    return "\n".join(lines)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _drawn(session: Session, frames: int) -> Iterator[ClipRow]:
    for name, noise in DRAWN.items():
        yield _judged(name, _by_all(partial(drawn_shots, frames=frames, noise=noise)), session)
    yield _judged(
        "drawn, carried into view", _by_all(partial(carried_shots, frames=frames)), session
    )


def _by_all(draw: Callable[[np.random.Generator], Iterable[Shot]]) -> list[Shot]:
    """The clips of all hands, one after another."""
    return [shot for seed in _HANDS for shot in draw(np.random.default_rng(seed))]


def _own(session: Session, path: Path, text: str) -> ClipRow:
    """A clip from a file; raises InputError for a file that is none."""
    lines = tuple(" ".join(line.split()) for line in text.split("/"))
    with VideoSource(path) as source:
        shots = [Shot(frame.image, Truth(lines)) for frame in source]
    return _judged(path.name, shots, session)


def _judged(name: str, shots: Sequence[Shot], session: Session) -> ClipRow:
    print(f"{name}: {len(shots)} frames", file=sys.stderr)
    single, tracked = (measure_steadiness(shots, session, track=t) for t in (False, True))
    return ClipRow(name, single, tracked)


if __name__ == "__main__":
    sys.exit(main())

"""Times the reader beside a classic one: `python -m benchmarks speed`."""

from __future__ import annotations

import argparse
import json
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from edge.command import command, stop_on_sigterm
from edge.errors import InputError
from edge.session import DEFAULT_MODEL


@command
def main(argv: Sequence[str] | None = None) -> int:
    """Measures, writes speed.json and speed.md, prints the tables."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks speed",
        description="Time the reader stage by stage on one thread, in turns with OpenCV's own "
        "sample for this job, with many digits and on large photos.",
    )
    parser.add_argument(
        "--rounds", type=int, default=30, metavar="N", help="(default: %(default)s)"
    )
    parser.add_argument("--model", type=Path, default=DEFAULT_MODEL, metavar="FILE")
    parser.add_argument(
        "--output",
        type=Path,
        default=Path("reports"),
        metavar="DIR",
        help="folder of speed.json and speed.md (default: %(default)s)",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    args = parser.parse_args(argv)
    if args.rounds < 1:
        raise InputError(f"--rounds must be at least 1, not {args.rounds}")
    stop_on_sigterm()
    from benchmarks.host import read_host
    from benchmarks.progress import Progress
    from benchmarks.speed.measure import measure_speed
    from edge.files import write_json, write_text
    from edge.reader import Reader
    from edge.session import open_session

    session = open_session(args.model)
    host = read_host()
    with Progress(args.rounds + 4) as progress:
        speed = measure_speed(Reader(session), args.rounds, progress)
    words = ["python", "-m", "benchmarks", "speed", *(sys.argv[1:] if argv is None else argv)]
    document: dict[str, Any] = {
        "schema_version": 1,
        "command": shlex.join(words),
        "host": host.to_json(),
        "model": {"file": args.model.name, "sha256": session.artifact.sha256},
        "classic": speed.machine,
        "timings": [one.to_json() for one in speed.timings],
        "ratios": [
            {"name": one.name, "median": one.median, "quarters": [one.low, one.high]}
            | {"goal": one.goal, "reached": one.reached}
            for one in speed.ratios
        ],
    }
    from benchmarks.speed.report import to_markdown

    page = to_markdown(speed, host, args.model.name, document["command"])
    write_json(args.output / "speed.json", document)
    write_text(args.output / "speed.md", page)
    print(json.dumps(document, allow_nan=False) if args.json else page)
    return 0

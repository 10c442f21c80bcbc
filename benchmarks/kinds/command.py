"""Reads drawn pages of every kind of difficulty: `python -m benchmarks pages`."""

from __future__ import annotations

import argparse
import json
import os
import shlex
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from edge.command import command, stop_on_sigterm
from edge.errors import InputError
from edge.session import DEFAULT_MODEL
from train.scenes.kinds import SceneKind


@command
def main(argv: Sequence[str] | None = None) -> int:
    """Draws and reads pages, writes the reports, prints the table."""
    args = _parser().parse_args(argv)
    kinds = [SceneKind(one) for one in args.kind] if args.kind else list(SceneKind)
    if args.count < len(kinds):
        raise InputError(f"--count must be at least {len(kinds)}, a page of each kind")
    if args.processes < 1:
        raise InputError(f"--processes must be at least 1, not {args.processes}")
    stop_on_sigterm()
    from benchmarks.host import read_host
    from benchmarks.kinds.report import KindsBenchmark, to_markdown, write_reports
    from benchmarks.kinds.row import rows_of
    from benchmarks.kinds.score import cases_of, score_all
    from benchmarks.progress import Progress
    from edge.session import open_session

    artifact = open_session(args.model).artifact  # a bad file is told before anything is drawn
    created, host = datetime.now(UTC).isoformat(timespec="seconds"), read_host()
    scores = []
    with Progress(args.count) as progress:
        for score in score_all(cases_of(kinds, args.count), args.model, args.data, args.processes):
            progress.begin(score.case.kind)
            scores.append(score)
    words = ["pages", *(sys.argv[1:] if argv is None else argv)]
    benchmark = KindsBenchmark(
        created=created,
        command=shlex.join(["python", "-m", "benchmarks", *words]),
        host=host,
        model=args.model.name,
        model_sha256=artifact.sha256,
        digits=Path(args.data).name if args.data else "drawn",
        rows=rows_of(scores),
        scores=scores,
    )
    written = write_reports(benchmark, args.output)
    print(json.dumps(benchmark.to_json(), allow_nan=False) if args.json else to_markdown(benchmark))
    print(f"written: {', '.join(map(str, written))}", file=sys.stderr)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks pages",
        description="Draw pages with a known text, one difficulty each, and say how well every "
        "kind is read.",
    )
    parser.add_argument(
        "--count", type=int, default=1000, metavar="N", help="pages (default: %(default)s)"
    )
    parser.add_argument(
        "--kind",
        action="append",
        choices=[kind.value for kind in SceneKind],
        metavar="KIND",
        help=f"only these, may be repeated: {', '.join(SceneKind)}",
    )
    parser.add_argument(
        "--model",
        type=Path,
        default=DEFAULT_MODEL,
        metavar="FILE",
        help="the model to read with (default: the shipped int8)",
    )
    parser.add_argument(
        "--data",
        metavar="SOURCE",
        help="test images whose digits are written: PATH/mnist.npz, mnist (default: drawn ones)",
    )
    parser.add_argument(
        "--processes",
        type=int,
        default=os.cpu_count() or 1,
        metavar="N",
        help="pages read at once; the answers do not depend on it (default: %(default)s)",
    )
    parser.add_argument(
        "--output",
        type=Path,
        default=Path("reports"),
        metavar="DIR",
        help="folder of pages.json, pages.md and pages.html (default: %(default)s)",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser

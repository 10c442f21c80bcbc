"""Reads sets of single digits by other hands: `python -m benchmarks hands FILE...`."""

from __future__ import annotations

import argparse
import json
import shlex
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from benchmarks.hands.european import COUNT, draw_european
from benchmarks.hands.formats import HandSet, read_set
from benchmarks.hands.report import HandsBenchmark, draw_mistakes, to_markdown, write_reports
from benchmarks.hands.score import by_digit, score
from benchmarks.progress import Progress
from edge.command import command, stop_on_sigterm
from edge.errors import InputError
from edge.photos import output_stems
from edge.session import DEFAULT_MODEL, open_session
from train.forms.digits import EUROPEAN


@command
def main(argv: Sequence[str] | None = None) -> int:
    """Reads, writes the reports, prints the table."""
    words = sys.argv[1:] if argv is None else list(argv)
    args = _parser().parse_args(words)
    stop_on_sigterm()
    if not args.sets and not args.european:
        raise InputError("nothing to read; name a FILE, or --european")
    session = open_session(args.model)
    scores, pictures = [], []
    todo: list[tuple[str, Callable[[], HandSet]]] = [
        (path.name, partial(read_set, path)) for path in args.sets
    ]
    if args.european:
        todo += [(name, partial(draw_european, name)) for name in EUROPEAN]
    stems = output_stems([Path(name) for name, _ in todo])
    with Progress(len(todo)) as progress:
        for (name, read_one), stem in zip(todo, stems, strict=True):
            progress.begin(name)
            read = read_one()
            said = by_digit(session.run(read.images), session.artifact)
            scores.append(score(read, said))
            pictures.append(draw_mistakes(read, said, args.output / f"hands-{stem}.png"))
    line = shlex.join(["python", "-m", "benchmarks", "hands", *words])
    artifact = session.artifact
    benchmark = HandsBenchmark(line, artifact.path.name, artifact.sha256, scores)
    written = [*write_reports(benchmark, args.output), *filter(None, pictures)]
    print(json.dumps(benchmark.to_json(), allow_nan=False) if args.json else to_markdown(benchmark))
    print(f"written: {', '.join(map(str, written))}", file=sys.stderr)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks hands",
        description="Read sets of single digits that others wrote, and say how well.",
        epilog="a set is an .npz with x (n, h, w) and y (n,), a folder with the subfolders 0 to "
        "9, or semeion.data or optdigits-orig.* as the UCI repository has them.",
    )
    parser.add_argument("sets", type=Path, nargs="*", metavar="FILE", help="a set, or more")
    parser.add_argument(
        "--european",
        action="store_true",
        help=f"{COUNT:,} drawn digits of each of these forms: {', '.join(EUROPEAN)}",
    )
    parser.add_argument("--model", type=Path, default=DEFAULT_MODEL, metavar="FILE")
    parser.add_argument(
        "--output",
        type=Path,
        default=Path("reports"),
        metavar="DIR",
        help="folder of hands.json, hands.md and a picture of each set's mistakes "
        "(default: %(default)s)",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser


if __name__ == "__main__":
    sys.exit(main())

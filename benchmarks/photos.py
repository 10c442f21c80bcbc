"""Your own photos as a benchmark: `python -m benchmarks photos DIR --labels labels.jsonl`."""

from __future__ import annotations

import argparse
import json
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

import cv2

from benchmarks.host import read_host
from benchmarks.photos_labels import LabelledPhoto, load_labels
from benchmarks.photos_report import PhotosBenchmark, to_markdown, write_reports
from benchmarks.photos_table import measure_row, variations
from benchmarks.progress import Progress
from edge.command import command, stop_on_sigterm
from edge.errors import InputError
from edge.reader import Reader
from edge.session import DEFAULT_MODEL, open_session
from train.seeds import read_seed

ALL = "all"


def build_parser() -> argparse.ArgumentParser:
    """The command line."""
    lines = [f"  {name:14} {what}" for name, (what, _) in variations().items()]
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks photos",
        description="Read labelled photos as they are and varied, and say how well.",
        epilog="variations:\n"
        + "\n".join(lines)
        + '\n\na label is one JSON object a line, boxes in pixels:\n  {"file": "a.jpg", "digits": '
        '["31"], "boxes": [[10, 20, 30, 50, "3"], [48, 21, 9, 48, "1"]]}\n'
        "benchmarks/photos_labels.py describes all of its fields.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder", type=Path, metavar="DIR", help="where the photos lie")
    parser.add_argument(
        "--labels", type=Path, metavar="FILE", help="their labels (default: DIR/labels.jsonl)"
    )
    parser.add_argument(
        "--variations",
        nargs="+",
        default=[ALL],
        metavar="NAME",
        help=f"which ones, or {ALL} (default: %(default)s)",
    )
    parser.add_argument("--limit", type=int, metavar="N", help="read the first N photos only")
    parser.add_argument("--model", type=Path, default=DEFAULT_MODEL, metavar="FILE")
    parser.add_argument(
        "--seed", type=read_seed, default=0, metavar="N", help="of noise, shadows and squares"
    )
    parser.add_argument(
        "--output",
        type=Path,
        default=Path("reports"),
        metavar="DIR",
        help="folder of photos.json, photos.md and photos.png (default: %(default)s)",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--errors", action="store_true", help="name every mistake on stderr")
    return parser


@command
def main(argv: Sequence[str] | None = None) -> int:
    """Reads, writes the reports, prints the table."""
    words = sys.argv[1:] if argv is None else list(argv)
    args = build_parser().parse_args(words)
    stop_on_sigterm()
    names = _chosen(args.variations)
    photos = _first(load_labels(args.labels or args.folder / "labels.jsonl", args.folder), args)
    reader = Reader(open_session(args.model))
    cv2.setNumThreads(1)
    rows = []
    host = read_host()  # before the load that this measurement makes
    with Progress(len(names)) as progress:
        for name in names:
            progress.begin(name)
            rows.append(measure_row(name, photos, reader, seed=args.seed))
    line = shlex.join(["python", "-m", "benchmarks", "photos", *words])
    artifact = reader.session.artifact
    result = PhotosBenchmark(line, host, artifact.path.name, artifact.sha256, args.seed, rows)
    written = write_reports(result, args.output)
    print(json.dumps(result.to_json(), allow_nan=False) if args.json else to_markdown(result))
    if args.errors:
        for row in rows:
            for photo, mistakes in row.mistakes.items():
                print(f"{row.name}: {photo}: {'; '.join(mistakes)}", file=sys.stderr)
    print(f"written: {', '.join(map(str, written))}", file=sys.stderr)
    return 0


def _chosen(names: Sequence[str]) -> list[str]:
    known = list(variations())
    if ALL in names:
        return known
    for name in names:
        if name not in known:
            raise InputError(f"there is no variation {name!r}; choose from {', '.join(known)}")
    return list(dict.fromkeys(names))


def _first(photos: list[LabelledPhoto], args: argparse.Namespace) -> list[LabelledPhoto]:
    if args.limit is None:
        return photos
    if args.limit < 1:
        raise InputError(f"--limit must be at least 1, not {args.limit}")
    return photos[: args.limit]


if __name__ == "__main__":
    sys.exit(main())

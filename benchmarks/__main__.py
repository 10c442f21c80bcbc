"""Compare every exported model with its Keras parent: `python -m benchmarks`."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.depth import PROCESSES, QUICK_IMAGES, TRAINED
from benchmarks.trained import TRAIN_ALL, TRAINED_ROOT
from edge.command import command, stop_on_sigterm
from edge.errors import InputError


def build_parser() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Compare exported models with their Keras parent: size, accuracy, "
        "agreement, latency.",
        epilog="python -m benchmarks gate --baseline FILE stops a model that fell behind; "
        "python -m benchmarks compare FILE... puts results side by side; "
        "python -m benchmarks photos DIR reads your own labelled photos; "
        "python -m benchmarks pages reads drawn ones, by kind of difficulty; "
        "python -m benchmarks hands FILE... reads sets of single digits by other hands; "
        "python -m benchmarks speed times the reader, stage by stage, beside a classic one.",
    )
    _add_compared(parser)
    _add_measured(parser)
    return parser


def _add_compared(parser: argparse.ArgumentParser) -> None:
    """Which models, with whom, on which images."""
    parser.add_argument(
        "--models",
        type=Path,
        metavar="DIR",
        help=f"folder with a manifest (default: {TRAINED}, else the shipped models)",
    )
    parser.add_argument(
        "--keras",
        type=Path,
        metavar="FILE",
        help="the .keras file to compare with (default: the models' parent, found by its sha256)",
    )
    parser.add_argument(
        "--data",
        metavar="SOURCE",
        help="test images: PATH/mnist.npz, mnist, drawn, mnist-or-drawn or shipped (default: "
        "mnist-or-drawn; shipped with --edge)",
    )
    parser.add_argument(
        "--images", type=int, metavar="N", help="read the first N test images (default: all)"
    )
    parser.add_argument(
        "--peers",
        type=Path,
        default=TRAINED_ROOT,
        metavar="DIR",
        help=f"folder with the published recipes as {TRAIN_ALL} trained them; recipes that are "
        "not there are timed untrained (default: %(default)s)",
    )
    parser.add_argument("--no-peers", action="store_true", help="leave the competitors out")


def _add_measured(parser: argparse.ArgumentParser) -> None:
    """How long is measured, and where to."""
    parser.add_argument(
        "--processes",
        type=int,
        metavar="N",
        help=f"fresh processes that time each format (default: {PROCESSES})",
    )
    parser.add_argument(
        "--output",
        type=Path,
        default=Path("reports"),
        metavar="DIR",
        help="folder of the reports (default: %(default)s)",
    )
    parser.add_argument(
        "--json", action="store_true", help="print the result as JSON, without the raw samples"
    )
    parser.add_argument(
        "--quick",
        action="store_true",
        help=f"{QUICK_IMAGES:,} images, one process, fewer calls: a look, not a measurement",
    )
    parser.add_argument(
        "--edge",
        action="store_true",
        help="on the device: no Keras, no TensorFlow; compare with the reference that ships",
    )
    parser.add_argument("--resume", action="store_true", help="go on with a run that was stopped")


def _subcommand(name: str) -> Callable[[Sequence[str]], int] | None:
    """What `name` runs, imported only now, or None where it is no subcommand."""
    match name:
        case "gate":
            from benchmarks.gate.command import main as chosen
        case "compare":
            from benchmarks.compare import main as chosen
        case "photos":
            from benchmarks.photos import main as chosen
        case "pages":
            from benchmarks.kinds.command import main as chosen
        case "hands":
            from benchmarks.hands.command import main as chosen
        case "speed":
            from benchmarks.speed.command import main as chosen
        case _:
            return None
    return chosen


@command
def main(argv: Sequence[str] | None = None) -> int:
    """Measures, writes the reports, prints the table."""
    words = sys.argv[1:] if argv is None else list(argv)
    subcommand = _subcommand(words[0]) if words else None
    if subcommand is not None:
        return subcommand(words[1:])
    args = build_parser().parse_args(words)
    stop_on_sigterm()
    _check_writable(args.output)
    from benchmarks.run import run_benchmark  # OpenCV and more: --help does without

    return run_benchmark(args, shlex.join(["python", "-m", "benchmarks", *words]))


def _check_writable(folder: Path) -> None:
    """Told now, not after minutes of measuring; raises InputError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            f"cannot make the folder {folder}: {error.strerror}; choose another: --output DIR"
        ) from error
    if not os.access(folder, os.W_OK):
        raise InputError(f"cannot write into {folder}; choose another: --output DIR")


if __name__ == "__main__":
    sys.exit(main())

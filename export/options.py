"""The options that the exporters share, and the command that they make of them."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from edge.artifact import ModelFormat
from edge.quantization import QuantizationScheme
from export.contract import PREPROCESSING_HELP
from export.gather import DEFAULT_COUNT, ImageRequest
from export.job import EdgeType, Exporter, ExportOptions, prepare
from export.source import TRAINED, SourceRequest
from export.table import print_table
from train.data import DataSource
from train.seeds import read_seed


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the shared options."""
    parser.add_argument(
        "--model",
        type=Path,
        metavar="PATH",
        help="a .keras file or a SavedModel folder of any image classifier "
        f"(default: {TRAINED}, else the shipped weights)",
    )
    parser.add_argument(
        "--output",
        type=Path,
        metavar="DIR",
        help="folder for the files and their manifest (default: the model's own folder, "
        f"{TRAINED.parent} for the shipped weights)",
    )
    _add_image_arguments(parser)
    _add_contract_arguments(parser)
    parser.add_argument(
        "--io",
        type=EdgeType,
        choices=list(EdgeType),
        default=EdgeType.INTEGER,
        help="what int8 and int16x8 files take and give (default: %(default)s)",
    )
    parser.add_argument(
        "--budget",
        nargs="+",
        default=[],
        metavar="NAME=VALUE",
        help="how far a file may fall behind Keras: accuracy-drop, disagreement, "
        "largest-difference, refusals (of non-digits), each in [0, 1]; over it the exit code is 1",
    )


def _add_image_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data",
        default=DataSource.MNIST_OR_DRAWN.value,
        metavar="SOURCE",
        help="images for a reader of digits: PATH/mnist.npz, mnist, drawn or mnist-or-drawn "
        "(default: %(default)s); its training part calibrates, its test part proves",
    )
    parser.add_argument(
        "--calibration",
        type=Path,
        metavar="PATH",
        help="images for any other model: a folder of pictures, one subfolder a label, or an "
        ".npz with images and labels; half of them prove unless --evaluation names others",
    )
    parser.add_argument(
        "--evaluation", type=Path, metavar="PATH", help="images to prove with, in the same forms"
    )
    parser.add_argument(
        "--calibration-images",
        type=int,
        default=DEFAULT_COUNT,
        metavar="N",
        help="images that fix the integer ranges, at most (default: %(default)s)",
    )
    parser.add_argument("--seed", type=read_seed, default=0, metavar="N", help="seeds their choice")


def _add_contract_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--labels", type=Path, metavar="FILE", help="what the outputs stand for, one label a line"
    )
    parser.add_argument("--preprocessing", metavar="HOW", help=PREPROCESSING_HELP)
    parser.add_argument(
        "--custom",
        type=Path,
        metavar="FILE.py",
        help="a Python file that registers the model's own classes with Keras; it is executed",
    )


def read_options(args: argparse.Namespace) -> ExportOptions:
    """What the user asked for."""
    beside = args.model.parent if args.model else TRAINED.parent
    return ExportOptions(
        SourceRequest(args.model, args.labels, args.preprocessing, args.custom),
        ImageRequest(
            args.data, args.calibration, args.evaluation, args.calibration_images, args.seed
        ),
        args.output or beside,
        args.io,
        tuple(args.budget),
    )


def export_main(
    argv: Sequence[str] | None, prog: str, kind: ModelFormat, exporter: Exporter
) -> int:
    """Parses the command line, exports one file, says where it is."""
    parser = argparse.ArgumentParser(prog=prog, description=f"Convert a Keras model to .{kind}.")
    parser.add_argument(
        "--quantize",
        type=QuantizationScheme,
        choices=list(QuantizationScheme),
        default=QuantizationScheme.NONE,
        help="none: float32; float16: half-size weights; dynamic: int8 weights; int8: full "
        "integer; int16x8: int8 weights, 16-bit values (default: %(default)s)",
    )
    add_arguments(parser)
    args = parser.parse_args(argv)
    job = prepare(read_options(args))
    print_table([exporter(job, args.quantize)], job.output)
    return 0

"""What the command lines that read have in common."""

from __future__ import annotations

import argparse
from pathlib import Path

from edge.session import DEFAULT_MODEL
from edge.signs import NumberStyle


def add_model(parser: argparse.ArgumentParser) -> None:
    """Adds --model, a path."""
    parser.add_argument(
        "--model",
        type=Path,
        default=DEFAULT_MODEL,
        metavar="FILE",
        help="a .tflite or .onnx file with a manifest beside it or a description inside "
        "(default: the shipped int8)",
    )


def add_numbers(group: argparse._ActionsContainer) -> None:
    """Adds --numbers, a `NumberStyle`'s value, to a parser or a group of one."""
    group.add_argument(
        "--numbers",
        choices=[style.value for style in NumberStyle],
        default=NumberStyle.PLAIN.value,
        help="plain: digits alone; signed: a minus sign before them and a decimal point between "
        "them as well, as in -3.14 (default: %(default)s)",
    )

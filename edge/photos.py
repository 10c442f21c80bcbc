"""Reads the photos that the options of `edge.read` name."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from edge.errors import InputError
from edge.parser import QuickParser
from edge.pictures import load_picture, save_picture
from edge.reader import Reader
from edge.reading_options import add_model, add_numbers
from edge.records import reading_to_json
from edge.session import open_session
from edge.signs import NumberStyle

TURNS: dict[str, int | None] = {"none": 0, "90": 3, "180": 2, "270": 1, "auto": None}
"""What `--rotate` takes, as the quarter turns anticlockwise that `Reader.read` takes."""


def run(argv: Sequence[str] | None) -> int:
    """The whole program; returns its exit code.

    Raises:
        InputError: an option or the model is not as it must be; a bad photo is told, and the
            others are read.
        MachineError: no runtime for the model is installed.
    """
    args = _build_parser().parse_args(argv)
    style = NumberStyle(args.numbers)
    reader = Reader(open_session(args.model), numbers=style)
    failed = 0
    for path in args.photos:
        try:
            frame = load_picture(path)
            examination = reader.examine(frame, turns=TURNS[args.rotate])
            reading = examination.reading
            if args.debug:
                from edge.debug import write_stages  # few ask for it

                write_stages(examination, args.debug, path.stem)
            if args.save:
                from edge.draw import draw_reading

                save_picture(args.save / f"{path.stem}-read.png", draw_reading(frame, reading))
        except InputError as error:
            # One bad file among many does not keep the others from being read.
            print(f"error: {error}", file=sys.stderr)
            failed = error.exit_code
            continue
        if args.json:
            signed = style is NumberStyle.SIGNED
            record = reading_to_json(str(path), frame, reading, signed=signed)
            print(json.dumps(record), flush=True)
        else:
            print(f"{path}: {len(reading.detections)} digits")
            for line in reading.lines:
                print(f"  {line}")
    return failed


def _build_parser() -> QuickParser:
    parser = QuickParser(
        prog="python -m edge.read", description="Read the handwritten digits in photos."
    )
    parser.add_argument("photos", type=Path, nargs="+", metavar="PHOTO")
    parser.add_argument("--json", action="store_true", help="one JSON object a photo")
    parser.add_argument(
        "--save", type=Path, metavar="DIR", help="write a copy of each photo with boxes and digits"
    )
    parser.add_argument(
        "--debug", type=Path, metavar="DIR", help="write every stage of each reading as a picture"
    )
    add_model(parser)
    parser.add_argument(
        "--rotate",
        choices=list(TURNS),
        default="auto",
        help="degrees to turn the photo clockwise before it is read; auto finds out which way "
        "up the page lies (default: %(default)s)",
    )
    add_numbers(parser)
    return parser

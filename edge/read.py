"""Photos to digits: `python -m edge.read PHOTO... [--json] [--save DIR]`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from edge.command import command
from edge.debug import write_stages
from edge.draw import draw_reading
from edge.errors import InputError
from edge.pictures import load_picture, save_picture
from edge.reader import Reader
from edge.records import reading_to_json
from edge.session import DEFAULT_MODEL, open_session
from edge.signs import NumberStyle

TURNS: dict[str, int | None] = {"none": 0, "90": 3, "180": 2, "270": 1, "auto": None}
"""What `--rotate` takes, as the quarter turns anticlockwise that `Reader.read` takes."""


@command
def main(argv: Sequence[str] | None = None) -> int:
    """Reads photos."""
    parser = argparse.ArgumentParser(
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
    parser.add_argument(
        "--model",
        type=Path,
        default=DEFAULT_MODEL,
        metavar="FILE",
        help="a .tflite or .onnx file with a manifest beside it or a description inside "
        "(default: the shipped int8)",
    )
    parser.add_argument(
        "--rotate",
        choices=list(TURNS),
        default="auto",
        help="degrees to turn the photo clockwise before it is read; auto finds out which way "
        "up the page lies (default: %(default)s)",
    )
    parser.add_argument(
        "--numbers",
        choices=[style.value for style in NumberStyle],
        default=NumberStyle.PLAIN.value,
        help="plain: digits alone; signed: a minus sign before them and a decimal point between "
        "them as well, as in -3.14 (default: %(default)s)",
    )
    args = parser.parse_args(argv)
    style = NumberStyle(args.numbers)
    reader = Reader(open_session(args.model), numbers=style)
    failed = 0
    for path in args.photos:
        try:
            frame = load_picture(path)
            examination = reader.examine(frame, turns=TURNS[args.rotate])
            reading = examination.reading
            if args.debug:
                write_stages(examination, args.debug, path.stem)
            if args.save:
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


if __name__ == "__main__":
    sys.exit(main())

"""Reads the photos that the options of `edge.read` name."""

from __future__ import annotations

import itertools
import json
import sys
from collections.abc import Iterator, Sequence
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
        InputError: an option or the model is not as it must be, or a photo would be
            overwritten; a bad photo is told, and the others are read.
        MachineError: no runtime for the model is installed.
    """
    args = _build_parser().parse_args(argv)
    stems = output_stems(args.photos)
    _spare_photos(args.photos, stems, args.save, args.debug)
    style = NumberStyle(args.numbers)
    reader = Reader(open_session(args.model), numbers=style)
    failed = 0
    for path, stem in zip(args.photos, stems, strict=True):
        try:
            frame = load_picture(path)
            examination = reader.examine(frame, turns=TURNS[args.rotate])
            reading = examination.reading
            if args.debug:
                from edge.debug import write_stages  # few ask for it

                write_stages(examination, frame, args.debug, stem)
            if args.save:
                from edge.draw import draw_reading

                save_picture(args.save / f"{stem}-read.png", draw_reading(frame, reading))
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


def output_stems(photos: Sequence[Path]) -> list[str]:
    """What the names of the pictures that are made of each photo begin with.

    Returns:
        The stem of each photo's own name; where one before has the same, in whichever case,
        with the first number from 2 on that makes it differ from all others: "p", "p-2".
    """
    # On many a disk p.png and P.png are one file.
    taken = {path.stem.lower() for path in photos}
    numbers: dict[str, Iterator[int]] = {}
    found = []
    for path in photos:
        name = path.stem
        if name.lower() in numbers:
            numbered = (f"{name}-{number}" for number in numbers[name.lower()])
            name = next(one for one in numbered if one.lower() not in taken)
            taken.add(name.lower())
        else:
            numbers[name.lower()] = itertools.count(2)
        found.append(name)
    return found


def _spare_photos(
    photos: Sequence[Path], stems: Sequence[str], save: Path | None, debug: Path | None
) -> None:
    """Raises InputError where a picture that is to be written is one of the photos."""
    written = [] if save is None else [save / f"{stem}-read.png" for stem in stems]
    if debug is not None:
        from edge.debug import STAGES  # few ask for it

        written += [debug / f"{stem}-{stage}.png" for stem in stems for stage in STAGES]
    given = {photo.resolve() for photo in photos}
    for path in written:
        if path.resolve() in given:
            raise InputError(
                f"{path} is one of the photos and would be overwritten; write to another folder"
            )


def _build_parser() -> QuickParser:
    parser = QuickParser(
        prog="python -m edge.read", description="Read the handwritten digits in photos."
    )
    parser.add_argument("photos", type=Path, nargs="+", metavar="PHOTO")
    parser.add_argument("--json", action="store_true", help="one JSON object a photo")
    parser.add_argument(
        "--save",
        type=Path,
        metavar="DIR",
        help="write a copy of each photo with boxes and digits, PHOTO-read.png; of photos with "
        "the same name the later are numbered, PHOTO-2-read.png",
    )
    parser.add_argument(
        "--debug",
        type=Path,
        metavar="DIR",
        help="write every stage of each reading as a picture, PHOTO-1-light.png to "
        "PHOTO-5-result.png, numbered in the same way",
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

"""Draws a sample page and a sample clip: `python -m train.scenes --output DIR`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from edge.command import command
from edge.errors import InputError
from edge.files import atomic_path, write_json
from edge.pictures import save_picture
from train.scenes import PAGE_SIZE, Scene, SceneKind, draw_clip, draw_page
from train.seeds import read_seed

if TYPE_CHECKING:  # where the digits come from is asked for by few
    from train.data import Images

_SMALLEST, _LARGEST = 64, 8000  # pixels
_LINES = ("314 159", "2718 28", "60 221 47")
_FRAMES = 60


@command
def main(argv: Sequence[str] | None = None) -> int:
    """Draws a page and a clip, or a page of every kind."""
    args = _parser().parse_args(argv)
    _check(args)
    digits = None
    if args.data:
        from train.data import load_dataset

        digits = load_dataset(args.data).test
    if args.every_kind:
        _draw_every_kind(args, digits)
    else:
        _draw_one(args, digits)
    return 0


def _check(args: argparse.Namespace) -> None:
    """Refuses what cannot be drawn, and what a page of every kind has no use for."""
    for option in ("lines", "kind", "frames"):
        if args.every_kind and getattr(args, option) is not None:
            raise InputError(
                f"--{option} does not go with --every-kind, which writes lines that suit each "
                "kind and films none; leave one of them out"
            )
    if args.frames is not None and args.frames < 1:
        raise InputError(f"--frames must be at least 1, not {args.frames}")
    if not all(_SMALLEST <= side <= _LARGEST for side in args.size):
        raise InputError(f"--size must be {_SMALLEST} to {_LARGEST} pixels, not {args.size}")


def _draw_every_kind(args: argparse.Namespace, digits: Images | None) -> None:
    size = (args.size[0], args.size[1])
    for place, kind in enumerate(SceneKind):
        rng = np.random.default_rng([args.seed, place])
        scene = draw_page(None, rng, kind=kind, digits=digits, size=size)
        name = kind.value.replace(" ", "-")
        save_picture(args.output / f"{name}.png", scene.image)
        _write_truth(args.output / f"{name}-truth.json", scene)
    print(f"in {args.output}: a page of each of {len(SceneKind)} kinds, KIND.png, KIND-truth.json")


def _draw_one(args: argparse.Namespace, digits: Images | None) -> None:
    size = (args.size[0], args.size[1])
    rng = np.random.default_rng(args.seed)
    kind = SceneKind(args.kind or SceneKind.PLAIN)
    scene = draw_page(args.lines or _LINES, rng, kind=kind, digits=digits, size=size)
    save_picture(args.output / "page.png", scene.image)
    with atomic_path(args.output / "clip.avi") as temporary:
        writer = cv2.VideoWriter(str(temporary), cv2.VideoWriter.fourcc(*"MJPG"), 20.0, size)
        try:
            for frame in draw_clip(scene, args.frames or _FRAMES, rng):
                writer.write(frame)
        finally:
            writer.release()
    _write_truth(args.output / "truth.json", scene)
    print(f"in {args.output}: page.png, clip.avi, truth.json")


def _write_truth(path: Path, scene: Scene) -> None:
    """What stands on a page, boxes in its pixels."""
    write_json(
        path,
        {
            "lines": list(scene.lines),
            "signed": list(scene.signed),
            "digits": [{"digit": str(label), "box": list(box)} for label, box in scene.digits],
            "nondigits": [list(box) for box in scene.nondigits],
        },
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m train.scenes", description="Draw a page and a clip with known digits."
    )
    parser.add_argument("--output", type=Path, default=Path("artifacts/scenes"), metavar="DIR")
    parser.add_argument(
        "--lines",
        nargs="+",
        metavar="TEXT",
        help="what is written (default: three lines of numbers)",
    )
    parser.add_argument(
        "--kind",
        choices=[kind.value for kind in SceneKind],
        metavar="KIND",
        help=f"what makes it hard to read: {', '.join(SceneKind)} (default: {SceneKind.PLAIN})",
    )
    parser.add_argument(
        "--every-kind",
        action="store_true",
        help="a page of every kind, KIND.png and KIND-truth.json, its lines such as suit it, and "
        "no clip; goes with neither --lines nor --kind nor --frames",
    )
    parser.add_argument(
        "--data", metavar="SOURCE", help="take the digits from here: PATH/mnist.npz, mnist, ..."
    )
    parser.add_argument(
        "--size",
        type=int,
        nargs=2,
        default=PAGE_SIZE,
        metavar=("WIDTH", "HEIGHT"),
        help="in pixels (default: 960 720)",
    )
    parser.add_argument(
        "--frames", type=int, metavar="N", help=f"length of the clip (default: {_FRAMES})"
    )
    parser.add_argument(
        "--seed", type=read_seed, default=0, metavar="N", help="default: %(default)s"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())

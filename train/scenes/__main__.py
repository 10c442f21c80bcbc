"""Draws a sample page and a sample clip: `python -m train.scenes --output DIR`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from edge.command import command
from edge.errors import InputError
from edge.files import atomic_path, write_json
from edge.pictures import save_picture
from train.scenes import PAGE_SIZE, SceneKind, draw_clip, draw_page

_SMALLEST, _LARGEST = 64, 8000  # pixels
_LINES = ("314 159", "2718 28", "60 221 47")


@command
def main(argv: Sequence[str] | None = None) -> int:
    """Draws a page and a clip, or a page of every kind."""
    args = _parser().parse_args(argv)
    if args.frames < 1:
        raise InputError(f"--frames must be at least 1, not {args.frames}")
    size = (args.size[0], args.size[1])
    if not all(_SMALLEST <= side <= _LARGEST for side in size):
        raise InputError(f"--size must be {_SMALLEST} to {_LARGEST} pixels, not {args.size}")
    digits = None
    if args.data:
        from train.data import load_dataset

        digits = load_dataset(args.data).test
    if args.every_kind:
        for place, kind in enumerate(SceneKind):
            rng = np.random.default_rng([args.seed, place])
            scene = draw_page(None, rng, kind=kind, digits=digits, size=size)
            save_picture(args.output / f"{kind.value.replace(' ', '-')}.png", scene.image)
        print(f"in {args.output}: a page of each of {len(SceneKind)} kinds")
        return 0
    rng = np.random.default_rng(args.seed)
    scene = draw_page(args.lines, rng, kind=SceneKind(args.kind), digits=digits, size=size)
    save_picture(args.output / "page.png", scene.image)
    with atomic_path(args.output / "clip.avi") as temporary:
        writer = cv2.VideoWriter(str(temporary), cv2.VideoWriter.fourcc(*"MJPG"), 20.0, size)
        try:
            for frame in draw_clip(scene, args.frames, rng):
                writer.write(frame)
        finally:
            writer.release()
    write_json(
        args.output / "truth.json",
        {
            "lines": list(scene.lines),
            "signed": list(scene.signed),
            "digits": [{"digit": str(label), "box": list(box)} for label, box in scene.digits],
            "nondigits": [list(box) for box in scene.nondigits],
        },
    )
    print(f"in {args.output}: page.png, clip.avi, truth.json")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m train.scenes", description="Draw a page and a clip with known digits."
    )
    parser.add_argument("--output", type=Path, default=Path("artifacts/scenes"), metavar="DIR")
    parser.add_argument(
        "--lines",
        nargs="+",
        default=list(_LINES),
        metavar="TEXT",
        help="what is written (default: three lines of numbers)",
    )
    parser.add_argument(
        "--kind",
        choices=[kind.value for kind in SceneKind],
        default=SceneKind.PLAIN.value,
        metavar="KIND",
        help=f"what makes it hard to read: {', '.join(SceneKind)} (default: %(default)s)",
    )
    parser.add_argument(
        "--every-kind", action="store_true", help="a page of every kind and no clip"
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
    parser.add_argument("--frames", type=int, default=60, help="length of the clip")
    parser.add_argument("--seed", type=int, default=0)
    return parser


if __name__ == "__main__":
    sys.exit(main())

"""Draws pages and clips whose text is known: paper, light, a pen, a camera that moves.

`python -m train.scenes --output DIR` leaves page.png, clip.avi and truth.json.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from edge.arrays import Float32Array, Float64Array, UInt8Array
from edge.command import command
from edge.errors import InputError
from edge.files import atomic_path, write_json
from edge.segment import Box
from train.strokes import Hand, draw_digit, draw_hand

PAGE_SIZE = (960, 720)
"""Width and height of a drawn page, in pixels."""

_PENS = ((38, 30, 28), (110, 45, 25), (40, 35, 120), (60, 60, 60))  # BGR


@dataclass(frozen=True, slots=True)
class Scene:
    """A drawn picture and what stands in it.

    Attributes:
        image: (h, w, 3) uint8 BGR.
        digits: label and box (x, y, w, h in pixels) of each digit, in reading order.
        lines: the text, a space between numbers.
    """

    image: UInt8Array
    digits: tuple[tuple[int, Box], ...]
    lines: tuple[str, ...]


def draw_page(
    lines: Sequence[str],
    rng: np.random.Generator,
    *,
    size: tuple[int, int] = PAGE_SIZE,
    noise: float = 2.5,
    tilt_deg: float = 3.0,
) -> Scene:
    """Writes lines of numbers on a sheet of paper and photographs it.

    Args:
        lines: digits, with spaces between numbers.
        rng: source of the handwriting, the pen, the light and the noise.
        size: (width, height) of the picture in pixels.
        noise: standard deviation of the sensor's noise, in grey values.
        tilt_deg: largest rotation of the sheet, in degrees.

    Raises:
        InputError: a line holds something else than digits and spaces.
    """
    width, height = size
    ink = np.zeros((height, width), np.uint8)
    written: list[tuple[int, UInt8Array]] = []
    row_height = height / (len(lines) + 0.6)
    hand = draw_hand(rng)
    for row, line in enumerate(lines):
        if set(line) - set("0123456789 "):
            raise InputError(f"a page is written from digits and spaces, not {line!r}")
        written += _write_line(ink, line, row_height * (row + 1), row_height, hand, rng)
    turn = _tilt(size, rng, tilt_deg)
    ink = cv2.warpAffine(ink, turn, size, flags=cv2.INTER_LINEAR).astype(np.uint8, copy=False)
    digits = tuple((label, _moved_box(stamp, turn, size)) for label, stamp in written)
    image = _photograph(ink, rng, noise)
    return Scene(image, digits, tuple(" ".join(line.split()) for line in lines))


def draw_clip(scene: Scene, frames: int, rng: np.random.Generator) -> Iterator[UInt8Array]:
    """The scene as a hand-held camera sees it: it sways, and its sensor is noisy.

    Yields:
        (h, w, 3) uint8 BGR frames.
    """
    height, width = scene.image.shape[:2]
    phase = rng.uniform(0, 2 * np.pi, 3)
    for index in range(frames):
        t = 2 * np.pi * index / max(frames, 1)
        turn = cv2.getRotationMatrix2D(
            (width / 2, height / 2),
            1.2 * float(np.sin(t + phase[0])),
            1.0 + 0.015 * float(np.sin(t + phase[1])),
        )
        turn[:, 2] += 0.008 * width * np.array([np.sin(t + phase[2]), np.cos(t + phase[0])])
        moved = cv2.warpAffine(scene.image, turn, (width, height), borderMode=cv2.BORDER_REPLICATE)
        noisy = moved + rng.normal(0, 2.0, moved.shape)
        yield np.asarray(np.clip(noisy, 0, 255), np.uint8)


def _write_line(
    ink: UInt8Array,
    line: str,
    baseline: float,
    row_height: float,
    hand: Hand,
    rng: np.random.Generator,
) -> list[tuple[int, UInt8Array]]:
    """Writes one line; returns each digit's label with the page that holds its ink alone."""
    height, width = ink.shape
    cell = min(row_height * 0.78, width / (len(line) + 2) / 0.72)
    at = width * 0.06
    written = []
    for character in line:
        if character == " ":
            at += cell * 0.75
            continue
        side = max(16, int(cell * rng.uniform(0.92, 1.08)))
        drawn = draw_digit(int(character), rng, side=4 * side, hand=hand.again(rng))
        digit = cv2.resize(drawn, (side, side), interpolation=cv2.INTER_AREA)
        x, y, w, h = cv2.boundingRect(digit)
        top = int(np.clip(baseline - h + rng.normal(0, 0.03 * cell), 0, height - h))
        left = int(min(at, width - w))
        stamp = np.zeros_like(ink)
        stamp[top : top + h, left : left + w] = digit[y : y + h, x : x + w]
        np.maximum(ink, stamp, out=ink)
        written.append((int(character), stamp))
        at += w + cell * rng.uniform(0.16, 0.28)
    return written


def _tilt(size: tuple[int, int], rng: np.random.Generator, tilt_deg: float) -> Float64Array:
    center = (size[0] / 2, size[1] / 2)
    turn = cv2.getRotationMatrix2D(center, float(rng.uniform(-tilt_deg, tilt_deg)), 0.97)
    return np.asarray(turn, np.float64)


def _moved_box(stamp: UInt8Array, turn: Float64Array, size: tuple[int, int]) -> Box:
    moved = cv2.warpAffine(stamp, turn, size, flags=cv2.INTER_LINEAR)
    x, y, w, h = cv2.boundingRect((moved > 96).astype(np.uint8))
    return int(x), int(y), int(w), int(h)


def _photograph(ink: UInt8Array, rng: np.random.Generator, noise: float) -> UInt8Array:
    """Paper under uneven light, ink of some colour, a lens and a sensor."""
    height, width = ink.shape
    pen = np.array(_PENS[int(rng.integers(len(_PENS)))], np.float32)
    paper = np.array([226, 232, 236], np.float32) * np.float32(rng.uniform(0.82, 1.0))
    opacity = (ink.astype(np.float32) / 255 * np.float32(rng.uniform(0.8, 1.0)))[..., None]
    picture = paper * (1 - opacity) + pen * opacity
    picture *= _light(height, width, rng)[..., None]
    picture = cv2.GaussianBlur(picture, (0, 0), 0.7).astype(np.float32)
    picture += rng.normal(0, noise, picture.shape).astype(np.float32)
    return np.clip(picture, 0, 255).astype(np.uint8)


def _light(height: int, width: int, rng: np.random.Generator) -> Float32Array:
    """(h, w) float32 factors about 0.55 to 1: brighter on one side, darker in the corners."""
    x, y = np.meshgrid(np.linspace(-1, 1, width), np.linspace(-1, 1, height))
    angle = rng.uniform(0, 2 * np.pi)
    slope = 0.16 * (x * np.cos(angle) + y * np.sin(angle))
    vignette = 0.12 * (x**2 + y**2)
    return np.asarray(0.9 + slope - vignette, np.float32)


@command
def main(argv: Sequence[str] | None = None) -> int:
    """Draws a sample page and a sample clip."""
    parser = argparse.ArgumentParser(
        prog="python -m train.scenes", description="Draw a page and a clip with known digits."
    )
    parser.add_argument("--output", type=Path, default=Path("artifacts/scenes"), metavar="DIR")
    parser.add_argument(
        "--lines",
        nargs="+",
        default=["314 159", "2718 28", "60 221 47"],
        metavar="TEXT",
        help="what is written (default: three lines of numbers)",
    )
    parser.add_argument("--frames", type=int, default=60, help="length of the clip")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args(argv)
    if args.frames < 1:
        raise InputError(f"--frames must be at least 1, not {args.frames}")
    rng = np.random.default_rng(args.seed)
    scene = draw_page(args.lines, rng)
    with atomic_path(args.output / "page.png") as temporary:
        cv2.imwrite(str(temporary), scene.image)
    with atomic_path(args.output / "clip.avi") as temporary:
        size = scene.image.shape[1], scene.image.shape[0]
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
            "digits": [{"digit": str(label), "box": list(box)} for label, box in scene.digits],
        },
    )
    print(f"in {args.output}: page.png, clip.avi, truth.json")
    return 0


if __name__ == "__main__":
    sys.exit(main())

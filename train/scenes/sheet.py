"""What a sheet carries beside the writing: rules, print, folds, the back's ink."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np

from edge.arrays import Float32Array, UInt8Array
from edge.segment import Box

_WORDS = (
    "Name",
    "date",
    "please",
    "return",
    "amount",
    "order",
    "street",
    "number",
    "total",
    "signed",
    "received",
    "page",
    "account",
    "customer",
    "phone",
    "mobile",
    "comments",
    "office",
    "hours",
    "delivery",
    "invoice",
    "quantity",
    "item",
    "remarks",
)
_FONTS = (cv2.FONT_HERSHEY_COMPLEX, cv2.FONT_HERSHEY_TRIPLEX, cv2.FONT_HERSHEY_DUPLEX)


@dataclass(slots=True)
class Sheet:
    """Layers of a sheet, in its own pixels.

    Attributes:
        ink: (h, w) uint8, the writing, bright on 0.
        print: (h, w) uint8, printed letters, bright on 0; None without any.
        printed: the box of each printed letter.
    """

    ink: UInt8Array
    print: UInt8Array | None = None
    printed: list[Box] = field(default_factory=list)


def print_words(sheet: Sheet, rows: int, row_height: float, rng: np.random.Generator) -> None:
    """Prints a line of words under each written one, and before it a heading."""
    height, width = sheet.ink.shape
    layer = np.zeros((height, width), np.uint8)
    font = _FONTS[int(rng.integers(len(_FONTS)))]
    tall = float(rng.uniform(0.022, 0.03)) * height
    for row in range(rows + 1):
        at, foot = width * 0.05, row_height * (row + 1) + 0.2 * row_height
        if row == rows:  # the heading
            foot = 0.16 * row_height
        while True:
            word = str(rng.choice(_WORDS))
            if at + len(word) * tall > width * 0.95 or foot > height - tall:
                break
            for letter in word:
                at += _print_letter(layer, sheet, letter, font, at, foot, tall)
            at += 0.9 * tall
    sheet.print = layer


def _print_letter(
    layer: UInt8Array,
    sheet: Sheet,
    letter: str,
    font: int,
    at: float,
    foot: float,
    tall: float,
) -> float:
    """Prints one letter; returns its width and the space after it."""
    (width, height), base = cv2.getTextSize(letter, font, 2.0, 4)
    canvas = np.zeros((height + base + 16, width + 16), np.uint8)
    cv2.putText(canvas, letter, (8, height + 8), font, 2.0, 255, 4, cv2.LINE_AA)
    # A capital of this size is about 44 pixels tall.
    scale = tall / 44
    size = (max(1, round(canvas.shape[1] * scale)), max(1, round(canvas.shape[0] * scale)))
    small = cv2.resize(canvas, size, interpolation=cv2.INTER_AREA)
    left, top = round(at), round(foot - (height + 8) * scale)
    rows, columns = layer.shape
    small = small[: max(0, rows - top), : max(0, columns - left)]
    x, y, w, h = cv2.boundingRect((small > 64).astype(np.uint8))
    if top < 0 or not w:
        return float(tall)
    region = layer[top : top + small.shape[0], left : left + small.shape[1]]
    np.maximum(region, small, out=region)
    sheet.printed.append((left + int(x), top + int(y), int(w), int(h)))
    return float(width * scale + 0.12 * tall)


def draw_rules(size: tuple[int, int], kind: str, rng: np.random.Generator) -> UInt8Array:
    """Printed lines or squares, (h, w) uint8; 255 is a line's full colour."""
    width, height = size
    layer = np.zeros((height, width), np.uint8)
    squares = kind == "squares"
    step = width * float(rng.uniform(0.024, 0.042) if squares else rng.uniform(0.06, 0.1))
    thick = max(1, round(width / 900 * float(rng.uniform(0.8, 1.6))))
    first = float(rng.uniform(0, step))
    for y in np.arange(first, height, step):
        _rule(layer, (0, float(y)), (width, float(y)), thick)
    for x in np.arange(first, width, step) if squares else ():
        _rule(layer, (float(x), 0), (float(x), height), thick)
    return layer


def fold_shading(size: tuple[int, int], rng: np.random.Generator) -> Float32Array:
    """(h, w) float32 factors around 1: each fold is dark on one side, bright on the other."""
    width, height = size
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    shading = np.ones((height, width), np.float32)
    for upright in (True, False):
        for _ in range(int(rng.integers(1, 3))):
            along = width if upright else height
            place = float(rng.uniform(0.2, 0.8)) * along
            lean = float(rng.normal(0, 0.02))
            off = (x if upright else y) - place - lean * (y if upright else x)
            wide = float(rng.uniform(0.02, 0.05)) * max(size)
            side = float(rng.choice((-1, 1)))
            shading += side * 0.09 * np.sign(off) * np.exp(-np.abs(off) / wide)
            # The crease itself, where the paper's fibres broke.
            shading -= 0.14 * np.exp(-((off / (0.0016 * max(size))) ** 2))
    return shading


def _rule(
    layer: UInt8Array, start: tuple[float, float], stop: tuple[float, float], thick: int
) -> None:
    ends = [(int(a * 16), int(b * 16)) for a, b in (start, stop)]
    cv2.line(layer, ends[0], ends[1], 255, thick, cv2.LINE_AA, 4)

"""A sheet on a desk, and the things that lie around and over its edges."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from edge.arrays import Float32Array, Float64Array, UInt8Array
from train.scenes.light import texture

_WOODS = ((70, 105, 150), (45, 70, 105), (120, 150, 180), (60, 60, 66), (150, 150, 145))  # BGR
_THINGS = ("pencil", "coin", "ring", "finger")


def lay_on_desk(
    picture: Float32Array, ink: UInt8Array, turn: Float64Array, rng: np.random.Generator
) -> Float32Array:
    """Puts the sheet onto a desk and things around it, none of them over the writing.

    Args:
        picture: (h, w, 3) float32 BGR, paper everywhere.
        ink: (h, w) uint8, the writing as it lies in the picture.
        turn: where the sheet lies.
        rng: source of everything random.
    """
    height, width = ink.shape
    sheet = _sheet_mask(width, height, turn)
    desk = _wood(height, width, rng)
    # The sheet's own shadow, thin and soft.
    fall = cv2.GaussianBlur(np.roll(sheet, (4, 5), axis=(0, 1)), (0, 0), 5.0)
    desk *= (1 - 0.45 * fall)[..., None]
    picture = np.asarray(desk * (1 - sheet[..., None]) + picture * sheet[..., None], np.float32)
    taken = cv2.dilate(ink, np.ones((31, 31), np.uint8)) > 0
    for _ in range(int(rng.integers(2, 5))):
        draw = _DRAW[_THINGS[int(rng.integers(len(_THINGS)))]]
        for _attempt in range(8):
            color, mask = draw(height, width, rng)
            if not np.any((mask > 0.02) & taken):
                below = cv2.GaussianBlur(np.roll(mask, (5, 7), axis=(0, 1)), (0, 0), 4.0)
                picture = picture * (1 - 0.4 * below * (mask.max() > 0.6))[..., None]
                share = mask[..., None]
                picture = np.asarray(picture * (1 - share) + color * share, np.float32)
                taken |= mask > 0.02
                break
    return picture


def _sheet_mask(width: int, height: int, turn: Float64Array) -> Float32Array:
    whole = np.full((height, width), 255, np.uint8)
    moved = cv2.warpPerspective(whole, turn, (width, height), flags=cv2.INTER_LINEAR)
    return np.asarray(cv2.GaussianBlur(moved, (0, 0), 0.8), np.float32) / np.float32(255)


def _wood(height: int, width: int, rng: np.random.Generator) -> Float32Array:
    """(h, w, 3) float32: a desk with a grain that runs along it."""
    color = np.array(_WOODS[int(rng.integers(len(_WOODS)))], np.float32)
    along = texture(height, max(2, width // 24), rng, 0.09, grains=(1.0, 4.0))
    grain = cv2.resize(along, (width, height), interpolation=cv2.INTER_CUBIC)
    fine = texture(height, width, rng, 0.03)
    return np.asarray(color * (grain * fine)[..., None], np.float32)


Thing = tuple[Float32Array, Float32Array]
"""Colours (h, w, 3) or (3,), and where they cover the picture, (h, w) in [0, 1]."""


def _pencil(height: int, width: int, rng: np.random.Generator) -> Thing:
    mask = np.zeros((height, width), np.uint8)
    x, y = rng.uniform(0, 1, 2) * (width, height)
    angle = float(rng.uniform(0, 2 * np.pi))
    length, thick = float(rng.uniform(0.3, 0.5)) * width, max(6, round(0.016 * width))
    tip = (int(x + length * np.cos(angle)), int(y + length * np.sin(angle)))
    cv2.line(mask, (int(x), int(y)), tip, 255, thick, cv2.LINE_AA)
    colors = ((40, 150, 225), (60, 60, 190), (140, 80, 40), (40, 40, 40))
    color = np.array(colors[int(rng.integers(len(colors)))], np.float32)
    inner = cv2.distanceTransform((mask > 127).astype(np.uint8), cv2.DIST_L2, 3)
    round_shade = 0.7 + 0.5 * inner / max(float(inner.max()), 1.0)
    return np.asarray(color * round_shade[..., None], np.float32), _soft(mask)


def _coin(height: int, width: int, rng: np.random.Generator) -> Thing:
    mask = np.zeros((height, width), np.uint8)
    radius = int(rng.uniform(0.022, 0.036) * width)
    center = tuple(int(v) for v in rng.uniform(0.03, 0.97, 2) * (width, height))
    cv2.circle(mask, center, radius, 255, -1, cv2.LINE_AA)
    colors = ((60, 120, 165), (150, 160, 165))
    color = np.array(colors[int(rng.integers(len(colors)))], np.float32)
    inner = cv2.distanceTransform((mask > 127).astype(np.uint8), cv2.DIST_L2, 3)
    rim = np.where(inner < 0.16 * radius, 1.2, 0.9) * texture(height, width, rng, 0.08, (3.0,))
    return np.asarray(color * rim[..., None], np.float32), _soft(mask)


def _ring(height: int, width: int, rng: np.random.Generator) -> Thing:
    """What a cup of coffee left."""
    mask = np.zeros((height, width), np.uint8)
    radius = int(rng.uniform(0.07, 0.1) * width)
    center = tuple(int(v) for v in rng.uniform(0, 1, 2) * (width, height))
    begin = float(rng.uniform(0, 360))
    axes, thick = (radius, radius), max(3, radius // 11)
    cv2.ellipse(mask, center, axes, begin, 0, 290, 255, thick, cv2.LINE_AA)
    stain = _soft(mask, 2.0) * np.clip(texture(height, width, rng, 0.4, (14.0,)), 0, 1.4)
    return np.array((40, 70, 110), np.float32), np.asarray(0.3 * stain, np.float32)


def _finger(height: int, width: int, rng: np.random.Generator) -> Thing:
    """A thumb that holds the page at its edge."""
    mask = np.zeros((height, width), np.uint8)
    wide = int(rng.uniform(0.035, 0.05) * width)
    left = rng.random() < 0.5
    y = int(rng.uniform(0.3, 1.0) * height)
    tip = int(rng.uniform(0.06, 0.16) * width)
    start, stop = (-wide, y + wide), (tip, y)
    if not left:
        start, stop = (width - start[0], start[1]), (width - stop[0], stop[1])
    cv2.line(mask, start, stop, 255, 2 * wide, cv2.LINE_AA)
    inner = cv2.distanceTransform((mask > 127).astype(np.uint8), cv2.DIST_L2, 3)
    shade = 0.62 + 0.38 * np.sqrt(inner / max(float(inner.max()), 1.0))
    skin = np.array((130, 160, 215), np.float32) * np.float32(rng.uniform(0.5, 1))
    return np.asarray(skin * shade[..., None], np.float32), _soft(mask)


def _soft(mask: UInt8Array, sigma: float = 1.0) -> Float32Array:
    return np.asarray(cv2.GaussianBlur(mask, (0, 0), sigma), np.float32) / np.float32(255)


_DRAW: dict[str, Callable[[int, int, np.random.Generator], Thing]] = {
    "pencil": _pencil,
    "coin": _coin,
    "ring": _ring,
    "finger": _finger,
}

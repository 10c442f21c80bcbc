"""Frames that no camera should give, and some do: of every shape, type and layout."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np

from train.scenes import SceneKind, draw_page

Rng = np.random.Generator


def broken_frame(rng: Rng) -> Any:
    """One frame, or what is passed as one; most are no pictures of anything."""
    return _KINDS[int(rng.integers(len(_KINDS)))](rng)


def _shape(rng: Rng, most: int = 200) -> tuple[int, ...]:
    height, width = (int(v) for v in np.exp(rng.uniform(0, np.log(most), 2)))
    channels = [(), (3,), (4,), (1,)][int(rng.integers(4))]
    return max(1, height), max(1, width), *channels


def _noise(rng: Rng) -> Any:
    return rng.integers(0, 256, _shape(rng), dtype=np.uint8)


def _one_value(rng: Rng) -> Any:
    return np.full(_shape(rng, 900), int(rng.choice([0, 1, 127, 254, 255])), np.uint8)


def _two_values(rng: Rng) -> Any:
    pick = rng.integers(0, 2, _shape(rng), dtype=np.uint8)
    return pick * np.uint8(rng.integers(1, 256))


def _thin(rng: Rng) -> Any:
    long, short = int(rng.integers(1, 20_000)), int(rng.integers(1, 4))
    size = (long, short) if rng.random() < 0.5 else (short, long)
    return rng.integers(0, 256, (*size, 3) if rng.random() < 0.7 else size, dtype=np.uint8)


def _tiny(rng: Rng) -> Any:
    return rng.integers(0, 256, (*(int(v) for v in rng.integers(1, 5, 2)), 3), dtype=np.uint8)


def _empty(rng: Rng) -> Any:
    shapes = [(0, 0), (0, 5), (5, 0), (0, 5, 3), (5, 0, 3), (5, 5, 0), (0,)]
    return np.zeros(shapes[int(rng.integers(len(shapes)))], np.uint8)


def _dimensions(rng: Rng) -> Any:
    count = int(rng.choice([0, 1, 4, 5]))
    return np.zeros(tuple(int(v) for v in rng.integers(1, 6, count)), np.uint8)


def _channels(rng: Rng) -> Any:
    return np.zeros((8, 9, int(rng.choice([2, 5, 6, 300]))), np.uint8)


def _other_type(rng: Rng) -> Any:
    kinds = (np.uint16, np.int8, np.int16, np.int64, np.float16, np.float32, np.float64, bool)
    kind = kinds[int(rng.integers(len(kinds)))]
    return (rng.random((12, 17, 3)) * 255).astype(kind)


def _not_finite(rng: Rng) -> Any:
    frame = rng.random((20, 30, 3)).astype(np.float32)
    frame[rng.random(frame.shape) < 0.2] = rng.choice([np.nan, np.inf, -np.inf])
    return frame


def _strange(rng: Rng) -> Any:
    objects = (
        None,
        7,
        "frame.png",
        b"\0" * 300,
        [[1, 2], [3, 4]],
        np.array([["a", "b"]]),
        np.array([[None, 1]], object),
        np.zeros((4, 4), np.complex64),
        np.zeros((4, 4), "datetime64[s]"),
        np.zeros((4, 4), [("b", "u1"), ("g", "u1")]),
        np.ma.masked_array(np.zeros((6, 6, 3), np.uint8), True),
        np.uint8(3),
        object(),
    )
    return objects[int(rng.integers(len(objects)))]


def _huge(rng: Rng) -> Any:
    """Up to 24 megapixels, most of them one byte in memory."""
    height, width = (int(v) for v in rng.integers(1000, 5000, 2))
    if rng.random() < 0.5:
        return np.broadcast_to(np.uint8(rng.integers(256)), (height, width, 3))
    frame = np.full((height, width), 220, np.uint8)
    for _ in range(int(rng.integers(1, 40))):
        x, y = (int(v) for v in rng.integers(0, 5000, 2))
        cv2.circle(frame, (x, y), int(rng.integers(1, 400)), int(rng.integers(200)), 9)
    return frame


def _layout(rng: Rng) -> Any:
    """Not contiguous: strides that skip, run backwards, are swapped or 0; read-only."""
    frame = rng.integers(0, 256, (90, 120, 3), dtype=np.uint8)
    views: tuple[Callable[[], Any], ...] = (
        lambda: frame[::-1],
        lambda: frame[:, ::-1],
        lambda: frame[::-1, ::-1, ::-1],
        lambda: frame[..., ::-1],
        lambda: frame[::3, ::2],
        lambda: frame.transpose(1, 0, 2),
        lambda: np.asfortranarray(frame),
        lambda: frame[..., 1],
        lambda: frame[..., :1],
        lambda: np.broadcast_to(frame[:1], frame.shape),
        lambda: np.rot90(frame),
        lambda: np.moveaxis(np.moveaxis(frame, 2, 0).copy(), 0, 2),
    )
    view = views[int(rng.integers(len(views)))]()
    if rng.random() < 0.3:
        view.flags.writeable = False
    return view


def _scribble(rng: Rng) -> Any:
    """Lines, blots and words all over."""
    height, width = (int(v) for v in rng.integers(30, 700, 2))
    frame = np.full((height, width, 3), int(rng.integers(256)), np.uint8)
    for _ in range(int(rng.integers(1, 120))):
        ends = [tuple(int(v) for v in rng.integers(-50, 750, 2)) for _ in range(2)]
        color = tuple(int(v) for v in rng.integers(0, 256, 3))
        thick = int(rng.integers(1, 30))
        if rng.random() < 0.7:
            cv2.line(frame, ends[0], ends[1], color, thick)
        else:
            cv2.putText(frame, "8x+B3", ends[0], cv2.FONT_HERSHEY_SIMPLEX, thick / 6, color, 2)
    return frame


def _page(rng: Rng) -> Any:
    kind = list(SceneKind)[int(rng.integers(len(SceneKind)))]
    size = (int(rng.integers(120, 400)), int(rng.integers(90, 300)))
    image = draw_page(None, rng, kind=kind, size=size).image
    if rng.random() < 0.5:  # a part of it that a transmission lost
        image[int(rng.integers(image.shape[0])) :] = int(rng.integers(256))
    return image


def _extremes(rng: Rng) -> Any:
    """Chessboards, ramps, single pixels: what thresholds and medians dislike."""
    height, width = (int(v) for v in rng.integers(2, 300, 2))
    y, x = np.mgrid[:height, :width]
    step = int(rng.integers(1, 40))
    shapes = (
        ((x // step + y // step) % 2) * 255,
        x * 255 // width,
        (x % step == 0) * 255,
        (y % step == 0) * 255,
        ((x % step == 0) | (y % step == 0)) * 255,
        (x + y * width == step) * 255,
    )
    frame = shapes[int(rng.integers(len(shapes)))].astype(np.uint8)
    return 255 - frame if rng.random() < 0.5 else frame


_KINDS: tuple[Callable[[Rng], Any], ...] = (
    *(_noise, _one_value, _two_values, _thin, _tiny, _empty, _dimensions, _channels),
    *(_other_type, _not_finite, _strange, _layout, _layout, _scribble, _scribble),
    *(_page, _extremes, _extremes, _huge),
)

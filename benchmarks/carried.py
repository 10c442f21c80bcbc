"""Pages that are carried into view: while they move, the shutter smears what stands on them."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np

from benchmarks.steadiness import SIZE, Shot, Truth
from edge.arrays import UInt8Array
from train.scenes import Scene, draw_page

_TEXTS = (("2718", "48135"), ("60 221 47",), ("314 159", "26"))
_DESK = 96  # grey
_OPEN = 0.6
"""Share of the time between two frames for which the shutter is open, as indoors."""

_BARE, _MOVING = 0.2, 0.4  # shares of a page's frames: an empty desk, and the page on its way


def carried_shots(
    rng: np.random.Generator, *, frames: int = 40, noise: float = 9.0
) -> Iterator[Shot]:
    """An empty desk, a page that comes down from above ever more slowly, and lies there.

    Yields:
        `frames` shots of each page. True is what stands wholly in view: no reader can tell a
        digit of which the frame's edge cuts off a part. What a smear hides is true all the
        same, and what is shown must be written on the page, in view or not.
    """
    bare, moving = round(_BARE * frames), round(_MOVING * frames)
    for lines in _TEXTS:
        page = draw_page(lines, rng, size=SIZE)
        to_go = np.linspace(1, 0, moving) ** 2 * SIZE[1]
        places = np.concatenate([to_go, np.zeros(frames - bare - moving)])
        for _ in range(bare):
            yield Shot(_exposed(np.full_like(page.image, _DESK), rng, noise), Truth())
        for before, now in zip([SIZE[1], *places[:-1]], places, strict=True):
            image = _on_its_way(page.image, before, now)
            in_view = _lines_below(page, now + _smear_length(before, now) / 2)
            yield Shot(_exposed(image, rng, noise), Truth(in_view, lines))


def _lines_below(page: Scene, cut: float) -> tuple[str, ...]:
    """What stands wholly below a height of the page, in pixels."""
    boxes = iter(page.digits)
    lines = []
    for line in page.lines:
        kept = "".join(one if one == " " or next(boxes)[1][1] >= cut else "" for one in line)
        lines += [" ".join(kept.split())] if kept.strip() else []
    return tuple(lines)


def _smear_length(before: float, now: float) -> int:
    """Pixels that the page moves by while the shutter is open."""
    return max(1, round(_OPEN * (before - now)))


def _on_its_way(page: UInt8Array, before: float, now: float) -> UInt8Array:
    """The page `now` pixels above its place, smeared by its way since `before`."""
    shift = np.array([[1, 0, 0], [0, 1, -now]], np.float64)
    size = (page.shape[1], page.shape[0])
    moved = cv2.warpAffine(page, shift, size, borderValue=(_DESK, _DESK, _DESK))
    length = _smear_length(before, now)
    smear = np.full((length, 1), 1 / length, np.float32)
    return np.asarray(cv2.filter2D(moved, -1, smear, borderType=cv2.BORDER_REPLICATE), np.uint8)


def _exposed(image: UInt8Array, rng: np.random.Generator, noise: float) -> UInt8Array:
    return np.asarray(np.clip(image + rng.normal(0, noise, image.shape), 0, 255), np.uint8)

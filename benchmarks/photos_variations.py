"""Other days and other cameras: a photo as it might have been taken, its boxes moved along.

Drawn apart from train/ and sharing nothing with it, so that nobody is examined on what he
has learnt by heart. Sizes follow the digits (`unit`, the median height of a photo's labels).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import cv2
import numpy as np

from edge.arrays import AnyArray, Float32Array, Float64Array, UInt8Array
from edge.segment import Box

SIDE = 1280
"""Long side, in pixels, to which a photo is reduced before it is spoilt: noise and blur on
twelve megapixels would be gone once the reader has reduced them."""


@dataclass(frozen=True, slots=True)
class Varied:
    """A photo after a variation.

    Attributes:
        image: (h, w, 3) uint8 BGR.
        moved: (3, 3) the homography from pixels of the photo to pixels of `image`.
    """

    image: UInt8Array
    moved: Float64Array


@dataclass(frozen=True, slots=True)
class Digits:
    """What a variation needs to know of a photo's digits.

    Attributes:
        unit: median height in pixels; a tenth of the long side where none is labelled.
        strength: how much of the paper's light the ink swallows, in (0, 1].
    """

    unit: float
    strength: float


Spoil = Callable[[UInt8Array, Digits, np.random.Generator], UInt8Array]
"""Changes a photo's pixels and moves nothing."""


def measure_digits(image: UInt8Array, boxes: list[Box]) -> Digits:
    """Size and contrast of the labelled digits."""
    if not boxes:
        return Digits(0.1 * max(image.shape[:2]), 0.6)
    unit = float(np.median([box[3] for box in boxes]))
    strengths = []
    for x, y, w, h in boxes:
        margin = max(2, h // 4)
        region = image[max(0, y - margin) : y + h + margin, max(0, x - margin) : x + w + margin]
        if region.size:
            dark, paper = np.percentile(region.min(axis=2), (4, 85))
            strengths.append(1 - (dark + 1) / (paper + 1))
    return Digits(unit, float(np.clip(np.median(strengths or [0.6]), 0.05, 1)))


def move_box(box: Box, moved: Float64Array) -> Box:
    """The upright box around a box that was moved by a homography."""
    x, y, w, h = box
    corners = np.array([[x, y], [x + w, y], [x + w, y + h], [x, y + h]], np.float64)
    there = cv2.perspectiveTransform(corners[None], moved)[0]
    left, top = np.floor(there.min(axis=0) + 0.01).astype(int).tolist()
    right, bottom = np.ceil(there.max(axis=0) - 0.01).astype(int).tolist()
    return left, top, max(1, right - left), max(1, bottom - top)


def resized(image: UInt8Array, side: int, *, enlarge: bool = True) -> Varied:
    """The photo with a long side of `side` pixels."""
    height, width = image.shape[:2]
    scale = side / max(height, width)
    if scale == 1 or (scale > 1 and not enlarge):
        return Varied(image, np.eye(3))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    smooth = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    small = cv2.resize(image, size, interpolation=smooth).astype(np.uint8, copy=False)
    return Varied(small, np.diag([size[0] / width, size[1] / height, 1.0]))


def turned(image: UInt8Array, turns: int) -> Varied:
    """The photo turned by quarters, clockwise."""
    height, width = image.shape[:2]
    moved = np.eye(3)
    for _ in range(turns):
        moved = np.array([[0.0, -1, height], [1, 0, 0], [0, 0, 1]]) @ moved
        height, width = width, height
    return Varied(np.ascontiguousarray(np.rot90(image, -turns)), moved)


def leant(image: UInt8Array, rng: np.random.Generator) -> Varied:
    """The photo taken from aside: corners move by up to 5 % of its sides."""
    height, width = image.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    there = corners + rng.uniform(-0.05, 0.05, (4, 2)) * (width, height)
    moved = cv2.getPerspectiveTransform(corners, there.astype(np.float32))
    image = cv2.warpPerspective(
        image, moved, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    ).astype(np.uint8, copy=False)
    return Varied(image, np.asarray(moved, np.float64))


def _lit(gain: float, lift: float = 0.0) -> Spoil:
    def spoil(image: UInt8Array, digits: Digits, rng: np.random.Generator) -> UInt8Array:
        return _to_bytes(image.astype(np.float32) * gain + lift)

    return spoil


def _blur(image: UInt8Array, digits: Digits, rng: np.random.Generator) -> UInt8Array:
    return np.asarray(cv2.GaussianBlur(image, (0, 0), max(0.5, 0.045 * digits.unit)), np.uint8)


def _motion_blur(image: UInt8Array, digits: Digits, rng: np.random.Generator) -> UInt8Array:
    """The mean along a straight way of an eighth of a digit's height."""
    reach, angle = max(1.0, 0.0625 * digits.unit), rng.uniform(0, np.pi)
    side = 2 * int(np.ceil(reach)) + 3
    way = np.zeros((side, side), np.float32)
    for step in np.linspace(-reach, reach, 8 * side):
        at = side / 2 + step * np.array([np.cos(angle), np.sin(angle)])
        way[int(at[1]), int(at[0])] += 1
    return _to_bytes(cv2.filter2D(image.astype(np.float32), -1, way / way.sum()))


def _noise(image: UInt8Array, digits: Digits, rng: np.random.Generator) -> UInt8Array:
    return _to_bytes(image + rng.normal(0, 14, image.shape).astype(np.float32))


def _jpeg(image: UInt8Array, digits: Digits, rng: np.random.Generator) -> UInt8Array:
    _, code = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 15])
    return np.asarray(cv2.imdecode(code, cv2.IMREAD_COLOR), np.uint8)


def _inverted(image: UInt8Array, digits: Digits, rng: np.random.Generator) -> UInt8Array:
    return 255 - image


def _blackboard(image: UInt8Array, digits: Digits, rng: np.random.Generator) -> UInt8Array:
    """Chalk: light on dark green, grainy, on a board that was wiped before."""
    height, width = image.shape[:2]
    grey = image.min(axis=2)
    side = int(0.15 * max(height, width)) | 1
    paper = cv2.blur(cv2.morphologyEx(grey, cv2.MORPH_CLOSE, np.ones((side, side))), (side, side))
    ink = (1 - (grey + 1.0) / (paper + 1.0)) / digits.strength
    grain = cv2.GaussianBlur(rng.random((height, width)).astype(np.float32), (0, 0), 1.0)
    ink = np.clip(ink, 0, 1) * np.clip((grain - 0.5) * 2.5 + 0.8, 0.4, 1)
    wiped = cv2.resize(rng.random((5, 7)).astype(np.float32), (width, height))
    board = np.array([52, 62, 48], np.float32) + 26 * wiped[..., None]
    noisy = board + ink[..., None] * (225 - board) + rng.normal(0, 4, image.shape)
    return _to_bytes(noisy.astype(np.float32))


def _hard_shadow(image: UInt8Array, digits: Digits, rng: np.random.Generator) -> UInt8Array:
    """A straight edge through the middle; behind it 45 % of the light is left."""
    x, y = _plane(image)
    angle = rng.uniform(0, 2 * np.pi)
    behind = x * np.cos(angle) + y * np.sin(angle) > rng.uniform(-0.15, 0.15)
    soft = cv2.GaussianBlur(behind.astype(np.float32), (0, 0), max(1.0, 0.02 * digits.unit))
    return _to_bytes(image * (1 - 0.55 * soft[..., None]))


def _vignette(image: UInt8Array, digits: Digits, rng: np.random.Generator) -> UInt8Array:
    x, y = _plane(image)
    return _to_bytes(image * (1 - 0.3 * (x**2 + y**2))[..., None])


def _squares(share: float) -> Spoil:
    def spoil(image: UInt8Array, digits: Digits, rng: np.random.Generator) -> UInt8Array:
        distance = digits.unit * rng.uniform(0.45, 1.2)
        rows, columns = (_rules(image, distance, distance / 20, a, rng) for a in (0.0, 90.0))
        return _printed(image, np.maximum(rows, columns), share * digits.strength)

    return spoil


def _ruled(image: UInt8Array, digits: Digits, rng: np.random.Generator) -> UInt8Array:
    distance = digits.unit * rng.uniform(1.2, 2.0)
    rules = _rules(image, distance, distance / 30, 0.0, rng)
    return _printed(image, rules, 0.45 * digits.strength)


def _rules(
    image: UInt8Array,
    distance: float,
    thickness: float,
    angle_deg: float,
    rng: np.random.Generator,
) -> Float32Array:
    """(h, w) in [0, 1]: parallel lines at an even distance, a little slanted.

    Printed rules are about 0.25 mm thick: squares have 5 mm, ruled paper 8 mm.
    """
    x, y = _pixels(image)
    angle = np.radians(angle_deg + rng.uniform(-1.5, 1.5))
    distance = max(6.0, distance)
    phase = (y * np.cos(angle) - x * np.sin(angle)) / distance + rng.uniform()
    away = np.abs(phase - np.rint(phase)) * distance
    return np.asarray(np.clip(max(0.5, thickness / 2) + 0.5 - away, 0, 1), np.float32)


def _printed(image: UInt8Array, print_: Float32Array, strength: float) -> UInt8Array:
    """Blue-grey print under the ink: both swallow light, one after the other."""
    swallowed = np.array([0.8, 1.0, 1.1], np.float32) * np.float32(strength)
    return _to_bytes(image * (1 - np.minimum(swallowed, 0.95) * print_[..., None]))


def _pixels(image: UInt8Array) -> tuple[Float32Array, Float32Array]:
    y, x = np.mgrid[0 : image.shape[0], 0 : image.shape[1]].astype(np.float32)
    return x, y


def _plane(image: UInt8Array) -> tuple[Float32Array, Float32Array]:
    """X and y of each pixel from -1 to 1."""
    height, width = image.shape[:2]
    x, y = _pixels(image)
    return 2 * x / max(1, width - 1) - 1, 2 * y / max(1, height - 1) - 1


def _to_bytes(picture: AnyArray) -> UInt8Array:
    return np.asarray(np.clip(np.rint(np.asarray(picture, np.float32)), 0, 255), np.uint8)


SPOILT: Mapping[str, tuple[str, Spoil]] = {
    "dim": ("40 % of the light", _lit(0.4)),
    "bright": ("1.4 times the light: the paper is burnt out", _lit(1.4)),
    "low contrast": ("35 % of the contrast, as through fog", _lit(0.35, 130)),
    "blur": ("out of focus: sigma 4.5 % of a digit's height", _blur),
    "motion blur": ("moved by an eighth of a digit's height", _motion_blur),
    "sensor noise": ("sigma 14 grey values in every channel", _noise),
    "JPEG": ("quality 15", _jpeg),
    "inverted": ("light on dark, as on a screen", _inverted),
    "blackboard": ("chalk on a board that was wiped before", _blackboard),
    "hard shadow": ("half of it at 45 % of the light", _hard_shadow),
    "vignette": ("40 % of the light in the corners", _vignette),
    "squares 30 %": ("squared paper, rules at 30 % of the ink's strength", _squares(0.3)),
    "squares 55 %": ("squared paper, rules at 55 % of the ink's strength", _squares(0.55)),
    "ruled lines": ("rules at 45 % of the ink's strength", _ruled),
}

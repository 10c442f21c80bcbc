"""What a camera does to a digit: light, contrast, noise, blur, compression, stray lines.

Every random choice comes from the generator that is passed in.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from edge.arrays import Float32Array, UInt8Array
from edge.normalize import FIELD


def photograph(image: UInt8Array, rng: np.random.Generator) -> UInt8Array:
    """One (28, 28) uint8 image as a camera would bring it: one to three kinds of damage."""
    picture = image.astype(np.float32)
    for index in rng.choice(len(_DAMAGES), size=int(rng.choice([1, 2, 3])), replace=False):
        picture = _DAMAGES[index](picture, rng)
    return np.clip(np.rint(picture), 0, 255).astype(np.uint8)


def photograph_some(images: UInt8Array, rng: np.random.Generator, share: float) -> UInt8Array:
    """A copy of (n, 28, 28) uint8 images of which about `share` are photographed."""
    pictures = images.copy()
    for row in np.flatnonzero(rng.random(len(images)) < share):
        pictures[row] = photograph(pictures[row], rng)
    return pictures


def _ramp(rng: np.random.Generator) -> Float32Array:
    """(28, 28) float32 values from 0 to 1 along a random direction."""
    angle = rng.uniform(0, 2 * np.pi)
    axis = np.linspace(-1, 1, FIELD, dtype=np.float32)
    ramp = axis[None, :] * np.float32(np.cos(angle)) + axis[:, None] * np.float32(np.sin(angle))
    return np.asarray((ramp - ramp.min()) / (ramp.max() - ramp.min()), np.float32)


def _brighter_paper(picture: Float32Array, rng: np.random.Generator) -> Float32Array:
    paper = np.float32(rng.uniform(10, 150))
    return np.asarray(paper + picture * (1 - paper / 255), np.float32)


def _low_contrast(picture: Float32Array, rng: np.random.Generator) -> Float32Array:
    return np.asarray(picture * rng.uniform(0.25, 0.9), np.float32)


def _uneven_light(picture: Float32Array, rng: np.random.Generator) -> Float32Array:
    light = _ramp(rng) * np.float32(rng.uniform(30, 170))
    return np.asarray(light + picture * (1 - light / 255), np.float32)


def _fog(picture: Float32Array, rng: np.random.Generator) -> Float32Array:
    cells = int(rng.integers(3, 8))
    clouds = rng.uniform(0, 1, (cells, cells)).astype(np.float32)
    fog = cv2.resize(clouds, (FIELD, FIELD), interpolation=cv2.INTER_CUBIC).astype(np.float32)
    strength = np.float32(rng.uniform(0.15, 0.6))
    return picture * (1 - strength) + np.clip(fog, 0, 1) * 255 * strength


def _sensor_noise(picture: Float32Array, rng: np.random.Generator) -> Float32Array:
    deviation = np.float32(rng.uniform(5, 55))
    return picture + rng.standard_normal(picture.shape, dtype=np.float32) * deviation


def _impulse_noise(picture: Float32Array, rng: np.random.Generator) -> Float32Array:
    draw = rng.random(picture.shape, dtype=np.float32)
    share = np.float32(rng.uniform(0.01, 0.14))
    spoiled = picture.copy()
    spoiled[draw < share / 2] = 0
    spoiled[draw > 1 - share / 2] = 255
    return spoiled


def _motion_blur(picture: Float32Array, rng: np.random.Generator) -> Float32Array:
    length = int(rng.choice([3, 5, 7]))
    kernel = np.zeros((length, length), np.float32)
    angle = rng.uniform(0, np.pi)
    reach = length // 2
    dx, dy = round(float(np.cos(angle)) * reach), round(float(np.sin(angle)) * reach)
    cv2.line(kernel, (reach - dx, reach - dy), (reach + dx, reach + dy), 1.0)
    return cv2.filter2D(picture, -1, kernel / kernel.sum()).astype(np.float32)


def _defocus(picture: Float32Array, rng: np.random.Generator) -> Float32Array:
    return cv2.GaussianBlur(picture, (0, 0), float(rng.uniform(0.4, 1.7))).astype(np.float32)


def _jpeg(picture: Float32Array, rng: np.random.Generator) -> Float32Array:
    pixels = np.clip(picture, 0, 255).astype(np.uint8)
    _, code = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(8, 60))])
    return np.asarray(cv2.imdecode(code, cv2.IMREAD_GRAYSCALE), np.float32)


def _low_resolution(picture: Float32Array, rng: np.random.Generator) -> Float32Array:
    """A scan of few pixels, black or white each, enlarged."""
    side = int(rng.integers(14, 23))
    small = cv2.resize(picture, (side, side), interpolation=cv2.INTER_AREA)
    # Between what is darkest and brightest: of a pale picture a fixed level leaves nothing.
    low, high = float(small.min()), float(small.max())
    binary = (small > low + rng.uniform(0.28, 0.58) * (high - low)).astype(np.float32) * 255
    way = cv2.INTER_NEAREST if rng.random() < 0.5 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(binary, (FIELD, FIELD), interpolation=way), np.float32)


def _stray_lines(picture: Float32Array, rng: np.random.Generator) -> Float32Array:
    """Ruled lines, bright as a pen's, or scratches, dark where they cross the ink."""
    lines = np.zeros((FIELD, FIELD), np.uint8)
    ruled = rng.random() < 0.5
    for _ in range(int(rng.integers(1, 4))):
        first, second = (int(v) for v in rng.integers(0, FIELD, 2))
        if ruled:
            lean = int(rng.integers(-2, 3))
            ends = ((0, first), (FIELD - 1, first + lean))
            if rng.random() < 0.3:
                ends = (ends[0][::-1], ends[1][::-1])
        else:
            ends = ((0, first), (FIELD - 1, second))
        cv2.line(lines, *ends, 255, 1, cv2.LINE_AA)
    strength = np.float32(rng.uniform(0.3, 1.0))
    drawn = lines.astype(np.float32) * strength
    if ruled or rng.random() < 0.5:
        return np.asarray(np.maximum(picture, drawn), np.float32)
    return np.asarray(picture * (1 - drawn / 255), np.float32)


_DAMAGES: tuple[Callable[[Float32Array, np.random.Generator], Float32Array], ...] = (
    _brighter_paper,
    _low_contrast,
    _uneven_light,
    _fog,
    _sensor_noise,
    _impulse_noise,
    _motion_blur,
    _defocus,
    _jpeg,
    _low_resolution,
    _stray_lines,
)

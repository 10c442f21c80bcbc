"""What a hand and a camera do to a digit, applied anew every time an image is shown.

Two stages: `bend` moves the ink (rotation, slant, size, place, wobble, pen width), and
`photograph` spoils the picture (light, contrast, noise, blur, compression, stray lines).
Every random choice comes from the generator that is passed in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import cv2
import numpy as np

from edge.arrays import Float32Array, UInt8Array
from edge.errors import InputError
from edge.normalize import FIELD

_CENTER = (FIELD - 1) / 2
_KNOTS = 6  # of the elastic displacement, along each side
_AXIS = np.arange(FIELD, dtype=np.float32) - np.float32(_CENTER)
_GRID = np.stack(np.meshgrid(_AXIS, _AXIS), axis=-1).reshape(-1, 2)
# Cubic interpolation is linear in its knots: the identity, enlarged, is its matrix.
_UPSCALE: Float32Array = np.asarray(
    cv2.resize(np.eye(_KNOTS, dtype=np.float32), (_KNOTS, FIELD), interpolation=cv2.INTER_CUBIC)
)


@dataclass(frozen=True, slots=True)
class Augmentation:
    """How strongly images are varied; shares lie in [0, 1].

    Attributes:
        rotation_deg: standard deviation of the rotation.
        wide_share: share of the images turned by up to `wide_deg` instead.
        wide_deg: largest angle of those.
        shear: standard deviation of the slant, as a tangent.
        scale: standard deviation of the logarithm of size and of proportions.
        stretch_share: share of the images whose proportions change far more, as in sets
            whose authors stretched every digit into a square.
        stretch: standard deviation of the logarithm of their proportions.
        shift_px: standard deviation of the displacement.
        wobble_px: root mean square of the elastic displacement.
        pen_share: share of the images whose pen is made thinner or thicker.
        camera_share: share of the images that are photographed.
        settling: last share of a training, in which the images are varied as `settled` says:
            the network ends on pictures more like the clean ones.
        settled_camera_share: share of the images that are photographed then.
        settled_bend: how far, and how often, the ink is moved then, as a share of the above.
    """

    rotation_deg: float = 6.0
    wide_share: float = 0.15
    wide_deg: float = 32.0
    shear: float = 0.09
    scale: float = 0.07
    stretch_share: float = 0.1
    stretch: float = 0.35
    shift_px: float = 0.9
    wobble_px: float = 0.42
    pen_share: float = 0.35
    camera_share: float = 0.4
    settling: float = 0.4
    settled_camera_share: float = 0.15
    settled_bend: float = 0.65

    def __post_init__(self) -> None:
        for share in (
            self.wide_share,
            self.stretch_share,
            self.pen_share,
            self.camera_share,
            self.settling,
            self.settled_camera_share,
            self.settled_bend,
        ):
            if not 0 <= share <= 1:
                raise InputError(f"a share must lie in [0, 1], not {share}")

    def settled(self) -> Augmentation:
        """How images are varied at the end of a training."""
        return replace(
            self,
            rotation_deg=self.rotation_deg * self.settled_bend,
            wide_share=self.wide_share * self.settled_bend,
            shear=self.shear * self.settled_bend,
            scale=self.scale * self.settled_bend,
            stretch_share=self.stretch_share * self.settled_bend,
            shift_px=self.shift_px * self.settled_bend,
            wobble_px=self.wobble_px * self.settled_bend,
            pen_share=self.pen_share * self.settled_bend,
            camera_share=self.settled_camera_share,
            settling=0.0,
            settled_bend=1.0,
        )

    def at(self, progress: float) -> Augmentation:
        """How images are varied when `progress`, 0 to 1, of a training is done."""
        return self if progress < 1 - self.settling else self.settled()


def augment(images: UInt8Array, rng: np.random.Generator, how: Augmentation) -> UInt8Array:
    """Varies a batch of images.

    Args:
        images: (n, 28, 28) uint8 under the input contract; left as they are.
        rng: source of everything random.
        how: how strongly.

    Returns:
        (n, 28, 28) uint8.
    """
    return photograph_some(bend(images, rng, how), rng, how.camera_share)


def photograph_some(images: UInt8Array, rng: np.random.Generator, share: float) -> UInt8Array:
    """A copy of (n, 28, 28) uint8 images of which about `share` are photographed."""
    pictures = images.copy()
    for row in np.flatnonzero(rng.random(len(images)) < share):
        pictures[row] = photograph(pictures[row], rng)
    return pictures


def bend(images: UInt8Array, rng: np.random.Generator, how: Augmentation) -> UInt8Array:
    """Moves the ink of (n, 28, 28) uint8 images as another hand would have."""
    count = len(images)
    maps = _maps(count, rng, how)
    bent = np.empty_like(images)
    pens = rng.random(count) < how.pen_share
    for row in range(count):
        image = cv2.remap(images[row], maps[row, :, :, 0], maps[row, :, :, 1], cv2.INTER_LINEAR)
        bent[row] = _other_pen(image.astype(np.uint8, copy=False), rng) if pens[row] else image
    return bent


def photograph(image: UInt8Array, rng: np.random.Generator) -> UInt8Array:
    """One (28, 28) uint8 image as a camera would bring it: one to three kinds of damage."""
    picture = image.astype(np.float32)
    for index in rng.choice(len(_DAMAGES), size=int(rng.choice([1, 2, 3])), replace=False):
        picture = _DAMAGES[index](picture, rng)
    return np.clip(np.rint(picture), 0, 255).astype(np.uint8)


def _maps(count: int, rng: np.random.Generator, how: Augmentation) -> Float32Array:
    """(count, 28, 28, 2) float32: where each pixel (x, y) of the result comes from."""
    angle = np.radians(rng.normal(0, how.rotation_deg, count))
    wide = rng.random(count) < how.wide_share
    angle[wide] = np.radians(rng.uniform(-how.wide_deg, how.wide_deg, int(wide.sum())))
    shear = rng.normal(0, how.shear, count)
    size = np.exp(rng.normal(0, how.scale, count))
    aspect = np.exp(rng.normal(0, how.scale, count))
    stretched = rng.random(count) < how.stretch_share
    aspect[stretched] = np.exp(rng.normal(0, how.stretch, int(stretched.sum())))
    cos, sin = np.cos(angle), np.sin(angle)
    matrix = np.empty((count, 2, 2))
    matrix[:, 0, 0] = cos * size * aspect
    matrix[:, 0, 1] = (cos * shear - sin) * size
    matrix[:, 1, 0] = sin * size * aspect
    matrix[:, 1, 1] = (sin * shear + cos) * size
    sources = _GRID @ matrix.transpose(0, 2, 1).astype(np.float32)
    sources += (_CENTER + rng.normal(0, how.shift_px, (count, 1, 2))).astype(np.float32)
    coarse = rng.standard_normal((count, 2, _KNOTS, _KNOTS), dtype=np.float32)
    smooth = _UPSCALE @ coarse @ _UPSCALE.T * np.float32(how.wobble_px * 1.6)
    maps = sources.reshape(count, FIELD, FIELD, 2) + smooth.transpose(0, 2, 3, 1)
    return np.ascontiguousarray(maps, np.float32)


def _other_pen(image: UInt8Array, rng: np.random.Generator) -> UInt8Array:
    """A thinner or a thicker pen, by a part of one pixel or a whole one."""
    kernel = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
    other = cv2.dilate(image, kernel) if rng.random() < 0.55 else cv2.erode(image, kernel)
    share = float(rng.uniform(0.3, 1.0))
    return cv2.addWeighted(image, 1 - share, other, share, 0).astype(np.uint8, copy=False)


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
    binary = (small > rng.uniform(70, 150)).astype(np.float32) * 255
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

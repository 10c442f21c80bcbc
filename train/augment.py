"""What another hand would do to a digit, applied anew every time an image is shown.

`bend` moves the ink: rotation, slant, size, place, wobble, pen width. What a camera does to
it afterwards is in `train.tilt` and `train.photograph`, what a scanner does in `train.scan`.
Every random choice comes from the generator that is passed in.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from edge.arrays import Float32Array, UInt8Array
from edge.errors import InputError
from edge.normalize import FIELD

_CROSS = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
_DISC = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5))
_MARKERS = 0.15  # of the other pens; holes close under them, as in the blots that MNIST has
_THICKER = 0.55  # markers included

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
        scan_share: share of the images that are scanned, in `settled` too.
        tilted_share: share of the images that a camera sees turned, in `settled` too: of those
            that are no digit as well, or it would be a sign of one.
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
    scan_share: float = 0.1
    tilted_share: float = 0.35
    camera_share: float = 0.4
    settling: float = 0.4
    settled_camera_share: float = 0.15
    settled_bend: float = 0.65

    def __post_init__(self) -> None:
        for share in (
            self.wide_share,
            self.stretch_share,
            self.pen_share,
            self.scan_share,
            self.tilted_share,
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
    """A thinner or a thicker pen: by up to a pixel on each side, or a marker."""
    kind = rng.random()
    if kind < _MARKERS:
        return _marker(image)
    other = cv2.dilate(image, _CROSS) if kind < _THICKER else cv2.erode(image, _CROSS)
    share = float(rng.uniform(0.3, 1.0))
    return cv2.addWeighted(image, 1 - share, other, share, 0).astype(np.uint8, copy=False)


def _marker(image: UInt8Array) -> UInt8Array:
    """Two pixels more on each side, then as small as the input contract scales it."""
    thick = cv2.dilate(image, _DISC)
    small = cv2.resize(thick, (FIELD - 4, FIELD - 4), interpolation=cv2.INTER_AREA)
    return np.pad(small, 2).astype(np.uint8, copy=False)

"""What goes wrong between paper and network, one thing at a time, on 28x28 images.

Written apart from train/photograph.py and sharing nothing with it: a network that was trained
on a corruption's own code would be examined on what it has learnt by heart. The kinds
follow Mu and Gilmer 2019, "MNIST-C: A Robustness Benchmark for Computer Vision".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import cv2
import numpy as np

from edge.arrays import Float32Array, Float64Array, UInt8Array
from edge.normalize import FIELD

Corruption = Callable[[Float32Array, np.random.Generator], Float32Array]
"""One (28, 28) float32 image in [0, 1], ink bright on 0, to another; clipped afterwards."""

_ROWS, _COLUMNS = np.mgrid[0:FIELD, 0:FIELD].astype(np.float32)
_MIDDLE = (FIELD - 1) / 2


def corrupt(kind: str, images: UInt8Array, rng: np.random.Generator) -> UInt8Array:
    """One kind of corruption on every image.

    Args:
        kind: a name in `CORRUPTIONS`.
        images: (n, 28, 28) uint8; left as they are.
        rng: source of every random choice.

    Returns:
        (n, 28, 28) uint8.
    """
    spoil = CORRUPTIONS[kind]
    spoiled = np.empty_like(images)
    for row, image in enumerate(images):
        picture = spoil(image.astype(np.float32) / 255, rng)
        spoiled[row] = np.rint(np.clip(picture, 0, 1) * 255).astype(np.uint8)
    return spoiled


def turn(images: UInt8Array, rng: np.random.Generator, farthest_deg: float) -> UInt8Array:
    """Every (n, 28, 28) uint8 image turned about its middle by up to `farthest_deg`, uniformly."""
    turned = np.empty_like(images)
    for row, image in enumerate(images):
        angle = rng.uniform(-farthest_deg, farthest_deg)
        picture = _turned(image.astype(np.float32), angle)
        turned[row] = np.rint(np.clip(picture, 0, 255)).astype(np.uint8)
    return turned


def _bright_background(image: Float32Array, rng: np.random.Generator) -> Float32Array:
    """The ink threshold lets the whole paper through as a grey veil, ink unchanged."""
    return np.asarray(np.maximum(image, np.float32(rng.uniform(0.3, 0.5))), np.float32)


def _low_contrast(image: Float32Array, rng: np.random.Generator) -> Float32Array:
    return np.asarray(image * rng.uniform(0.12, 0.3), np.float32)


def _uneven_light(image: Float32Array, rng: np.random.Generator) -> Float32Array:
    """A lamp at one side: the ink's strength falls from edge to edge, to a tenth at worst."""
    angle = rng.uniform(0, 2 * np.pi)
    way = (_COLUMNS - _MIDDLE) * np.cos(angle) + (_ROWS - _MIDDLE) * np.sin(angle)
    slope = (way - way.min()) / (way.max() - way.min())
    return np.asarray(image * (1 - rng.uniform(0.6, 0.9) * slope), np.float32)


def _fog(image: Float32Array, rng: np.random.Generator) -> Float32Array:
    """Clouds of several sizes, each half as strong as the next larger."""
    cloud = np.zeros((FIELD, FIELD), np.float32)
    for side, weight in ((3, 1.0), (6, 0.5), (12, 0.25)):
        puff = rng.random((side, side)).astype(np.float32) * np.float32(weight)
        cloud += cv2.resize(puff, (FIELD, FIELD), interpolation=cv2.INTER_LINEAR)
    cloud /= cloud.max()
    thickness = np.float32(rng.uniform(0.4, 0.6))
    return image * (1 - thickness) + cloud * thickness


def _sensor_noise(image: Float32Array, rng: np.random.Generator) -> Float32Array:
    """Photons come one by one (Poisson), and reading them adds its own noise."""
    photons = rng.uniform(4, 12)
    counted = rng.poisson(image * photons) / photons
    return (counted + rng.normal(0, 0.2, image.shape)).astype(np.float32)


def _impulse_noise(image: Float32Array, rng: np.random.Generator) -> Float32Array:
    hit = rng.random(image.shape) < rng.uniform(0.06, 0.16)
    salt = (rng.random(image.shape) < 0.5).astype(np.float32)
    return np.asarray(np.where(hit, salt, image), np.float32)


def _motion_blur(image: Float32Array, rng: np.random.Generator) -> Float32Array:
    """The mean of copies along a straight way of 4 to 8 pixels."""
    angle, reach = rng.uniform(0, np.pi), rng.uniform(2.0, 4.0)
    steps = np.linspace(-reach, reach, 9)
    copies = [_moved(image, float(s * np.cos(angle)), float(s * np.sin(angle))) for s in steps]
    return np.asarray(np.mean(copies, axis=0), np.float32)


def _defocus(image: Float32Array, rng: np.random.Generator) -> Float32Array:
    """A point becomes a disc."""
    radius = rng.uniform(1.6, 2.8)
    reach = int(np.ceil(radius))
    axis = np.arange(-reach, reach + 1)
    far = np.hypot(*np.meshgrid(axis, axis))
    disc = np.clip(radius + 0.5 - far, 0, 1).astype(np.float32)
    return np.asarray(cv2.filter2D(image, -1, disc / disc.sum()), np.float32)


def _jpeg(image: Float32Array, rng: np.random.Generator) -> Float32Array:
    pixels = np.rint(255 - image * 255).astype(np.uint8)  # dark on light, as it was photographed
    quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(2, 10))]
    _, code = cv2.imencode(".jpg", pixels, quality)
    decoded = np.asarray(cv2.imdecode(code, cv2.IMREAD_GRAYSCALE), np.float32)
    return np.asarray(1 - decoded / 255, np.float32)


def _thin_pen(image: Float32Array, rng: np.random.Generator) -> Float32Array:
    """Worn away at fourfold size, so that strokes get thinner by parts of a pixel."""
    return _at_fourfold(image, cv2.MORPH_ERODE, int(rng.choice([5, 7])))


def _thick_pen(image: Float32Array, rng: np.random.Generator) -> Float32Array:
    return _at_fourfold(image, cv2.MORPH_DILATE, int(rng.choice([9, 11, 13])))


def _ruled_lines(image: Float32Array, rng: np.random.Generator) -> Float32Array:
    """Printed lines at an even distance, fainter than the pen."""
    distance, first = int(rng.integers(7, 12)), int(rng.integers(0, 7))
    ruled = image.copy()
    upright = ruled.T if rng.random() < 0.3 else ruled  # a view: drawn into `ruled` itself
    upright[first::distance] = np.maximum(upright[first::distance], rng.uniform(0.4, 0.7))
    return ruled


def _scratches(image: Float32Array, rng: np.random.Generator) -> Float32Array:
    """One or two thin cuts right across, each through the ink somewhere."""
    cut = image.copy()
    ink = np.argwhere(image > 0.5)
    for _ in range(int(rng.integers(1, 3))):
        angle = rng.uniform(0, np.pi)
        row, column = ink[rng.integers(len(ink))] if len(ink) else (_MIDDLE, _MIDDLE)
        far = (_COLUMNS - column) * np.sin(angle) - (_ROWS - row) * np.cos(angle)
        cut *= np.clip(np.abs(far) - 0.2, 0, 1)
    return cut


def _rotation(image: Float32Array, rng: np.random.Generator) -> Float32Array:
    return _turned(image, rng.uniform(10, 25) * rng.choice([-1, 1]))


def _shear(image: Float32Array, rng: np.random.Generator) -> Float32Array:
    lean = rng.uniform(0.3, 0.6) * rng.choice([-1, 1])
    return _bent(image, np.array([[1.0, lean], [0.0, 1.0]]))


def _shift(image: Float32Array, rng: np.random.Generator) -> Float32Array:
    """Off centre by 3 to 5 pixels; MNIST's border is 4 wide."""
    angle, reach = rng.uniform(0, 2 * np.pi), rng.uniform(3, 5)
    return _moved(image, float(reach * np.cos(angle)), float(reach * np.sin(angle)))


def _moved(image: Float32Array, dx: float, dy: float) -> Float32Array:
    matrix = np.array([[1, 0, dx], [0, 1, dy]], np.float32)
    return np.asarray(cv2.warpAffine(image, matrix, (FIELD, FIELD)), np.float32)


def _turned(image: Float32Array, degrees: float) -> Float32Array:
    angle = np.radians(degrees)
    cos, sin = np.cos(angle), np.sin(angle)
    return _bent(image, np.array([[cos, -sin], [sin, cos]]))


def _bent(image: Float32Array, matrix: Float64Array) -> Float32Array:
    """The image under a (2, 2) linear map around its middle."""
    middle = np.array([_MIDDLE, _MIDDLE])
    whole = np.column_stack([matrix, middle - matrix @ middle])
    return np.asarray(cv2.warpAffine(image, whole, (FIELD, FIELD)), np.float32)


def _at_fourfold(image: Float32Array, operation: int, side: int) -> Float32Array:
    large = cv2.resize(image, (4 * FIELD, 4 * FIELD), interpolation=cv2.INTER_CUBIC)
    brush = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    changed = cv2.morphologyEx(large, operation, brush)
    return np.asarray(cv2.resize(changed, (FIELD, FIELD), interpolation=cv2.INTER_AREA), np.float32)


CORRUPTIONS: Mapping[str, Corruption] = {
    "bright background": _bright_background,
    "low contrast": _low_contrast,
    "uneven light": _uneven_light,
    "fog": _fog,
    "sensor noise": _sensor_noise,
    "impulse noise": _impulse_noise,
    "motion blur": _motion_blur,
    "defocus": _defocus,
    "JPEG": _jpeg,
    "thin pen": _thin_pen,
    "thick pen": _thick_pen,
    "ruled lines": _ruled_lines,
    "scratches": _scratches,
    "rotation": _rotation,
    "shear": _shear,
    "shift": _shift,
}
"""All kinds by the name that the reports show."""

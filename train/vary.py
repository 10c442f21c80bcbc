"""Images varied as tutorials do it: turned, shifted and zoomed, each by a uniform draw.

The ranges mean what they mean in Keras' `ImageDataGenerator`, by which the tutorials do it;
what comes in from outside an image is its edge, repeated, as there. How our own recipe is
varied, which has to withstand cameras, is in `train.augment`.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from edge.arrays import UInt8Array
from edge.errors import InputError
from edge.normalize import FIELD


@dataclass(frozen=True, slots=True)
class Variation:
    """How far images are varied.

    Attributes:
        rotation_deg: largest turn to either side, in degrees.
        shift: largest displacement along each axis, as a share of the side.
        zoom: largest change of each axis' scale, as a share of it, below 1.
    """

    rotation_deg: float
    shift: float
    zoom: float

    def __post_init__(self) -> None:
        if self.rotation_deg < 0 or self.shift < 0 or not 0 <= self.zoom < 1:
            raise InputError(f"no image can be varied by {self}")


def vary(images: UInt8Array, rng: np.random.Generator, how: Variation) -> UInt8Array:
    """(n, 28, 28) uint8 images, each turned, shifted and zoomed anew about its middle."""
    count = len(images)
    turn = np.radians(rng.uniform(-how.rotation_deg, how.rotation_deg, count))
    shift = rng.uniform(-how.shift, how.shift, (count, 2)) * FIELD
    zoom = rng.uniform(1 - how.zoom, 1 + how.zoom, (count, 2))
    cos, sin = np.cos(turn), np.sin(turn)
    # From a place of the result to the place of the image that is seen there.
    matrix = np.empty((count, 2, 3))
    matrix[:, 0, 0], matrix[:, 0, 1] = cos * zoom[:, 0], -sin * zoom[:, 1]
    matrix[:, 1, 0], matrix[:, 1, 1] = sin * zoom[:, 0], cos * zoom[:, 1]
    middle = np.full(2, (FIELD - 1) / 2)
    matrix[:, :, 2] = middle - matrix[:, :, :2] @ middle + shift
    varied = np.empty_like(images)
    for row in range(count):
        varied[row] = cv2.warpAffine(
            images[row],
            matrix[row],
            (FIELD, FIELD),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        )
    return varied

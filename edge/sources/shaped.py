"""A source whose pictures are turned, mirrored or cut before anything sees them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Self

import cv2
import numpy as np

from edge.arrays import UInt8Array
from edge.errors import InputError
from edge.frames import Frame, FrameSource
from edge.segment import Box
from edge.sources import FLIPS, ROTATIONS

_TURNS = {
    90: cv2.ROTATE_90_CLOCKWISE,
    180: cv2.ROTATE_180,
    270: cv2.ROTATE_90_COUNTERCLOCKWISE,
}
_MIRRORS = {"horizontal": 1, "vertical": 0, "both": -1}


@dataclass(frozen=True, slots=True)
class Shape:
    """What is done to each picture: turned, then mirrored, then cut.

    Attributes:
        rotate_deg: 0, 90, 180 or 270, clockwise.
        flip: one of `FLIPS`, or None.
        roi: x, y, width, height in pixels of the turned picture, or None for all of it.
    """

    rotate_deg: int = 0
    flip: str | None = None
    roi: Box | None = None

    def __post_init__(self) -> None:
        if self.rotate_deg not in ROTATIONS or self.flip not in (None, *FLIPS):
            raise InputError(f"a picture cannot be turned by {self.rotate_deg}, {self.flip}")
        if self.roi and (min(self.roi[:2]) < 0 or min(self.roi[2:]) < 1):
            raise InputError(f"a part of a picture cannot be {self.roi}")

    def apply(self, image: UInt8Array) -> UInt8Array:
        """The picture as asked, (h, w, 3) uint8; raises InputError where `roi` lies outside."""
        if self.rotate_deg:
            image = np.asarray(cv2.rotate(image, _TURNS[self.rotate_deg]), np.uint8)
        if self.flip:
            image = np.asarray(cv2.flip(image, _MIRRORS[self.flip]), np.uint8)
        if self.roi:
            x, y, w, h = self.roi
            height, width = image.shape[:2]
            if x >= width or y >= height:
                raise InputError(f"--roi begins at {x},{y}, outside the {width}x{height} picture")
            image = np.ascontiguousarray(image[y : y + h, x : x + w])
        return image


class ShapedSource:
    """Another source's frames, reshaped."""

    def __init__(self, source: FrameSource, shape: Shape) -> None:
        """Takes the source and what is done to its pictures."""
        self._source = source
        self._shape = shape

    @property
    def name(self) -> str:
        """The other source's."""
        return self._source.name

    @property
    def live(self) -> bool:
        """As the other source."""
        return self._source.live

    @property
    def film(self) -> bool:
        """As the other source."""
        return self._source.film

    @property
    def fps(self) -> float | None:
        """The other source's rate."""
        return self._source.fps

    def __enter__(self) -> Self:
        """Opens the other source."""
        self._source.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Closes the other source."""
        self._source.__exit__(kind, error, trace)

    def __iter__(self) -> Iterator[Frame]:
        """Its frames, reshaped; a part that reaches beyond the picture is told once."""
        asked, told = self._shape.roi, False
        for frame in self._source:
            image = self._shape.apply(frame.image)
            height, width = image.shape[:2]
            if asked and not told and (width, height) != asked[2:]:
                print(
                    f"--roi reaches beyond the picture: {width}x{height} of "
                    f"{asked[2]}x{asked[3]} are read",
                    file=sys.stderr,
                )
                told = True
            yield replace(frame, image=image)

"""Frames, and where they come from."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import Protocol, Self

import numpy as np

from edge.arrays import UInt8Array
from edge.errors import InputError


# Compared by identity: two arrays have no single truth value.
@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture of a source.

    Attributes:
        image: (h, w, 3) BGR uint8.
        index: place in the source, from 0; a live source leaves gaps where it dropped frames.
        timestamp_s: seconds since the source began.
        captured_s: when it was taken, on the clock of time.monotonic(); its age tells the
            latency from the camera to a sink.
    """

    image: UInt8Array
    index: int
    timestamp_s: float
    captured_s: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        image = self.image
        if not isinstance(image, np.ndarray) or image.ndim != 3 or image.shape[2] != 3:
            shape = getattr(image, "shape", type(image).__name__)
            raise InputError(f"a frame's image must be (h, w, 3), not {shape}")
        if image.dtype != np.uint8:
            raise InputError(f"a frame's image must be uint8, not {image.dtype}")
        if image.size == 0:
            raise InputError(f"a frame's image must have pixels, not {image.shape}")
        if self.index < 0:
            raise InputError(f"a frame's index must be at least 0, not {self.index}")
        if not (math.isfinite(self.timestamp_s) and self.timestamp_s >= 0):
            raise InputError(
                f"a frame's timestamp must be at least 0 seconds, not {self.timestamp_s}"
            )


class FrameSource(Protocol):
    """Something that gives frames; opened by `with`, closed at its end whatever happens.

    >>> with open_source("clip.avi") as source:
    ...     indices = [frame.index for frame in source]
    """

    @property
    def name(self) -> str:
        """The source in the user's words, such as "camera 0" or a path."""

    @property
    def live(self) -> bool:
        """Whether time passes by itself: a frame that nobody takes in time is dropped."""

    @property
    def film(self) -> bool:
        """Whether its frames follow one another as in a film; photos do not."""

    @property
    def fps(self) -> float | None:
        """Frames a second once opened; None where only measuring tells."""

    def __enter__(self) -> Self:
        """Opens the source.

        Raises:
            InputError: it is no source of frames.
            MachineError: this machine cannot open it.
        """

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Lets go of whatever was opened."""

    def __iter__(self) -> Iterator[Frame]:
        """The frames in order, once."""

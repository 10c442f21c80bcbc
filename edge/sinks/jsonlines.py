"""One JSON object a frame on stdout, for a program to read."""

from __future__ import annotations

import json
from types import TracebackType
from typing import Self

from edge.frames import Frame
from edge.reading import Reading
from edge.records import frame_to_json


class JsonLinesSink:
    """Prints each frame's reading at once, so that a pipe sees it in time."""

    def __init__(self, *, on_change: bool = False, signed: bool = False) -> None:
        """Takes how to print.

        Args:
            on_change: only when the lines differ from those printed last.
            signed: with the signs that were read.
        """
        self._on_change = on_change
        self._signed = signed
        self._last: tuple[str, ...] | None = None

    def __enter__(self) -> Self:
        """Stdout is open."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Every line was flushed."""

    def show(self, frame: Frame, reading: Reading, fps: float) -> bool:
        """Prints; raises BrokenPipeError when nobody reads any more."""
        if not self._on_change or reading.lines != self._last:
            self._last = reading.lines
            record = frame_to_json(frame, reading, signed=self._signed)
            print(json.dumps(record, allow_nan=False), flush=True)
        return True

"""The lines read, on stdout, whenever they change: for eyes that have no window."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from edge.frames import Frame
from edge.reading import Reading


class TextSink:
    """Prints a reading on one line, " | " between its lines, when it differs from the last."""

    def __init__(self) -> None:
        """Nothing was read yet."""
        self._last: tuple[str, ...] = ()

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
        """Prints what is new; an empty page is no news, but makes its return one."""
        if reading.lines and reading.lines != self._last:
            print(" | ".join(reading.lines), flush=True)
        self._last = reading.lines
        return True

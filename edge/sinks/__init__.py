"""One file for each thing that is done with what was read: shown, printed, recorded."""

from __future__ import annotations

from types import TracebackType
from typing import Protocol, Self

from edge.frames import Frame
from edge.reading import Reading


class Sink(Protocol):
    """Takes every frame of the live loop with what was read in it."""

    def __enter__(self) -> Self:
        """Opens the sink.

        Raises:
            InputError: it cannot be written where the user wants it.
            MachineError: this machine lacks what it needs.
        """

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Finishes what was begun."""

    def show(self, frame: Frame, reading: Reading, fps: float) -> bool:
        """Takes one frame.

        Args:
            frame: the frame; stays as it is.
            reading: what was read in it.
            fps: frames a second that the loop reads, smoothed; 0 while unknown.

        Returns:
            False to ask for the end of the loop.
        """

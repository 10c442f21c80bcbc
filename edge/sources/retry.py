"""A live source that comes back: unplugged and plugged in again, a stream that restarts."""

from __future__ import annotations

import itertools
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from types import TracebackType
from typing import Self

from edge.errors import MachineError
from edge.frames import Frame, FrameSource

LONGEST_PAUSE_S = 30.0

_SLICE_S = 1.0  # a watchdog hears of a waiting loop as often


class RetryingSource:
    """Opens a lost source again, after 1, 2, 4 ... 30 seconds.

    A source that cannot be opened at the start is an error at once: that is a wrong number
    or a wrong address more often than a cable. Frame numbers and times go on over a gap.
    """

    live = True
    film = True
    fps = None

    def __init__(
        self,
        name: str,
        make: Callable[[], FrameSource],
        attempts: int | None = None,
        alive: Callable[[], None] = lambda: None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Takes how to make the source anew.

        Args:
            name: of the source.
            make: gives a fresh source, unopened.
            attempts: how often a lost source is tried in a row; None for ever.
            alive: called at least once a second while waiting.
            sleep: waits some seconds.
        """
        self.name = name
        self._make = make
        self._attempts = attempts
        self._alive = alive
        self._sleep = sleep
        self._opened = ExitStack()
        self._source: FrameSource | None = None

    def __enter__(self) -> Self:
        """Opens the source; raises MachineError where it cannot be."""
        self._open()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Closes the source."""
        self._opened.close()

    def __iter__(self) -> Iterator[Frame]:
        """Frames, over gaps; raises MachineError when the attempts are used up."""
        if self._source is None:
            raise RuntimeError("a source gives frames inside a with block")
        began_s: float | None = None
        next_index = failed = 0
        while True:
            offset = next_index
            try:
                for frame in self._source:
                    if failed:
                        print(f"{self.name} is back", file=sys.stderr)
                        failed = 0
                    if began_s is None:
                        began_s = frame.captured_s - frame.timestamp_s
                    next_index = offset + frame.index + 1
                    passed = max(0.0, frame.captured_s - began_s)
                    yield replace(frame, index=offset + frame.index, timestamp_s=passed)
                return
            except MachineError as error:
                failed = self._again(error, failed)

    def _again(self, error: MachineError, failed: int) -> int:
        """Opens the source anew; returns how many attempts that took in a row."""
        self._opened.close()
        if not failed:
            print(f"{error}; it is tried again", file=sys.stderr)
        for attempt in itertools.count(failed):
            if self._attempts is not None and attempt >= self._attempts:
                raise error
            self._wait(min(LONGEST_PAUSE_S, 2.0 ** min(attempt, 10)))
            try:
                self._open()
            except MachineError as closed:
                error = closed
            else:
                return attempt + 1
        raise error

    def _open(self) -> None:
        self._opened = ExitStack()
        self._source = self._opened.enter_context(self._make())

    def _wait(self, seconds: float) -> None:
        while seconds > 0:
            self._alive()
            self._sleep(min(_SLICE_S, seconds))
            seconds -= _SLICE_S

"""A bar on stderr while a person waits; nothing in a log, and nothing where tqdm is missing."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Self

from edge.command import on_terminal


class Progress:
    """Counts steps; a context manager, so that the bar is gone when something goes wrong."""

    def __init__(self, steps: int) -> None:
        self._steps = steps
        self._bar: Any = None
        self._begun = 0

    def __enter__(self) -> Self:
        if on_terminal():
            try:
                from tqdm import tqdm
            except ImportError:  # the edge environment has no training tools
                return self
            self._bar = tqdm(total=self._steps, unit="step", leave=False)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.close()

    def begin(self, what: str) -> None:
        """Names the step that comes now; the one before it is done."""
        if self._bar is not None:
            self._bar.update(self._begun)
            self._bar.set_description(what)
        self._begun = 1

"""A source that is lost comes back."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Self

import numpy as np
import pytest

from edge.errors import MachineError
from edge.frames import Frame
from edge.sources.retry import LONGEST_PAUSE_S, RetryingSource


class Cable:
    """A live source of so many frames that then is lost."""

    live, film, fps, name = True, True, None, "camera 7"

    def __init__(self, frames: int | None, log: list[str]) -> None:
        self._frames, self._log = frames, log

    def __enter__(self) -> Self:
        if self._frames is None:
            raise MachineError("camera 7 cannot be opened: it is not there")
        self._log.append("open")
        return self

    def __exit__(self, *_: object) -> None:
        self._log.append("close")

    def __iter__(self) -> Iterator[Frame]:
        for index in range(self._frames or 0):
            yield Frame(np.zeros((4, 4, 3), np.uint8), index, index / 10)
        raise MachineError("camera 7 stopped delivering: it was unplugged; plug it in")


def cable_car(
    plugged: Sequence[int | None], attempts: int | None = None
) -> tuple[RetryingSource, list[str], list[float]]:
    """A source that is opened once for each entry: so many frames, or None where it fails."""
    log: list[str] = []
    slept: list[float] = []
    left = iter(plugged)
    source = RetryingSource(
        "camera 7",
        lambda: Cable(next(left), log),
        attempts,
        lambda: log.append("alive"),
        slept.append,
    )
    return source, log, slept


def test_a_camera_that_vanishes_is_picked_up_again(capsys: pytest.CaptureFixture[str]) -> None:
    source, log, slept = cable_car([3, None, None, 2, 4])
    with source:
        frames = list(itertools.islice(source, 9))
    assert [frame.index for frame in frames] == list(range(9)), "numbers go on over the gap"
    times = [frame.timestamp_s for frame in frames]
    assert times == sorted(times)
    assert log.count("open") == log.count("close") == 3
    assert sum(slept) == 1 + 2 + 4 + 1, "the pauses grow, and begin anew once it was back"
    assert max(slept) <= 1, "a watchdog hears nothing for longer"
    assert log.count("alive") == len(slept)
    told = capsys.readouterr().err.splitlines()
    assert [line for line in told if "tried again" in line] == told[::2]
    assert [line for line in told if line == "camera 7 is back"] == told[1::2]
    assert len(told) == 4


def test_pauses_grow_to_a_bound() -> None:
    source, _, slept = cable_car([1, *[None] * 9, 1])
    with source:
        list(itertools.islice(source, 2))
    assert sum(slept) == 1 + 2 + 4 + 8 + 16 + 5 * LONGEST_PAUSE_S


def test_a_source_that_opens_and_gives_nothing_is_not_back() -> None:
    source, _, slept = cable_car([1, 0, 0, 0, 1])
    with source:
        list(itertools.islice(source, 2))
    assert sum(slept) == 1 + 2 + 4 + 8


def test_after_so_many_attempts_it_ends() -> None:
    source, log, _ = cable_car([2, None, None, 5], attempts=2)
    with source, pytest.raises(MachineError, match="cannot be opened"):
        list(source)
    assert log.count("open") == log.count("close") == 1


def test_a_source_that_is_not_there_at_the_start_is_an_error_at_once() -> None:
    source, _, slept = cable_car([None])
    with pytest.raises(MachineError, match="cannot be opened"), source:
        pass
    assert slept == []

"""Drawn pages through the reader, each judged box by box; a page depends on its number alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from benchmarks.photos_labels import LabelledPhoto
from benchmarks.photos_score import Tally, judge_photo
from edge.arrays import UInt8Array
from edge.draw import draw_reading
from edge.errors import MachineError
from edge.reader import Reader
from edge.session import open_session
from train.scenes import Scene, SceneKind, draw_page

if TYPE_CHECKING:
    from train.data import Images

SEED = 0x5CE7E
"""Of every page, with its kind and its number."""

_THUMBNAIL = (400, 300)


@dataclass(frozen=True, slots=True)
class Case:
    """One page: the `number`-th of its kind."""

    kind: SceneKind
    number: int


@dataclass(frozen=True, slots=True)
class PageScore:
    """How one page was read.

    Attributes:
        case: which page.
        tally: its counts.
        mistakes: each in words.
        picture: a small (h, w, 3) uint8 BGR picture of the reading, of the first of a kind.
    """

    case: Case
    tally: Tally
    mistakes: tuple[str, ...]
    picture: UInt8Array | None = None


def cases_of(kinds: Sequence[SceneKind], count: int) -> list[Case]:
    """So many pages, the kinds in turns."""
    return [Case(kinds[place % len(kinds)], place // len(kinds)) for place in range(count)]


def draw_case(case: Case, digits: Images | None = None) -> Scene:
    """The page, the same on every call as far as OpenCV draws the same."""
    place = list(SceneKind).index(case.kind)
    rng = np.random.default_rng([SEED, place, case.number])
    return draw_page(None, rng, kind=case.kind, digits=digits)


def score_case(case: Case, reader: Reader, digits: Images | None = None) -> PageScore:
    """Draws a page, reads it, and compares."""
    scene = draw_case(case, digits)
    reading = reader.read(scene.image)
    photo = LabelledPhoto(
        name=f"{case.kind} {case.number}",
        path=Path(),
        lines=scene.lines,
        digits=tuple((str(label), box) for label, box in scene.digits),
        nondigits=scene.nondigits,
    )
    judged = judge_photo(photo, reading)
    picture = None
    if case.number == 0:
        drawn = draw_reading(scene.image, reading)
        picture = np.asarray(cv2.resize(drawn, _THUMBNAIL, interpolation=cv2.INTER_AREA), np.uint8)
    return PageScore(case, judged.tally, judged.mistakes, picture)


def score_all(
    cases: Sequence[Case], model: Path, data: str | None, processes: int
) -> Iterator[PageScore]:
    """Reads pages with one model, in order.

    Args:
        cases: which.
        model: the file.
        data: as in `train.data.load_dataset`, whose test images lend the digits; None draws.
        processes: how many work at once; the answers do not depend on it.

    Raises:
        MachineError: a process was killed.
    """
    if processes == 1:
        _prepare(model, data)
        yield from map(_score, cases)
        return
    # Spawned, not forked: a runtime's threads do not survive a fork.
    with ProcessPoolExecutor(
        processes, get_context("spawn"), initializer=_prepare, initargs=(model, data)
    ) as pool:
        try:
            yield from pool.map(_score, cases, chunksize=4)
        except BrokenProcessPool as error:
            raise MachineError(
                "a process that read pages was killed; free some memory, or use one: --processes 1"
            ) from error


@dataclass(slots=True)
class _Mine:
    """What this process reads with."""

    reader: Reader | None = None
    digits: Images | None = None


_MINE = _Mine()


def _prepare(model: Path, data: str | None) -> None:
    cv2.setNumThreads(1)  # the processes share the cores
    _MINE.reader = Reader(open_session(model))
    if data:
        from train.data import load_dataset

        _MINE.digits = load_dataset(data).test


def _score(case: Case) -> PageScore:
    if _MINE.reader is None:
        raise MachineError("this process was not prepared; start python -m benchmarks pages")
    return score_case(case, _MINE.reader, _MINE.digits)

"""Whole pages through the reader: what is left of a difference when digits must be found first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.fresh import run_fresh
from benchmarks.pages_worker import MODULE, PagesJob
from edge.arrays import UInt8Array
from edge.artifact import ModelArtifact
from edge.session import Runtime

_SEED = 0xBA6E


@dataclass(frozen=True, slots=True)
class Pages:
    """Drawn pages.

    Attributes:
        images: (n, h, w, 3) uint8 BGR.
        lines: the text of each page.
    """

    images: UInt8Array
    lines: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class PagesRead:
    """How one model read them.

    Attributes:
        file: its name.
        runtime: the library.
        pages: how many.
        pages_right: read without any mistake.
        digits: how many digits are written.
        digits_right: digits read, place disregarded, line by line.
        read: the lines as they were read, page by page.
    """

    file: str
    runtime: str
    pages: int
    pages_right: int
    digits: int
    digits_right: int
    read: tuple[tuple[str, ...], ...]


def draw_pages(count: int) -> Pages:
    """The kinds of difficulty in turns; the same pages on every call, as far as OpenCV draws so.

    The first one is plain. `python -m benchmarks pages` reads many of each kind.
    """
    from train.scenes import SceneKind, draw_page

    kinds = list(SceneKind)
    scenes = [
        draw_page(None, np.random.default_rng([_SEED, place]), kind=kinds[place % len(kinds)])
        for place in range(count)
    ]
    return Pages(np.stack([one.image for one in scenes]), tuple(one.lines for one in scenes))


def read_pages(artifact: ModelArtifact, runtime: Runtime, pages: Pages, file: Path) -> PagesRead:
    """Reads pages, saved in `file`, in a fresh process; errors are those of `run_fresh`."""
    job = PagesJob(artifact.path.resolve(), runtime, file)
    answer = run_fresh(MODULE, job.to_json(), what=f"{artifact.path.name} on {runtime}")
    read = tuple(tuple(str(line) for line in lines) for lines in answer["lines"])
    return judge_pages(artifact.path.name, runtime.value, pages.lines, read)


def judge_pages(
    file: str,
    runtime: str,
    written: Sequence[tuple[str, ...]],
    read: Sequence[tuple[str, ...]],
) -> PagesRead:
    """Compares what was read with what is written, page by page."""
    count = right = 0
    for truth, said in zip(written, read, strict=True):
        digits = Counter("".join(truth).replace(" ", ""))
        count += digits.total()
        right += (digits & Counter("".join(said).replace(" ", ""))).total()
    same = sum(truth == said for truth, said in zip(written, read, strict=True))
    return PagesRead(file, runtime, len(written), same, count, right, tuple(read))

"""One kind of pages in numbers, with what chance leaves open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, astuple, dataclass
from typing import Any

import numpy as np

from benchmarks.kinds.score import PageScore
from benchmarks.photos_score import Tally
from benchmarks.proportions import wilson
from train.scenes import SceneKind

ALL = "all"

Interval = tuple[float, float]
"""Both ends of a 95 % interval."""

_RESAMPLES = 2000


@dataclass(frozen=True, slots=True)
class KindRow:
    """How pages of one kind were read.

    Attributes:
        kind: its name, or "all".
        tally: counts over its pages.
        f1_interval: of F1, by drawing whole pages with replacement; None where no page
            holds a digit, whose F1 says nothing.
    """

    kind: str
    tally: Tally
    f1_interval: Interval | None

    @property
    def perfect(self) -> tuple[float, Interval]:
        """Share of the pages without any mistake, and its Wilson interval."""
        return _share(self.tally.perfect, self.tally.boxed)

    @property
    def lines(self) -> tuple[float, Interval]:
        """Share of the pages whose lines are all right, and its Wilson interval."""
        return _share(self.tally.lines_right, self.tally.transcribed)

    @property
    def accepted(self) -> tuple[float, Interval] | None:
        """Share of the non-digits that were read as digits; None where there are none.

        The interval takes them for independent, which those of one page are not.
        """
        if not self.tally.nondigits:
            return None
        return _share(self.tally.nondigits_accepted, self.tally.nondigits)

    def to_json(self) -> dict[str, Any]:
        """A JSON object."""
        return {
            "kind": self.kind,
            "counts": asdict(self.tally),
            "f1": self.tally.f1 if self.f1_interval else None,
            "f1_interval": self.f1_interval,
            "pages_right": _json(self.perfect),
            "lines_right": _json(self.lines),
            "nondigits_accepted": _json(self.accepted),
        }


def rows_of(scores: Sequence[PageScore]) -> list[KindRow]:
    """A row for each kind that was read, in the kinds' order, and one for all."""
    rows = []
    for kind in SceneKind:
        mine = [one.tally for one in scores if one.case.kind is kind]
        if mine:
            rows.append(_row(kind.value, mine))
    return [*rows, _row(ALL, [one.tally for one in scores])]


def _row(kind: str, tallies: Sequence[Tally]) -> KindRow:
    total = sum(tallies, Tally())
    counts = np.array([astuple(one) for one in tallies], np.float64)
    names = list(asdict(total))
    right, digits, found, false = (
        counts[:, names.index(name)] for name in ("right", "digits", "found", "false")
    )
    if not digits.any():
        return KindRow(kind, total, None)
    chosen = np.random.default_rng(0).integers(len(counts), size=(_RESAMPLES, len(counts)))
    shares = 2 * right[chosen].sum(axis=1)
    shares /= np.maximum((digits + found + false)[chosen].sum(axis=1), 1)
    low, high = np.percentile(shares, (2.5, 97.5))
    return KindRow(kind, total, (float(low), float(high)))


def _share(count: int, of: int) -> tuple[float, Interval]:
    return count / of, wilson(count, of)


def _json(share: tuple[float, Interval] | None) -> dict[str, Any] | None:
    return {"share": share[0], "interval": share[1]} if share else None

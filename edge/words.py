"""Words and print: lines of which most was refused, and the numbers that stand in them."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from edge.arrays import BoolArray, Float64Array
from edge.layout import link_lines
from edge.median import median
from edge.segment import Box, Candidate
from edge.slope import neighbours_slope

CHARACTER = 0.4
"""Least size of a character beside digits, as a share of the median digit's; smaller are specks,
dots and the strokes of operators."""

PRINT_REJECTED = 0.6
"""Share of refused members from which on a line is print or a drawing, not numbers."""

PRINT_MEMBERS = 5
"""Least refused members of such a line; between digits there may be operators."""

UNSURE = 0.6
"""How surely a member is read below which it speaks for print as a refused one does: a printed
e is half a 0 to the network, and a line of them looked like one of digits."""

PRINT_ALIKE = 0.65
"""Least size of such a member, as a share of the size of the one that is judged: capitals
of the same print are up to half as large again as small letters. Digits in it are at least as
large beside what else was written on the page."""

WORD_GAP = 0.45
"""Gap before and after a number between words, in sizes of its digits; letters of a word that
look like digits stand closer to the next one."""

SUM_DIGITS, SUM_SURE, SUM_SIMPLE = 0.28, 0.99, 0.5
"""Least share of digits in a line of brackets and operators, how surely they are read on the
mean, and how many of them may be a 0 or a 1. Letters that pass for digits are fewer, less sure
of it, and most often an o or an l."""

MISREAD = 0.1
"""Share of the letters that may look like digits in a line whose numbers are read: upside down
a third of all letters does, and some of these stand apart."""

SPACED = 2.0
"""The same, in gaps between the characters of the line: print may be spaced out."""


def in_print(
    candidates: Sequence[Candidate],
    accepted: BoolArray,
    sizes: Float64Array,
    simple: BoolArray,
    sure: Float64Array,
) -> BoolArray:
    """Which candidates stand in a line of which most was refused, and in no number there.

    Of its own size or larger, that is: digits stand above, below and beside smaller print.

    Args:
        candidates: n candidates.
        accepted: (n,) which are digits to the network.
        sizes: (n,) in pixels.
        simple: (n,) which are read as a 1 or a 0: alone they may be an I or an O.
        sure: (n,) how sure the network is of its reading.
    """
    suspect = np.zeros(len(candidates), bool)
    if not accepted.any():
        return suspect
    # Paper's grain is refused as well, but is not as large as a character.
    least = CHARACTER * median(sizes[accepted])
    characters = [i for i, size in enumerate(sizes) if size >= least]
    no_digit = ~accepted | (sure < UNSURE)
    if np.count_nonzero(no_digit[characters]) < PRINT_MEMBERS:
        return suspect  # most pages hold no print
    boxes = [candidates[i].box for i in characters]
    numbers: list[int] = []
    for members in link_lines(boxes, neighbours_slope(boxes)):
        line = np.array([characters[member] for member in members])
        # For each member (a row) those that are not much smaller than it is.
        peers = sizes[line] >= PRINT_ALIKE * sizes[line][:, None]
        refused = np.count_nonzero(peers & no_digit[line], axis=1)
        suspect[line] = (refused >= PRINT_MEMBERS) & (
            refused >= PRINT_REJECTED * np.count_nonzero(peers, axis=1)
        )
        if not (suspect & accepted)[line].any():
            continue
        if _is_sum(sizes[line], accepted[line], simple[line], sure[line]):
            suspect[line] = False
        else:
            there = _numbers([boxes[i] for i in members], ~no_digit[line], simple[line])
            numbers += line[there].tolist()
    # Print has numbers, too, but smaller than the digits that were written on it.
    written = sizes[accepted & ~suspect]
    least = PRINT_ALIKE * median(written) if len(written) else 0.0
    suspect[[i for i in numbers if sizes[i] >= least]] = False
    return suspect


def _is_sum(
    sizes: Float64Array, accepted: BoolArray, simple: BoolArray, sure: Float64Array
) -> bool:
    """Whether a line is a sum: more operators and brackets than digits, but these are surely read.

    Args:
        sizes: (n,) of its members.
        accepted: (n,) which are digits to the network.
        simple: (n,) which are read as a 1 or a 0.
        sure: (n,) how sure the network is of its reading.
    """
    as_large = sizes >= PRINT_ALIKE * median(sizes[accepted])
    among = accepted.sum() >= max(2, SUM_DIGITS * np.count_nonzero(accepted | as_large))
    surely = float(sure[accepted].mean()) >= SUM_SURE
    return bool(among and surely and simple[accepted].mean() <= SUM_SIMPLE)


def _numbers(boxes: Sequence[Box], accepted: BoolArray, simple: BoolArray) -> list[int]:
    """The members of a line that stand in a number, apart from the words beside it.

    Args:
        boxes: the members' from left to right.
        accepted: which are digits to the network, surely enough.
        simple: which are read as a 1 or a 0.
    """
    starts = np.array([x for x, _, _, _ in boxes], np.float64)
    ends = np.array([x + w for x, _, w, _ in boxes], np.float64)
    usual = SPACED * median((starts[1:] - ends[:-1]).tolist())
    found: list[int] = []
    for read, run in itertools.groupby(range(len(boxes)), lambda i: bool(accepted[i])):
        members = list(run)
        if not read or (len(members) == 1 and simple[members[0]]):
            continue
        first, last = members[0], members[-1]
        gap = max(usual, WORD_GAP * median([max(boxes[i][2:]) for i in members]))
        before = starts[first] - ends[:first].max(initial=-np.inf)
        after = starts[last + 1 :].min(initial=np.inf) - ends[members].max()
        if min(before, after) >= gap:
            found += members
    letters = np.count_nonzero(~accepted)
    return found if accepted.sum() - len(found) <= MISREAD * letters else []

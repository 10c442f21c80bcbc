"""Which second thoughts to believe: those whose parts the network is sure of, and where.

A chain of digits is believed from end to end. Where a page holds nothing but digits, so is
one with a 1 in it, and one of which a piece cannot be read: elsewhere it may be a letter.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from edge.arrays import BoolArray, Float64Array
from edge.cutting import Span
from edge.hypotheses import AS_STRONG, SURE, UNSURE, Hypothesis, are_many
from edge.median import median
from edge.segment import Candidate
from edge.words import CHARACTER

_ANOTHER_PART = 0.5
"""What a part more must make up for, in log probability: half an 8 is a 5 to the network."""

_UNREAD = -3.0
"""The same of a piece that is left unread: of a chain's other digits nothing would be read."""

_STRANGE = 0.1
"""How many characters that are no digits a page of digits may hold, for each digit."""

_AMONG_DIGITS = 0.5
"""How many chains with a 1 in them it may hold, for each digit that stands alone."""

_SOME, _SOME_READ, _MOST_READ = 5, 0.3, 0.5
"""Chains from which on they may be letters and words, and the least share of them that must be
read without a 1; the same where they outnumber the digits that stand alone."""

_SLACK = 0.02  # by how much less sure a joined digit may be


def choose(
    outcomes: Sequence[Hypothesis],
    sure: Sequence[Float64Array],
    ones: Sequence[BoolArray],
    before: Float64Array,
    characters: BoolArray | None = None,
) -> list[tuple[int, list[int]]]:
    """The hypotheses to believe: all their parts digits, the surest first, none twice.

    Args:
        outcomes: n hypotheses.
        sure: for each, how sure the network is of its parts.
        ones: for each, which of its parts are read as a 1.
        before: (candidates,) how sure the network was of each candidate: what is joined to a
            digit must not make it less sure.
        characters: (candidates,) which of them are as large as a character; by default all.

    Returns:
        Indices into `outcomes`, each with the indices of the parts that are believed.
    """
    ways = [best_way(one.spans, said) for one, said in zip(outcomes, sure, strict=True)]
    surest: list[tuple[float, int]] = []
    stroked: list[tuple[float, int]] = []
    for index, one in enumerate(outcomes):
        if not ways[index]:
            ways[index] = best_way(one.spans, sure[index], unread=_UNREAD)
            read = [part for part in ways[index] if sure[index][part] >= UNSURE]
            if len(read) == len(ways[index]) - 1 >= 2 and not ones[index][read].all():
                stroked.append((_mean(sure[index][read]), index))
            continue
        way = ways[index]
        value = _mean(sure[index][way])
        others = sum(not ones[index][part] for part in way)
        if len(way) == 1 or others >= max(2, len(way) / 2):
            surest.append((value, index))
        elif others:
            stroked.append((value, index))
    chains = {index for index, one in enumerate(outcomes) if len(one.replaces) == 1}
    whole = sum(value >= SURE and index in chains for value, index in surest)
    if whole < _least_read(len(chains), before):
        # Cut apart, letters are digits, too; but few of them from end to end.
        surest, stroked = [one for one in surest if one[1] not in chains], []
    taken: set[int] = set()
    chosen = _best(surest, outcomes, before, taken)
    # Every stroke that is cut off is a 1: numbers are made of an H or an M. Where a page holds
    # nothing but digits there is none.
    explained = taken.union(*(outcomes[index].replaces for _, index in stroked))
    large = np.ones(len(before), bool) if characters is None else characters
    strange = [i for i in np.flatnonzero(large & (before < UNSURE)).tolist() if i not in explained]
    digits = np.count_nonzero(before > SURE) + sum(
        len(ways[index]) for index in chosen if index in chains
    )
    if len(strange) <= _STRANGE * digits and len(stroked) <= _AMONG_DIGITS * digits:
        chosen += _best(stroked, outcomes, before, taken)
    return [(index, ways[index]) for index in chosen]


def _least_read(chains: int, before: Float64Array) -> float:
    """How many of a page's chains must be read for any of them to be believed."""
    if are_many(chains, before):
        return _MOST_READ * chains
    return _SOME_READ * chains if chains >= _SOME else 0.0


def _mean(sure: Float64Array) -> float:
    """The geometric mean."""
    return float(np.exp(np.log(sure).mean()))


def _best(
    valued: Sequence[tuple[float, int]],
    outcomes: Sequence[Hypothesis],
    before: Float64Array,
    taken: set[int],
) -> list[int]:
    """The surest outcomes that are sure enough; what they replace is added to `taken`."""
    chosen = []
    for value, index in sorted(valued, key=lambda one: (-one[0], one[1])):
        replaces = outcomes[index].replaces
        least = max(SURE, float(before[list(replaces)].max()) - _SLACK)
        if value >= least and not taken & set(replaces):
            chosen.append(index)
            taken |= set(replaces)
    return chosen


def characters(candidates: Sequence[Candidate], sure: Float64Array) -> BoolArray:
    """Which candidates are as large and as dark as a character of the page's digits."""
    digits = [c for c, s in zip(candidates, sure, strict=True) if s > SURE]
    if not digits:
        return np.ones(len(candidates), bool)
    size = CHARACTER * median([digit.box[3] for digit in digits])
    level = AS_STRONG * median([digit.level for digit in digits])
    return np.array([max(c.box[2:]) >= size and c.level >= level for c in candidates], bool)


def best_way(spans: Sequence[Span], sure: Float64Array, unread: float | None = None) -> list[int]:
    """The parts, end to end from the first cut to the last, that are likeliest all digits.

    Args:
        spans: n parts, from which to which cut each reaches.
        sure: (n,) how sure the network is of each.
        unread: what a part is worth that is no digit, in log probability; None where every
            part must be one.

    Returns:
        Indices of the parts from left to right; empty where no row of parts that may be
        digits reaches from end to end.
    """
    last = max((end for _, end in spans), default=0)
    score = [0.0] + [-np.inf] * last
    came: list[int] = [-1] * (last + 1)
    for part in sorted(range(len(spans)), key=lambda i: spans[i]):
        start, end = spans[part]
        is_digit = sure[part] >= UNSURE
        if score[start] == -np.inf or not (is_digit or unread is not None):
            continue
        worth = float(np.log(sure[part])) if is_digit else unread or 0.0
        reached = score[start] + worth - _ANOTHER_PART
        if reached > score[end]:
            score[end], came[end] = reached, part
    way: list[int] = []
    while last and came[last] >= 0:
        way.insert(0, came[last])
        last = spans[came[last]][0]
    return [] if last else way

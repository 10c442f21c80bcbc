"""Rules that are not seen as such, where their neighbours say that they must be."""

from __future__ import annotations

import itertools

import numpy as np

from edge.arrays import UInt8Array
from edge.median import median
from edge.rule_line import ALIKE, Rule, measured, middle_of, share_showing

_SHOWING = 0.5
"""Share of such a rule's length where there must be ink."""

_MISSES = 3
"""Rules in a row that may not be there before the squares end."""

_SAME = 0.3
"""Within this share of the distance to the next, a rule that is found is one that is known."""

_OF_DISTANCE = 0.3
"""Thickness of a rule, as a share of the distance to the next, from which on the two are
lines of print out of focus. Squares have 0.05, and out of focus 0.25."""


def without_print(rules: list[Rule]) -> list[Rule]:
    """The rules that are thin beside their distance."""
    period = period_of(rules)
    if period is None:
        return rules
    return [rule for rule in rules if rule.thickness < _OF_DISTANCE * period]


def completed(
    rules: list[Rule], thin: UInt8Array, thickest: int, beside: list[Rule] | None
) -> list[Rule]:
    """The rules, and those between and beyond them at the same distance.

    A rule that a row of digits stands on, or that runs into the dark, is not seen as one;
    where it must be is known from its neighbours.
    """
    squares = period_of(beside or [])
    period = period_of(rules)
    if period is None and beside and len(rules) == 1 and _are_alike(rules[0], beside):
        period = squares  # as far from each other as those that they cross
    if period is None:
        return rules
    if squares and abs(period / squares - round(period / squares)) < 0.1:
        period /= max(1, round(period / squares))
    height, width = thin.shape
    whole = slice(0, width)
    along = np.arange(width, dtype=np.int32)
    thickness = median([rule.thickness for rule in rules])
    strength = median([rule.strength for rule in rules])
    at = [middle_of(rule) for rule in rules]
    slopes = [float(rule.middle[-1] - rule.middle[0]) / width for rule in rules]
    found = list(rules)
    tilt = np.polyfit(at, slopes, 1) if len(rules) > 3 else np.array([0.0, median(slopes)])

    def look(place: float) -> Rule | None:
        line = place + np.polyval(tilt, place) * (along - width // 2)
        first, _ = measured(thin, along, np.rint(line).astype(np.int32), whole, thickest)
        # A line that was a little too steep is followed to its ends at the second look.
        rule, _ = measured(thin, along, first.middle, whole, thickest)
        alike = 1 / ALIKE <= (rule.strength + 1) / (strength + 1) <= ALIKE
        # Also one that this search found: of narrow squares a look reaches back to the rule
        # before, and found again and again, that would keep the search from its end.
        known = any(abs(middle_of(rule) - middle_of(one)) < _SAME * period for one in found)
        if known or not alike or rule.thickness > 2 * thickness + 1:
            return None
        return rule if share_showing(rule, thin, whole) > _SHOWING else None

    for first, last in itertools.pairwise(sorted(at)):
        steps = round((last - first) / period)
        between = [first + (last - first) * step / steps for step in range(1, steps)]
        for place in between:
            rule = look(place)
            if rule is not None:
                found.append(rule)
    for end, step in ((min(at), -period), (max(at), period)):
        place, misses = end, 0
        while misses < _MISSES and 0 <= place + step < height:
            place += step
            rule = look(place)
            if rule is None:
                misses += 1
            else:
                place, misses = middle_of(rule), 0
                found.append(rule)
    return found


def _are_alike(rule: Rule, others: list[Rule]) -> bool:
    """Whether a rule is as strong and as thick as the others are."""
    strength = median([one.strength for one in others])
    thickness = median([one.thickness for one in others])
    return (
        1 / ALIKE <= (rule.strength + 1) / (strength + 1) <= ALIKE
        and 1 / ALIKE <= (rule.thickness + 1) / (thickness + 1) <= ALIKE
    )


def period_of(rules: list[Rule]) -> float | None:
    """The distance of the rules, None where there are fewer than two."""
    gaps = np.diff(sorted(middle_of(rule) for rule in rules))
    gaps = gaps[gaps > 2.5 * median([rule.thickness for rule in rules] or [1])]
    if not len(gaps):
        return None
    # Some gaps hold a rule that was not seen.
    return median(gaps / np.maximum(1, np.rint(gaps / gaps.min())))

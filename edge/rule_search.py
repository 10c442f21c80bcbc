"""Finds the rules of ruled and squared paper: long, thin, straight, evenly strong."""

from __future__ import annotations

import cv2
import numpy as np

from edge.arrays import BoolArray, Float64Array, Int32Array, Int64Array, UInt8Array
from edge.median import median, quantile
from edge.rule_grid import completed, without_print
from edge.rule_line import ALIKE, FAINTEST, Rule, bar, measured, share_even, share_showing

_RUN = 0.07
"""Straight run, as a share of the side along it, from which on something may be a rule."""

_ALONE = (0.8, 0.9)
"""Length from which on a line across, or an upright one, is a rule whatever else is on the
page, as a share of that side. A 1 that fills most of a frame is upright, too."""

_AMONG_OTHERS = 0.2
"""The same where _FEWEST rules like it lie beside each other."""

_OF_SQUARES = 0.6
"""Length of an upright rule, as a share of the height that rules across cover: squares have
both, and a row of 1s on ruled paper is shorter."""

_FEWEST = 3

_CLEAR = 0.5
"""Share of a rule's length where there is paper on both of its sides; print has less."""

_WHOLE = 0.75
"""Share of a rule's length where there is ink."""

_EVEN = 0.55
"""Share of a rule's length where it is about equally strong. Out of focus, a line of print is
as long and as whole, but had at most 0.46; of drawn rules 97 of 100 had 0.65 or more."""

_SMALLEST_PAGE = 48
"""Sides, in pixels, from which on a picture is looked at for rules."""

_THICKEST = 0.03
"""Thickness of a rule, as a share of the frame's long side."""


def find_rules(strength: UInt8Array, beside: list[Rule] | None = None) -> list[Rule]:
    """Finds the rules across a page.

    Args:
        strength: (h, w) uint8, strength of ink.
        beside: None for lines across; for upright ones (of a transposed picture) the rules
            across the page, which say whether it is squared.
    """
    height, width = strength.shape
    if min(height, width) < _SMALLEST_PAGE:
        return []
    run = max(10, int(_RUN * width))
    thickest = max(3, round(_THICKEST * max(height, width)))
    thick = cv2.morphologyEx(strength, cv2.MORPH_OPEN, bar(2 * thickest + 1, upright=True))
    thin = np.asarray(cv2.subtract(strength, thick), np.uint8)
    even = np.asarray(cv2.blur(thin, (max(3, run // 6) | 1, 1)), np.uint8)
    believed: list[Rule] = []
    # Some pixels to each side let slanted lines form long runs, but blend narrow squares.
    for slant in sorted({max(1, round(0.03 * run)), 1}, reverse=True):
        rules = _search(even, strength, thin, (run, slant, thickest))
        if rules is None:
            break
        believed = max(believed, without_print(_believed(rules, width, beside)), key=len)
        if len(believed) >= _FEWEST:
            break
    return completed(believed, thin, thickest, beside)


def _search(
    even: UInt8Array, strength: UInt8Array, thin: UInt8Array, sizes: tuple[int, int, int]
) -> list[Rule] | None:
    """What may be rules; None where nothing forms runs of their length.

    Args:
        even: (h, w) uint8, `thin` smoothed along the rules.
        strength: (h, w) uint8, strength of ink.
        thin: (h, w) uint8, the same without what is thicker than a rule.
        sizes: in pixels, the least run, how far it may climb, the greatest thickness.
    """
    run, slant, thickest = sizes
    width = strength.shape[1]
    wide = cv2.dilate(even, bar(2 * slant + 1, upright=True))
    runs = cv2.morphologyEx(wide, cv2.MORPH_OPEN, bar(run, upright=False))
    # No run is shorter than four of these steps: what lies between two need not be looked at.
    step = max(1, run // 4)
    runs = np.ascontiguousarray(runs[:, ::step])
    least = max(FAINTEST, 4 + 2 * quantile(runs[::2], 0.1))  # bare paper is not 0
    found = np.asarray(runs > least, np.uint8)
    shortest = _AMONG_OTHERS * width
    # Most pages have no rules: a look at the runs' shadow tells.
    if step * np.count_nonzero(cv2.reduce(found, 0, cv2.REDUCE_MAX)) < shortest:
        return None
    # A slanted rule is a staircase of runs; this bridges its steps.
    steps = cv2.dilate(found, np.ones((3, 3), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(steps, connectivity=8)
    rules = []
    for label in range(1, count):
        x, y, w, h, _ = stats[label].tolist()
        if w * step >= shortest:
            here = slice(y, y + h), slice(x, x + w)
            own = (labels[here] == label) & (found[here] > 0)
            rule = _follow(own, step, strength, thin, (x * step, y), thickest)
            if rule is not None:
                rules.append(rule)
    return rules


def _follow(
    own: BoolArray,
    step: int,
    strength: UInt8Array,
    thin: UInt8Array,
    corner: tuple[int, int],
    thickest: int,
) -> Rule | None:
    """The rule in a run of ink, None where the ink is too thick, crooked or broken for one."""
    along, middle = _extended(own, step, corner, thin.shape[1])
    seen = slice(corner[0], min(thin.shape[1], corner[0] + step * own.shape[1]))
    rule, off = measured(thin, along, middle, seen, thickest)
    if rule.thickness > thickest or rule.strength < FAINTEST:
        return None
    clear = np.ones(len(along), bool)
    beside = rule.thickness // 2 + 3
    for side in (-beside, beside):
        row = np.clip(rule.middle + side, 0, thin.shape[0] - 1)
        clear &= strength[row, along] < 0.5 * rule.strength
    crooked = quantile(np.abs(off[seen]), 0.8) > 3
    if crooked or clear[seen].mean() < _CLEAR or share_showing(rule, thin, seen) < _WHOLE:
        return None
    return rule if share_even(rule, thin, seen) >= _EVEN else None


def _extended(
    own: BoolArray, step: int, corner: tuple[int, int], width: int
) -> tuple[Int32Array, Int32Array]:
    """Columns and rows of a parabola through a run, and straight on to both sides."""
    columns = step * np.arange(own.shape[1])
    last = int(columns[-1])
    weight = own.sum(axis=0)
    here = weight > 0
    rows = (own * np.arange(own.shape[0])[:, None]).sum(axis=0)[here] / weight[here]
    curve = _robust_parabola(columns[here], rows)
    along = np.arange(width)
    at = along - corner[0]
    inside = np.clip(at, 0, last)
    slope = np.polyval(np.polyder(curve), inside)
    middle = np.polyval(curve, inside) + slope * (at - inside) + corner[1]
    return along.astype(np.int32), np.rint(middle).astype(np.int32)


def _robust_parabola(columns: Int64Array, rows: Float64Array) -> Float64Array:
    """Coefficients of a parabola through most points; strokes that cross are outliers."""
    keep = np.ones(len(columns), bool)
    curve: Float64Array = np.polyfit(columns, rows, 1)
    for degree in (1, 2, 2):
        off = np.abs(np.polyval(curve, columns) - rows)
        keep = off <= max(1.0, 2.0 * median(off))
        curve = np.polyfit(columns[keep], rows[keep], degree)
    return curve


def _believed(rules: list[Rule], width: int, beside: list[Rule] | None) -> list[Rule]:
    """The rules that are long enough, alone or among others of their kind."""
    alone, among = _ALONE[beside is not None] * width, 0.0
    if beside:
        rows = [int(median(rule.middle)) for rule in beside]
        among = _OF_SQUARES * (max(rows) - min(rows))
    kept = []
    for rule in rules:
        places = _places(rule, rules)
        if beside is not None:
            places = min(places, _places(rule, beside))
        if rule.length >= alone or (places >= _FEWEST and rule.length >= among):
            kept.append(rule)
    return kept


def _places(rule: Rule, others: list[Rule]) -> int:
    """At how many places there are rules as strong as one."""
    alike = (1 / ALIKE, ALIKE)
    return len(
        {
            int(median(other.middle)) // (4 * rule.thickness + 4)
            for other in others
            if alike[0] <= (other.strength + 1) / (rule.strength + 1) <= alike[1]
        }
    )

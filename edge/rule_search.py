"""Finds the rules of ruled and squared paper: long, thin, straight, evenly strong."""

from __future__ import annotations

import cv2
import numpy as np

from edge.arrays import Float64Array, Int32Array, Int64Array, UInt8Array
from edge.median import median, quantile
from edge.rule_grid import completed, without_print
from edge.rule_line import ALIKE, FAINTEST, Rule, measured, on_page, share_even, share_showing
from edge.rule_runs import (
    FEWEST,
    FROM_EDGE,
    Run,
    Wanted,
    find_runs,
    run_of,
    thickest_of,
    usual_thickest,
    without_thick,
)

_CLEAR = 0.5
"""Share of a rule's length where there is paper on both of its sides; print has less."""

_WHOLE = 0.75
"""Share of a rule's length where there is ink."""

_BARE = 1.5
"""Thickness of a run where it is bare, in thicknesses of its thinnest fifth."""

_EVEN = 0.55
"""Share of a rule's length where it is about equally strong. Out of focus, a line of print is
as long and as whole, but had at most 0.46; of drawn rules 97 of 100 had 0.65 or more."""


def find_rules(
    strength: UInt8Array, beside: list[Rule] | None = None, *, again: bool = False
) -> list[Rule]:
    """Finds the rules across a page that `may_hold_rules`.

    Args:
        strength: (h, w) uint8, strength of ink.
        beside: None for lines across; for upright ones (of a transposed picture) the rules
            across the page, which say whether it is squared.
        again: whether rules were taken off the page already.
    """
    width = strength.shape[1]
    wanted = Wanted.on(width, beside, again=again)
    run, thickest = run_of(width), thickest_of(strength.shape)
    thin = without_thick(strength, thickest)
    even = np.asarray(cv2.blur(thin, (max(3, run // 6) | 1, 1)), np.uint8)
    believed: list[Rule] = []
    # Some pixels to each side let slanted lines form long runs, but blend narrow squares.
    for slant in sorted({max(1, round(0.03 * run)), 1}, reverse=True):
        runs = find_runs(even, run, slant, FAINTEST, wanted.shortest)
        if not runs:
            break
        rules = _followed(runs, strength, thin, wanted)
        believed = max(believed, without_print(_believed(rules, wanted, beside)), key=len)
        if len(believed) >= FEWEST:
            break
    return completed(believed, thin, thickest, beside)


def _followed(
    runs: list[Run], strength: UInt8Array, thin: UInt8Array, wanted: Wanted
) -> list[Rule]:
    """The rules among runs of ink; what could not be believed anyway is not followed."""
    runs = [run for run in runs if run.length >= wanted.least]
    rules: list[Rule] = []
    for number, run in enumerate(runs):
        too_few = len(rules) + len(runs) - number < FEWEST
        if run.length < wanted.alone and too_few:
            continue
        rule = _follow(run, strength, thin)
        if rule is not None:
            rules.append(rule)
    return rules


def _follow(run: Run, strength: UInt8Array, thin: UInt8Array) -> Rule | None:
    """The rule in a run of ink, None where the ink is too thick, crooked or broken for one."""
    along, middle = _extended(run, thin.shape[1])
    seen = slice(run.left, run.left + run.length)
    thickest = thickest_of(thin.shape)
    rule, off = measured(thin, along, middle, seen, thickest)
    least = FROM_EDGE * thin.shape[1] if rule.thickness > usual_thickest(thin.shape) else 0
    if rule.thickness > thickest or rule.length < least or rule.strength < FAINTEST:
        return None
    clear = np.ones(len(along), bool)
    beside = rule.thickness // 2 + 3
    for side in (-beside, beside):
        row = on_page(rule.middle + side, thin.shape[0])
        clear &= strength[row, along] < 0.5 * rule.strength
    crooked = quantile(np.abs(off[seen]), 0.8) > 3
    if crooked or clear[seen].mean() < _CLEAR or share_showing(rule, thin, seen) < _WHOLE:
        return None
    return rule if share_even(rule, thin, seen) >= _EVEN else None


def _extended(run: Run, width: int) -> tuple[Int32Array, Int32Array]:
    """Columns and rows of a parabola through a run, and straight on to both sides."""
    own = run.own
    columns = run.step * np.arange(own.shape[1])
    last = int(columns[-1])
    weight = own.sum(axis=0)
    here = weight > 0
    if run.length >= FROM_EDGE * width:
        # A rule: what is shorter may be a stroke. Where it is thinnest nothing hangs on it.
        here &= weight <= _BARE * quantile(weight[here], 0.2)
    rows = (own * np.arange(own.shape[0])[:, None]).sum(axis=0)[here] / weight[here]
    curve = _robust_parabola(columns[here], rows)
    along = np.arange(width)
    at = along - run.left
    inside = np.clip(at, 0, last)
    slope = np.polyval(np.polyder(curve), inside)
    middle = np.polyval(curve, inside) + slope * (at - inside) + run.top
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


def _believed(rules: list[Rule], wanted: Wanted, beside: list[Rule] | None) -> list[Rule]:
    """The rules that are long enough, alone or among others of their kind."""
    placed = _placed(rules)
    others = None if beside is None else _placed(beside)
    kept = []
    for rule, (_, strength) in zip(rules, placed, strict=True):
        places = _places(rule.thickness, strength, placed)
        if others is not None:
            places = min(places, _places(rule.thickness, strength, others))
        if rule.length >= wanted.alone or (places >= FEWEST and rule.length >= wanted.among):
            kept.append(rule)
    return kept


def _placed(rules: list[Rule]) -> list[tuple[int, float]]:
    """The row and the strength of each rule, once: squared paper has dozens."""
    return [(int(median(rule.middle)), rule.strength) for rule in rules]


def _places(thickness: int, strength: float, placed: list[tuple[int, float]]) -> int:
    """At how many places there are rules as strong as one of a thickness and a strength."""
    apart = 4 * thickness + 4
    return len(
        {
            row // apart
            for row, other in placed
            if 1 / ALIKE <= (other + 1) / (strength + 1) <= ALIKE
        }
    )

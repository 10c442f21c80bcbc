"""Takes ruled lines and squares off a page without cutting the digits that stand on them.

A rule is found by what no pen does: thin, straight, equally strong over a large part of
the page. Its own strength is then known, and what is darker than it is a pen's stroke.
"""

from __future__ import annotations

import cv2
import numpy as np

from edge.arrays import UInt8Array
from edge.median import median
from edge.rule_line import Rule, bar, on_page
from edge.rule_runs import Wanted, may_hold_rules, where_rules_may_be
from edge.rule_search import find_rules
from edge.strength import Strength, known

_DARKER = (1.25, 12)
"""Factor and offset by which ink is stronger than the rules below it."""

_SMALLEST_PAGE = 48
"""Sides, in pixels, from which on a picture is looked at for rules."""

_LARGE = 480
"""Long side, in pixels, from which on a picture of half the size is enough to tell."""

_NONE = np.zeros(1)


def without_rules(strength: Strength) -> Strength:
    """Removes rules and squares, and mends the strokes that they cross.

    Returns:
        The same one when there are no rules.
    """
    if min(strength.shape) < _SMALLEST_PAGE:
        return strength
    for again in (False, True):  # where two kinds cross, one may be hidden by the other
        across, upright = _rules_on(strength, again=again)
        if not across and not upright:
            break
        strength = known(_cleaned(strength.whole(), across, upright))
    return strength


def _rules_on(strength: Strength, *, again: bool) -> tuple[list[Rule], list[Rule]]:
    """The rules across a page, and the upright ones, as those across the transposed page."""
    height, width = strength.shape
    across: list[Rule] = []
    upright: list[Rule] = []
    # Most pages have no rules, and a small picture tells.
    small = strength.half if max(strength.shape) >= _LARGE else strength.part(strength.inked)
    times = 2 if small is strength.half else 1
    rows, columns = height // times, width // times
    seen = small[where_rules_may_be(small)]
    wanted = Wanted.on(width, None, again=again)
    if seen.size and may_hold_rules(_flipped(seen), (columns, rows), times, wanted):
        across = find_rules(strength.whole(), again=again)
    # Upright is across in the transposed picture.
    wanted = Wanted.on(height, across, again=again)
    if may_hold_rules(seen, (rows, columns), times, wanted):
        upright = find_rules(_flipped(strength.whole()), across, again=again)
    return across, upright


def _cleaned(strength: UInt8Array, across: list[Rule], upright: list[Rule]) -> UInt8Array:
    """(h, w) uint8: the strength of ink without that of the rules."""
    height, width = strength.shape
    rows, columns = _draw(across, (height, width)), _flipped(_draw(upright, (width, height)))
    # Where two cross, the second takes its share of the light that the first has left.
    left = cv2.multiply(cv2.bitwise_not(rows), cv2.bitwise_not(columns), scale=1 / 255)
    expected = cv2.bitwise_not(left)
    # Whole numbers: 0.4 less, and rounding never makes it more.
    least = cv2.convertScaleAbs(expected, alpha=_DARKER[0], beta=_DARKER[1] - 0.4)
    darker = cv2.compare(strength, least, cv2.CMP_GT)
    beside = cv2.compare(expected, _NONE, cv2.CMP_EQ)
    cleaned = cv2.bitwise_and(strength, cv2.bitwise_or(darker, beside))
    mended = cleaned
    for zone, rules, is_upright in ((rows, across, False), (columns, upright, True)):
        if rules:
            length = 2 * int(median([rule.reach for rule in rules])) + 3
            whole = cv2.morphologyEx(cleaned, cv2.MORPH_CLOSE, bar(length, upright=not is_upright))
            mended = cv2.max(mended, cv2.bitwise_and(whole, cv2.compare(zone, _NONE, cv2.CMP_GT)))
    return np.asarray(mended, np.uint8)


def _flipped(picture: UInt8Array) -> UInt8Array:
    """The transposed picture."""
    return np.asarray(cv2.transpose(picture), np.uint8)


def _draw(rules: list[Rule], shape: tuple[int, ...]) -> UInt8Array:
    """(h, w) uint8: the rules alone, each as strong as it is, with its soft edges."""
    canvas = np.zeros(shape, np.uint8)
    for rule in rules:
        for step in range(-rule.reach, rule.reach + 1):
            rows = on_page(rule.middle + step, shape[0])
            canvas[rows, rule.along] = np.maximum(canvas[rows, rule.along], rule.level)
    return canvas

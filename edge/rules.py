"""Takes ruled lines and grids off a page without cutting the digits that stand on them."""

from __future__ import annotations

import cv2
import numpy as np

from edge.arrays import UInt8Array

_SHORTEST_RUN = 0.08
"""Straight run of ink, as a share of the side along it, from which on it may be a rule."""

_SHORTEST_RULE = 0.36
"""Length of a whole rule across the page, as a share of that side. Print and digits are
shorter."""

_SHORTEST_UPRIGHT = 0.7
"""The same for upright rules: a large 1 is an upright line, too."""

_THICKEST = 0.012
"""Thickness of a rule, as a share of the frame's long side."""


def remove_rules(mask: UInt8Array) -> UInt8Array:
    """Removes straight lines that cross much of the page.

    Where a digit crosses a rule, the ink is thicker across the rule than the rule is; such
    places stay.

    Args:
        mask: (h, w) uint8, 255 for ink; stays as it is.

    Returns:
        (h, w) uint8; the same array when there are no rules.
    """
    level = _erase(mask, _find(mask, upright=False), upright=False)
    return _erase(level, _find(mask, upright=True), upright=True)


def _find(mask: UInt8Array, *, upright: bool) -> list[tuple[UInt8Array, int]]:
    """The rules of one direction: each a (h, w) uint8 mask with its thickness in pixels."""
    height, width = mask.shape
    along = height if upright else width
    run = max(8, int(_SHORTEST_RUN * along))
    # One pixel to each side lets slightly slanted lines form long runs.
    wide = cv2.dilate(mask, _bar(3, upright=not upright))
    runs = cv2.morphologyEx(wide, cv2.MORPH_OPEN, _bar(run, upright=upright))
    least = (_SHORTEST_UPRIGHT if upright else _SHORTEST_RULE) * along
    # Most pages have no rules: a look at the runs' shadow on the axis along them tells.
    if np.count_nonzero(cv2.reduce(runs, 1 if upright else 0, cv2.REDUCE_MAX)) < least:
        return []
    count, labels, stats, _ = cv2.connectedComponentsWithStats(runs, connectivity=8)
    rules = []
    for label in range(1, count):
        length = int(stats[label, cv2.CC_STAT_HEIGHT if upright else cv2.CC_STAT_WIDTH])
        thickness = round(int(stats[label, cv2.CC_STAT_AREA]) / max(length, 1)) - 2
        if length >= least and thickness <= max(3.0, _THICKEST * max(mask.shape)):
            rules.append(((labels == label).astype(np.uint8) * 255, max(1, thickness)))
    return rules


def _erase(mask: UInt8Array, rules: list[tuple[UInt8Array, int]], *, upright: bool) -> UInt8Array:
    """Clears what belongs to the rules alone."""
    for rule, thickness in rules:
        # What is thicker across the rule than the rule itself is a stroke that crosses it.
        across = cv2.morphologyEx(
            mask, cv2.MORPH_OPEN, _bar(2 * thickness + 2, upright=not upright)
        )
        alone = cv2.bitwise_and(rule, cv2.bitwise_not(across))
        mask = cv2.bitwise_and(mask, cv2.bitwise_not(alone)).astype(np.uint8, copy=False)
    return mask


def _bar(length: int, *, upright: bool) -> UInt8Array:
    return np.ones((length, 1) if upright else (1, length), np.uint8)

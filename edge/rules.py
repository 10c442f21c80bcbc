"""Takes ruled lines and squares off a page without cutting the digits that stand on them.

A rule is found by what no pen does: thin, straight, equally strong over a large part of
the page. Its own strength is then known, and what is darker than it is a pen's stroke.
"""

from __future__ import annotations

import cv2
import numpy as np

from edge.arrays import UInt8Array
from edge.median import median
from edge.rule_line import Rule, bar
from edge.rule_search import find_rules

_DARKER = (1.25, 12)
"""Factor and offset by which ink is stronger than the rules below it."""


def remove_rules(strength: UInt8Array) -> UInt8Array:
    """Removes rules and squares, and mends the strokes that they cross.

    Args:
        strength: (h, w) uint8, strength of ink; stays as it is.

    Returns:
        (h, w) uint8; the same array when there are no rules.
    """
    across = find_rules(strength)
    # Upright is across in the transposed picture.
    flipped = np.asarray(cv2.transpose(strength), np.uint8)
    upright = find_rules(flipped, beside=across)
    if not across and not upright:
        return strength
    rows = _draw(across, strength.shape)
    columns = np.ascontiguousarray(_draw(upright, flipped.shape).T)
    # Where two cross, the second takes its share of the light that the first has left.
    expected = 255 - cv2.multiply(255 - rows, 255 - columns, scale=1 / 255).astype(np.float32)
    darker = strength > _DARKER[0] * expected + _DARKER[1]
    cleaned = strength.copy()
    cleaned[(expected > 0) & ~darker] = 0
    mended = cleaned.copy()
    for zone, rules, is_upright in ((rows, across, False), (columns, upright, True)):
        if rules:
            length = 2 * int(median([rule.reach for rule in rules])) + 3
            whole = cv2.morphologyEx(cleaned, cv2.MORPH_CLOSE, bar(length, upright=not is_upright))
            np.copyto(mended, np.maximum(mended, whole), where=zone > 0)
    return np.asarray(mended, np.uint8)


def _draw(rules: list[Rule], shape: tuple[int, ...]) -> UInt8Array:
    """(h, w) uint8: the rules alone, each as strong as it is, with its soft edges."""
    canvas = np.zeros(shape, np.uint8)
    for rule in rules:
        for step in range(-rule.reach, rule.reach + 1):
            rows = np.clip(rule.middle + step, 0, shape[0] - 1)
            canvas[rows, rule.along] = np.maximum(canvas[rows, rule.along], rule.level)
    return canvas

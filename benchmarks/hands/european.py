"""Sets of digits in forms that Europeans write, drawn by hands that no training saw."""

from __future__ import annotations

import zlib

import numpy as np

from benchmarks.hands.formats import HandSet
from edge.normalize import normalize
from train.forms.digits import EUROPEAN
from train.strokes import draw_form

COUNT = 1000
"""Digits of each form, a hand each."""


def draw_european(name: str, count: int = COUNT) -> HandSet:
    """Draws one of `EUROPEAN`'s forms, the same digits each time.

    The forms are those that `edge` is trained on, the hands are others: this says that the forms
    were learnt, not how those are read that nobody drew.

    Args:
        name: a key of `EUROPEAN`.
        count: how many digits.

    Returns:
        The digits under the input contract, all with the same label.
    """
    label, forms = EUROPEAN[name]
    rng = np.random.default_rng([zlib.crc32(name.encode()), COUNT])
    images = [normalize(draw_form(forms[row % len(forms)], rng)) for row in range(count)]
    return HandSet(name, np.stack(images), np.full(count, label, np.int64))

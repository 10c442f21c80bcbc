"""How digits are written, European forms included; a file for each digit."""

from __future__ import annotations

from train.forms.digits.eight import EIGHT
from train.forms.digits.five import FIVE
from train.forms.digits.four import FOUR, OPEN
from train.forms.digits.nine import NINE
from train.forms.digits.one import FLAGGED, ONE, UPSTROKES
from train.forms.digits.seven import CROSSED, SEVEN
from train.forms.digits.six import SIX
from train.forms.digits.three import THREE
from train.forms.digits.two import LOOPED, TWO
from train.forms.digits.zero import SLASHED, ZERO
from train.forms.stroke import Form

DIGITS: dict[int, tuple[Form, ...]] = dict(
    enumerate((ZERO, ONE, TWO, THREE, FOUR, FIVE, SIX, SEVEN, EIGHT, NINE))
)
"""The forms of each digit, each drawn equally often. What a seed draws depends on their order."""

EUROPEAN: dict[str, tuple[int, tuple[Form, ...]]] = {
    "slashed-0": (0, SLASHED),
    "flagged-1": (1, FLAGGED + UPSTROKES),
    "looped-2": (2, LOOPED),
    "open-4": (4, OPEN),
    "crossed-7": (7, CROSSED),
}
"""Forms that Europeans write, by name, each with its digit. MNIST has many open 4s and looped 2s
of its own."""

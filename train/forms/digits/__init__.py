"""How digits are written, European forms included; a file for each digit."""

from __future__ import annotations

from train.forms.digits.eight import EIGHT
from train.forms.digits.five import FIVE
from train.forms.digits.four import FOUR
from train.forms.digits.nine import NINE
from train.forms.digits.one import ONE
from train.forms.digits.seven import SEVEN
from train.forms.digits.six import SIX
from train.forms.digits.three import THREE
from train.forms.digits.two import TWO
from train.forms.digits.zero import ZERO
from train.forms.stroke import Form

DIGITS: dict[int, tuple[Form, ...]] = dict(
    enumerate((ZERO, ONE, TWO, THREE, FOUR, FIVE, SIX, SEVEN, EIGHT, NINE))
)
"""The forms of each digit, each drawn equally often."""

"""Letters that are no digit in any hand.

B, D, G, I, O, Q, S, Z and c, g, i, l, o, q, s, z are left out.
"""

from __future__ import annotations

from train.forms.capitals import CAPITALS
from train.forms.small_letters import SMALL_LETTERS

LETTER_FORMS = CAPITALS | SMALL_LETTERS
"""The forms of each letter, each drawn equally often."""

LETTERS = "".join(LETTER_FORMS)
"""The letters themselves, for typefaces."""

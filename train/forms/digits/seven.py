"""How a 7 is written."""

from __future__ import annotations

from train.forms.stroke import Form, curve, line

_SEVEN_TOP = line((0.06, 0.02), (0.92, 0.02))

CROSSED: tuple[Form, ...] = (
    (_SEVEN_TOP, line((0.92, 0.02), (0.36, 1)), line((0.3, 0.5), (0.86, 0.5))),
    (_SEVEN_TOP, curve((0.92, 0.02), (0.58, 0.5), (0.5, 1)), line((0.3, 0.52), (0.84, 0.46))),
    (_SEVEN_TOP, line((0.92, 0.02), (0.34, 1)), line((0.18, 0.64), (1, 0.6))),  # low
    (  # a wave on top
        curve((0.02, 0.2), (0.22, 0.02), (0.56, 0.14), (0.94, 0.02)),
        curve((0.94, 0.02), (0.56, 0.52), (0.4, 1)),
        line((0.24, 0.56), (0.86, 0.5)),
    ),
)
"""With a bar through the stem."""

SEVEN: tuple[Form, ...] = (
    (_SEVEN_TOP, line((0.92, 0.02), (0.36, 1))),
    (_SEVEN_TOP, curve((0.92, 0.02), (0.58, 0.44), (0.44, 1))),
    CROSSED[0],
    (line((0.08, 0.2), (0.1, 0.02), (0.92, 0.02)), line((0.92, 0.02), (0.44, 1))),
    *CROSSED[1:],
    (curve((0.06, 0.3), (0.14, 0.08), (0.5, 0.1), (0.92, 0.02)), line((0.92, 0.02), (0.5, 1))),
    # A bar that rises to a corner, or an arch, is left out: elsewhere it is the flag of a 1, and
    # where it is a 7 MNIST's own 7s show it.
)

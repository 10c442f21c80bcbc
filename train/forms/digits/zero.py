"""How a 0 is written."""

from __future__ import annotations

from train.forms.stroke import Form, curve, line

_RING = curve((0.5, 0), (0.14, 0.2), (0.06, 0.62), (0.42, 1), (0.84, 0.78), (0.92, 0.3), (0.5, 0))
_OPEN_RING = curve(
    (0.62, 0.02), (0.18, 0.16), (0.06, 0.6), (0.4, 1), (0.86, 0.74), (0.88, 0.26), (0.48, 0.04)
)

SLASHED: tuple[Form, ...] = ((_RING, line((0.86, 0.1), (0.14, 0.92))),)
"""Struck through, so that nobody takes it for an O."""

ZERO: tuple[Form, ...] = (
    (_RING,),
    (_OPEN_RING,),
    *SLASHED,
    # The end runs past the beginning, inside or out.
    (
        curve(
            (0.66, 0.06),
            (0.3, 0.04),
            (0.06, 0.5),
            (0.34, 0.98),
            (0.84, 0.8),
            (0.9, 0.34),
            (0.6, 0.08),
            (0.3, 0.2),
        ),
    ),
    (
        curve(
            (0.74, 0),
            (0.3, 0.16),
            (0.06, 0.62),
            (0.44, 1),
            (0.88, 0.68),
            (0.76, 0.24),
            (0.34, 0.14),
        ),
    ),
)

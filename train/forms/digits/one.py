"""How a 1 is written."""

from __future__ import annotations

from train.forms.stroke import Form, curve, line

FLAGGED: tuple[Form, ...] = (
    (line((0.3, 0.24), (0.56, 0), (0.56, 1)),),  # a short flag
    (line((0.22, 0.34), (0.62, 0), (0.54, 1)),),
    (line((0.12, 0.42), (0.6, 0), (0.6, 1)),),  # the long European flag
    (line((0.04, 0.56), (0.62, 0), (0.52, 1)),),  # the flag half the height
)
"""The pen begins with a stroke up to the head."""

UPSTROKES: tuple[Form, ...] = (
    (curve((0.08, 0.78), (0.38, 0.44), (0.62, 0)), line((0.62, 0), (0.62, 1))),
    (curve((0.08, 0.8), (0.36, 0.5), (0.54, 0)), curve((0.54, 0), (0.6, 0.8), (0.94, 0.98))),
)
"""The flag begins near the foot."""

ONE: tuple[Form, ...] = (
    (line((0.5, 0), (0.5, 1)),),
    (line((0.66, 0), (0.34, 1)),),
    *FLAGGED,
    (line((0.26, 0.2), (0.54, 0), (0.54, 1)), line((0.24, 1), (0.84, 1))),  # with a base
    (line((0.1, 0.4), (0.58, 0), (0.52, 1)), line((0.2, 1), (0.86, 1))),
    *UPSTROKES,
    (  # looped at the top
        curve(
            (0.08, 0.78),
            (0.4, 0.46),
            (0.7, 0.1),
            (0.54, 0.02),
            (0.5, 0.4),
            (0.56, 0.86),
            (0.9, 0.96),
        ),
    ),
)

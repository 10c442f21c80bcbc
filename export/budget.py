"""How far an exported file may fall behind Keras."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

from edge.errors import InputError
from edge.parity import ParityBudget
from edge.quantization import QuantizationScheme


@dataclass(frozen=True, slots=True)
class ExportBudget(ParityBudget):
    """A parity budget for a model that may refuse, too; all in [0, 1].

    Attributes:
        refusals: largest allowed share of drawn non-digits that one refuses and the other
            takes. Wider than that of digits: many lie where Keras itself is in doubt, above
            all after a short training. A file that no longer refuses is at 0.5 or more.
    """

    refusals: float = 0.02


DEFAULT_BUDGETS = {
    QuantizationScheme.NONE: ExportBudget(0.0005, 0.0005, 0.001),
    QuantizationScheme.FLOAT16: ExportBudget(0.001, 0.002, 0.05),
    QuantizationScheme.DYNAMIC: ExportBudget(0.002, 0.005, 1.0),
    QuantizationScheme.INT8: ExportBudget(0.002, 0.005, 1.0),
    QuantizationScheme.INT16X8: ExportBudget(0.002, 0.005, 1.0),
}
"""Rounding alone moves a float32 file; storage in float16 moves the third digit; int8 may
turn the images on which Keras itself is in doubt."""


def read_budget(settings: Sequence[str], scheme: QuantizationScheme) -> ExportBudget:
    """The scheme's default budget with the user's settings.

    Args:
        settings: NAME=VALUE, the names being those of `ExportBudget`'s fields.
        scheme: whose default is changed.

    Raises:
        InputError: an unknown name, or a value that is no share in [0, 1].
    """
    known = {one.name for one in fields(ExportBudget)}
    changes = {}
    for setting in settings:
        name, _, value = setting.partition("=")
        name = name.strip().replace("-", "_")
        try:
            changes[name] = float(value)
        except ValueError:
            name = ""
        if name not in known:
            raise InputError(
                f"--budget {setting!r} is not NAME=VALUE with a NAME of {', '.join(sorted(known))}"
            )
    return replace(DEFAULT_BUDGETS[scheme], **changes)

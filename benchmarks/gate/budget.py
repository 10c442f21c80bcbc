"""How far a model may fall behind its baseline."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, fields
from pathlib import Path

from edge.errors import InputError


@dataclass(frozen=True, slots=True)
class GateBudget:
    """What is allowed; shares unless said otherwise, none negative.

    Attributes:
        accuracy_drop: loss of accuracy on the probe's digits.
        agreement_drop: loss of agreement with the Keras parent, on labels and on what is
            a digit.
        divergence_growth: growth of the mean divergence from the parent, as a share of
            the baseline's; 1e-4 nats are always allowed.
        turned_away_growth: more digits refused.
        strangers_growth: more non-digits taken for digits.
        changed_rows: images answered otherwise than the baseline knows, byte for byte, by
            a file of the same parent on the same kernels.
        changed_content: 1 allows a file of the same parent with another graph or other
            weights than the approved one, 0 does not: a single flipped bit may lie below
            what any number of images shows.
        size_growth: growth of the file.
        latency_growth: growth of the median over processes, if a rank test sees it too.
        latency_p: at which that test sees it.
    """

    accuracy_drop: float = 0.002
    agreement_drop: float = 0.003
    divergence_growth: float = 0.5
    turned_away_growth: float = 0.005
    strangers_growth: float = 0.02
    changed_rows: float = 0.0
    changed_content: float = 0.0
    size_growth: float = 0.05
    latency_growth: float = 0.25
    latency_p: float = 0.01

    def __post_init__(self) -> None:
        for one in fields(self):
            value = getattr(self, one.name)
            if not (math.isfinite(value) and value >= 0):
                raise InputError(f"budget {one.name} must not be negative, and is {value}")


def read_budget(path: Path | None) -> GateBudget:
    """A JSON object with some of the budget's names; None is the project's own budget.

    Raises:
        InputError: the file cannot be read, or a name or a value is wrong.
    """
    if path is None:
        return GateBudget()
    names = [one.name for one in fields(GateBudget)]
    try:
        document = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise InputError(
            f"cannot read the budget {path}: {error.strerror}; name a JSON file"
        ) from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"the budget {path} is no JSON ({error}); {_example(names)}") from error
    if not isinstance(document, dict) or set(document) - set(names):
        raise InputError(f"the budget {path} has other names; {_example(names)}")
    if not all(isinstance(v, int | float) and not isinstance(v, bool) for v in document.values()):
        raise InputError(f"the budget {path} has values that are no numbers; {_example(names)}")
    return GateBudget(**{name: float(value) for name, value in document.items()})


def _example(names: list[str]) -> str:
    return f'write {{"accuracy_drop": 0.002}} with some of {", ".join(names)}'

"""What a look into a model file finds: what, why it matters, how to mend it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from edge.quantization import QuantizationScheme


class Level(StrEnum):
    """How bad it is; errors end the command with exit code 1."""

    ERROR = "error"
    """The file is not what it says, answers wrongly, or does not load where it should."""
    WARNING = "warning"
    """It works, and something is lost: accuracy, speed or a place to run."""
    NOTE = "note"
    """Worth knowing."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found.

    Attributes:
        rule: its name, for who looks for it: "float-island".
        level: how bad it is.
        what: the fact, with the tensor or operator that it is about.
        why: what it costs.
        mend: the next step.
    """

    rule: str
    level: Level
    what: str
    why: str
    mend: str

    def to_json(self) -> dict[str, Any]:
        """A JSON object."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Inspection:
    """A file as it was found.

    Attributes:
        scheme: what its weights and tensors hold, in words: a `QuantizationScheme` value,
            or "mixed".
        claims: the scheme that its description or its name claims, or None.
        facts: counts and versions, JSON values.
        findings: what was found, the worst first.
    """

    scheme: str
    claims: QuantizationScheme | None
    facts: dict[str, Any] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    @property
    def has_errors(self) -> bool:
        """Whether anything found is an error."""
        return any(one.level is Level.ERROR for one in self.findings)


def by_level(findings: list[Finding]) -> tuple[Finding, ...]:
    """The worst first, else in the order in which they were found."""
    return tuple(sorted(findings, key=lambda one: list(Level).index(one.level)))

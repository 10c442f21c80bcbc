"""What a file answers when it runs: whether its probabilities are any."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from edge.artifact import ModelArtifact, ModelFormat
from edge.errors import EdgeDigitsError, MachineError
from edge.session import open_session
from edge.trial import AGAIN
from export.lint.apart import PICTURES, Sums, sums_of
from export.lint.findings import Finding, Level

_TOLERANCE = 0.01
_SHOWN = 200


def check_answers(
    content: bytes, kind: ModelFormat, path: Path, described: ModelArtifact | None
) -> list[Finding]:
    """Runs the file on a few random pictures and looks at the sum of its probabilities.

    A file that no manifest lists is run in a process of its own, which it may end.

    Args:
        content: the file's bytes.
        kind: its format.
        path: where it lies.
        described: what its manifest or the file itself says of it, or None.
    """
    try:
        if described is None:
            found = sums_of(content, kind, path)
        else:
            found = [_sums_of_described(described)]
    except MachineError as error:
        return [
            Finding("runs", Level.NOTE, f"not run: {error}", "its answers were not looked at", "")
        ]
    except (EdgeDigitsError, ValueError, RuntimeError) as error:
        reason = (str(error).splitlines() or ["no reason given"])[0].removesuffix(f"; {AGAIN}")
        return [
            Finding(
                "runs",
                Level.ERROR,
                f"a runtime here cannot run it: {reason[:_SHOWN]}",
                "it will not run in use either",
                AGAIN,
            )
        ]
    return [one for sums in found for one in _judge(sums)]


def _sums_of_described(described: ModelArtifact) -> Sums:
    """Here, as in use: its hash is checked, and what describes itself is tried elsewhere first."""
    rng = np.random.default_rng(0)
    shape = (PICTURES, *described.input.shape[1:])
    pictures = rng.integers(0, 256, shape, dtype=np.uint8)
    said = open_session(described).run(pictures).probabilities
    step = described.probabilities.params
    return Sums.of(said, step.scale if step else 0.0)


def _judge(sums: Sums) -> list[Finding]:
    # Each of n probabilities is rounded by at most half a step.
    if sums.off <= _TOLERANCE + sums.count * sums.step / 2 and sums.least >= -_TOLERANCE:
        return []
    return [
        Finding(
            "softmax-sum",
            Level.ERROR,
            f"its {sums.count} probabilities sum to as much as {sums.off:.3g} away from 1",
            "thresholds of confidence mean nothing, and quantized sums are cut off",
            "end the network in a softmax, and calibrate it",
        )
    ]

"""What was exported, as a table: a line a file on stdout, notes on stderr."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from edge.artifact import ModelArtifact
from edge.manifest import MANIFEST_NAME

_HEAD = (
    *("file", "bytes", "agreement", "refusals", "lost", "won"),
    *("largest", "mean", "drop", "seconds", "peak MB"),
)
_ROW = "{:<28} {:>9} {:>9} {:>8} {:>5} {:>5} {:>8} {:>8} {:>8} {:>8} {:>8}"


def print_table(artifacts: Sequence[ModelArtifact], folder: Path) -> None:
    """Prints one line a file; proof and cost are those of its manifest entry."""
    print(_ROW.format(*_HEAD))
    for artifact in artifacts:
        print(_ROW.format(*_cells(artifact)))
    for artifact in artifacts:
        for note in artifact.provenance["notes"]:
            print(f"{artifact.path.name}: {note}", file=sys.stderr)
    if artifacts:
        print(f"described in {folder / MANIFEST_NAME}", file=sys.stderr)


def _cells(artifact: ModelArtifact) -> list[str]:
    proof, cost = artifact.provenance["proof"], artifact.provenance["cost"]
    peak, drop = cost["peak_bytes"], proof.get("accuracy_drop")
    refusals = proof.get("refusal_agreement")
    return [
        artifact.path.name,
        f"{artifact.size_bytes:,}",
        f"{proof['agreement']:.4f}",
        "-" if refusals is None else f"{refusals:.4f}",
        str(proof.get("lost", "-")),
        str(proof.get("won", "-")),
        f"{proof['largest_difference']:.4f}",
        f"{proof['mean_difference']:.5f}",
        "-" if drop is None else f"{drop:+.4f}",
        f"{cost['wall_s']:.1f}",
        "-" if peak is None else f"{peak / 1e6:.0f}",
    ]

"""What a reader must know to read the numbers right, a sentence each, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.families import installed_runtimes
from benchmarks.host import HostFacts
from benchmarks.result import DataFacts, Row, Standing
from edge.artifact import ModelArtifact, ModelFormat
from train.data import DataSource

_FEW_IMAGES = 1000


def left_out(artifacts: Sequence[ModelArtifact]) -> list[str]:
    """Formats that nothing on this machine runs."""
    said = []
    for kind in ModelFormat:
        count = sum(artifact.format is kind for artifact in artifacts)
        if count and not installed_runtimes(kind):
            said.append(f"Left out: {count} .{kind} files, since no runtime for them is installed.")
    return said


def strangers(rows: Sequence[Row]) -> list[str]:
    """Files that come from other weights than the reference."""
    if all(row.standing is not Standing.OTHER_PARENT for row in rows):
        return []
    said = (
        "Rows of another parent were converted from other weights than the reference: how often "
        "they agree with it would say nothing of the conversion, and is left out."
    )
    return [said]


def cautions(host: HostFacts, data: DataFacts) -> list[str]:
    """Why the numbers say less than they seem to."""
    said = []
    if data.name == DataSource.DRAWN:
        said.append(
            "The images were drawn by this project: they tell whether a conversion agrees, "
            "not how well a person's handwriting is read."
        )
    if data.images < _FEW_IMAGES:
        said.append(
            f"{data.images} images are few: a single one is {1 / data.images:.2%} "
            "of accuracy and agreement."
        )
    if host.is_busy:
        said.append(
            f"The machine was busy when this began (load {host.load_1m:g} on {host.cores} cores): "
            "the times are rough; stop other programs and run it again."
        )
    return said


def unsteady(rows: Sequence[Row]) -> list[str]:
    """Times that the processes do not agree on."""
    shaky = [row for row in rows if row.call.is_steady is False]
    if not shaky:
        return []
    names = ", ".join(f"{row.file} on {row.runtime}" for row in shaky)
    said = (
        f"Unsteady: the median of {names} is not known to a tenth. Stop other programs, set a "
        "fixed clock (governor performance), let the machine cool, or measure with more "
        "--processes."
    )
    return [said]

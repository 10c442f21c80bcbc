"""One look at a folder of models: everything that a gate judges, or a baseline records."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.families import Family, families_of
from benchmarks.gate.baseline import Baseline
from benchmarks.gate.observe import Observation, compared, observe, time_families, with_times
from benchmarks.gate.packing import pack_answers, unpack_answers
from benchmarks.gate.probe import Probe
from benchmarks.host import HostFacts
from benchmarks.keras_parent import find_parent
from edge.artifact import ModelArtifact
from edge.embedded import MODEL_KEY, read_embedded
from edge.errors import InputError, MachineError
from edge.manifest import load_manifest
from edge.prediction import Prediction
from edge.quantization import QuantizationScheme


@dataclass(slots=True)
class Look:
    """What one look saw.

    Attributes:
        observations: every file that runs, on every runtime.
        broken: (name, reason) of what does not load or is not what it says it is.
        families: what ran, for timing.
    """

    observations: list[Observation] = field(default_factory=list)
    broken: list[tuple[str, str]] = field(default_factory=list)
    families: list[Family] = field(default_factory=list)


def look_at(folder: Path, probe: Probe) -> Look:
    """Asks every model of a folder about the probe.

    Raises:
        InputError: there is no manifest, or it is empty.
        MachineError: no runtime for any of the models is installed.
    """
    look, sound = Look(), []
    artifacts = load_manifest(folder)
    if not artifacts:
        raise InputError(f"the manifest in {folder} lists no models; make some: python -m export")
    for artifact in artifacts:
        if reason := _not_what_it_says(artifact):
            look.broken.append((artifact.path.name, reason))
        else:
            sound.append(artifact)
    if not sound:
        return look
    look.families = families_of(sound)
    working, failed = [], None
    for family in look.families:
        try:
            seen, broken = observe([family], probe)
        except MachineError as error:
            failed = error
            continue
        working.append(family)
        look.observations += seen
        look.broken += broken
    if failed and not working:
        raise failed
    look.families = working
    return look


def with_agreement(
    look: Look, probe: Probe, approved: Baseline | None, keras: Path | None, folder: Path
) -> tuple[str, str, str]:
    """Compares every observation with its parent's answers, wherever these can be had.

    Args:
        look: its observations are replaced.
        probe: the images.
        approved: a baseline whose parent's answers are used where they fit, or None.
        keras: the Keras model that the user names, or None.
        folder: of the models.

    Returns:
        The reference for a baseline: sha256 of the parent, its name, packed answers; empty
        texts where there is none.
    """
    if approved and approved.answers and keras is None:
        try:
            answers = unpack_answers(approved.answers, len(probe.labels))
        except ValueError as error:
            raise InputError(f"the baseline's answers are broken: {error}") from error
        _compare(look, answers, probe, approved.parent_sha256)
    rest = [one for one in look.observations if one.entry.agreement is None]
    if not rest:
        return (approved.parent_sha256, approved.reference, approved.answers) if approved else _NONE
    parent, told = find_parent(keras, folder, [one.artifact for one in rest])
    if parent:
        said = parent.predict(probe.images)
        _compare(look, said, probe, parent.sha256 if keras is None else None)
        return parent.sha256, parent.path.name, pack_answers(said)
    print(f"{told}; the float32 files stand in", file=sys.stderr)
    found = _NONE
    for one in rest:
        if one.artifact.scheme is QuantizationScheme.NONE:
            _compare(look, one.said, probe, one.artifact.parent_sha256)
            found = (one.artifact.parent_sha256, one.entry.name, pack_answers(one.said))
    return found


def timed(look: Look, probe: Probe, processes: int) -> None:
    """Times every file in fresh processes; the observations are replaced."""
    times = time_families(look.families, probe, processes)
    look.observations = [
        replace(one, entry=with_times(one.entry, times)) for one in look.observations
    ]


def to_baseline(
    look: Look, probe: Probe, probe_name: str, host: HostFacts, reference: tuple[str, str, str]
) -> Baseline:
    """What was seen, as the state to hold others against."""
    parent, name, answers = reference
    entries = sorted((one.entry for one in look.observations), key=lambda one: one.name)
    return Baseline(
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        host=host.to_json(),
        probe=probe_name,
        probe_sha256=probe.sha256,
        images=len(probe.labels),
        parent_sha256=parent,
        reference=name,
        answers=answers,
        entries=tuple(entries),
    )


_NONE = ("", "", "")


def _compare(look: Look, said: Prediction, probe: Probe, parent_sha256: str | None) -> None:
    look.observations = [
        compared(one, said, probe)
        if one.entry.agreement is None and parent_sha256 in (None, one.artifact.parent_sha256)
        else one
        for one in look.observations
    ]


def _not_what_it_says(artifact: ModelArtifact) -> str | None:
    """Why a file is not the one that its manifest and its own description speak of."""
    try:
        content = artifact.read_bytes()
    except InputError as error:
        return str(error)
    embedded = read_embedded(content)
    described = embedded.document.get(MODEL_KEY) if embedded else None
    if embedded and isinstance(described, dict):
        expected = described.get("body_sha256")
        if expected and expected != embedded.body_sha256:
            return (
                f"its bytes (sha256 {embedded.body_sha256[:12]}...) are not those that its own "
                f"metadata describe ({str(expected)[:12]}...); export it again: python -m export"
            )
    return None


def only(artifacts: Sequence[ModelArtifact], families: Sequence[Family]) -> list[Family]:
    """The families reduced to some of their files; empty ones are left out."""
    chosen = {one.path for one in artifacts}
    reduced = []
    for family in families:
        members = tuple(one for one in family.artifacts if one.path in chosen)
        if members:
            reduced.append(Family(family.runtime, members))
    return reduced

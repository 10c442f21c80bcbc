"""Asks every model about the probe, in processes of their own."""

from __future__ import annotations

import importlib.metadata
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks.accuracy import predict
from benchmarks.families import Family
from benchmarks.fresh import run_fresh
from benchmarks.gate.baseline import Entry
from benchmarks.gate.packing import fingerprints, pack
from benchmarks.gate.probe import NO_DIGIT, Probe
from benchmarks.kernels import Kernel
from benchmarks.latency import LatencyRun, LatencyScope
from benchmarks.latency_worker import MODULE as LATENCY_MODULE
from benchmarks.latency_worker import LatencyJob
from edge.artifact import ModelArtifact, ModelFormat
from edge.embedded import body_sha256
from edge.errors import InputError
from edge.parity import compare
from edge.prediction import Prediction
from edge.quantization import QuantizationScheme
from edge.session import Runtime

REFERENCE_STEP = 5
"""Every fifth image goes through the reference kernels, which take their time."""

_ROUNDS, _CALLS, _WARMUP, _ROTATING = 8, 25, 20, 256


@dataclass(frozen=True, slots=True)
class Observation:
    """One file on one runtime: its figures, without a comparison yet, and its answers."""

    artifact: ModelArtifact
    entry: Entry
    said: Prediction


def observe(
    families: Sequence[Family], probe: Probe
) -> tuple[list[Observation], list[tuple[str, str]]]:
    """Runs the probe through every file.

    Returns:
        What was seen, and (name, reason) of the files that do not load or run.
    """
    seen: list[Observation] = []
    broken: list[tuple[str, str]] = []
    with tempfile.TemporaryDirectory(prefix="gate-") as folder:
        workspace = Path(folder)
        every, few = workspace / "images.npy", workspace / "few.npy"
        np.save(every, probe.images)
        np.save(few, probe.images[::REFERENCE_STEP])
        for family in families:
            for artifact in family.artifacts:
                try:
                    said = predict(artifact, family.runtime, every, workspace)
                    _check(said, artifact)
                    rows = _reference_rows(artifact, family.runtime, few, workspace)
                except InputError as error:
                    broken.append((f"{artifact.path.name} on {family.runtime}", str(error)))
                    continue
                entry = _entry(artifact, family.runtime, said, probe, rows)
                seen.append(Observation(artifact, entry, said))
    return seen, broken


def compared(one: Observation, reference: Prediction, probe: Probe) -> Observation:
    """The same with its agreement with a reference's answers to all images of the probe."""
    digits = np.flatnonzero(probe.labels != NO_DIGIT)
    report = compare(
        reference.probabilities[digits], one.said.probabilities[digits], probe.labels[digits]
    )
    agreement = None
    if reference.is_digit is not None and one.said.is_digit is not None:
        agreement = float(((reference.is_digit >= 0.5) == (one.said.is_digit >= 0.5)).mean())
    entry = replace(
        one.entry,
        agreement=report.agreement,
        kl_nats=report.kl_nats,
        is_digit_agreement=agreement,
    )
    return replace(one, entry=entry)


def time_families(
    families: Sequence[Family], probe: Probe, processes: int
) -> dict[tuple[str, str], tuple[tuple[float, ...], tuple[float, ...]]]:
    """By file and runtime: medians of the runtime's own call and of the yardstick, in us."""
    medians: dict[tuple[str, str], tuple[list[float], list[float]]] = {}
    with tempfile.TemporaryDirectory(prefix="gate-") as folder:
        images = Path(folder) / "images.npy"
        np.save(images, probe.images[:_ROTATING])
        for process in range(processes):
            for family in families:
                paths = tuple(one.path.resolve() for one in family.artifacts)
                job = LatencyJob(paths, family.runtime, images, process, _ROUNDS, _CALLS, _WARMUP)
                answer = run_fresh(LATENCY_MODULE, job.to_json(), what=family.name)
                yardstick = float(np.median(answer["yardstick_ns"])) / 1000
                for run in map(LatencyRun.from_json, answer["runs"]):
                    if run.scope is LatencyScope.RUNTIME:
                        both = medians.setdefault((run.model, run.runtime), ([], []))
                        both[0].append(float(np.median(run.samples_ns)) / 1000)
                        both[1].append(yardstick)
    return {key: (tuple(us), tuple(stick)) for key, (us, stick) in medians.items()}


def with_times(
    entry: Entry,
    times: Mapping[tuple[str, str], tuple[tuple[float, ...], tuple[float, ...]]],
) -> Entry:
    """The entry with its latencies, where it was timed."""
    us, stick = times.get((entry.file, entry.runtime), ((), ()))
    return replace(
        entry,
        medians_us=tuple(round(one, 3) for one in us),
        yardstick_us=tuple(round(one, 3) for one in stick),
    )


def _entry(
    artifact: ModelArtifact, runtime: Runtime, said: Prediction, probe: Probe, rows: str
) -> Entry:
    digit = probe.labels != NO_DIGIT
    takes = None if said.is_digit is None else said.is_digit >= 0.5
    return Entry(
        file=artifact.path.name,
        runtime=runtime.value,
        runtime_version=importlib.metadata.version(runtime.value),
        scheme=artifact.scheme.value,
        sha256=artifact.sha256,
        parent_sha256=artifact.parent_sha256,
        size_bytes=artifact.size_bytes,
        accuracy=float((said.labels == probe.labels)[digit].mean()),
        agreement=None,
        is_digit_agreement=None,
        kl_nats=None,
        turned_away=None if takes is None else float((~takes[digit]).mean()),
        strangers=None if takes is None or digit.all() else float(takes[~digit].mean()),
        labels="".join(map(str, said.labels)),
        rows=pack(fingerprints(said)),
        reference_rows=rows,
        body_sha256=body_sha256(artifact.read_bytes()),
    )


def _reference_rows(
    artifact: ModelArtifact, runtime: Runtime, images: Path, workspace: Path
) -> str:
    """Of full integer TFLite files: only integers come out the same on every processor."""
    if (artifact.format, artifact.scheme) != (ModelFormat.TFLITE, QuantizationScheme.INT8):
        return ""
    return pack(fingerprints(predict(artifact, runtime, images, workspace, Kernel.REFERENCE)))


def _check(said: Prediction, artifact: ModelArtifact) -> None:
    if not np.isfinite(said.probabilities).all():
        raise InputError(f"{artifact.path} answers values that are no numbers")

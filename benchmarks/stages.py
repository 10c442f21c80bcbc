"""Answers and times of every file on every runtime; a runtime that fails becomes a note."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.accuracy_worker import MODULE as ACCURACY_MODULE
from benchmarks.accuracy_worker import AccuracyJob
from benchmarks.families import Family
from benchmarks.kernels import Kernel
from benchmarks.latency import LatencyRun, LatencyScope
from benchmarks.latency_worker import MODULE as LATENCY_MODULE
from benchmarks.latency_worker import LatencyJob
from benchmarks.processes import LEAST_PROCESSES, noise_floor
from benchmarks.progress import Progress
from benchmarks.result import LatencyPlan
from benchmarks.rows import Answer
from benchmarks.workspace import Workspace
from edge.artifact import ModelArtifact
from edge.errors import MachineError
from edge.prediction import Prediction
from edge.quantization import QuantizationScheme
from edge.session import Runtime

THREADS = (2, 4)
"""Beyond one, as far as there are cores."""


@dataclass(slots=True)
class Timed:
    """What the timing of all families brought."""

    runs: list[LatencyRun] = field(default_factory=list)
    noise: dict[str, float] = field(default_factory=dict)
    loaded: dict[str, Mapping[str, Any]] = field(default_factory=dict)


def ask(
    artifact: ModelArtifact,
    runtime: Runtime,
    images: Path,
    workspace: Workspace,
    kernel: Kernel | None = None,
) -> Prediction:
    """What a file says to the images of a .npy; errors are those of `run_fresh`."""
    answers = workspace.folder / f"said-{artifact.path.name}-{runtime}-{kernel}-{images.stem}.npy"
    job = AccuracyJob(artifact.path.resolve(), runtime, images, answers, kernel)
    what = f"{artifact.path} on {runtime}"
    workspace.run(ACCURACY_MODULE, job.to_json(), what=what, needs=answers)
    said = np.load(answers, allow_pickle=False)
    return Prediction(said[:, :10], said[:, 10] if said.shape[1] > 10 else None)


def ask_all(
    families: Sequence[Family], images: Path, workspace: Workspace, progress: Progress
) -> tuple[list[Answer], list[Family], list[str]]:
    """Asks every file.

    Returns:
        The answers, the families that work here, and a note on each that does not.

    Raises:
        MachineError: none works.
    """
    answers: list[Answer] = []
    working: list[Family] = []
    failed: list[MachineError] = []
    for family in families:
        try:
            for artifact in family.artifacts:
                progress.begin(f"accuracy, {artifact.path.name}")
                said = ask(artifact, family.runtime, images, workspace)
                answers.append(Answer(artifact, family.runtime, said))
        except MachineError as error:
            failed.append(error)
            continue
        working.append(family)
    if not working:
        raise failed[0]
    return answers, working, [f"Left out: {error}" for error in failed]


def time_all(
    families: Sequence[Family],
    images: Path,
    frame: Path | None,
    plan: LatencyPlan,
    thread_processes: int,
    workspace: Workspace,
    progress: Progress,
) -> Timed:
    """First two copies of one file (what chance does), then every file, then more threads.

    Args:
        families: the files, by runtime.
        images: a .npy of (n, 28, 28) uint8 that the calls go through.
        frame: a .npy of one (h, w, 3) uint8 frame to read whole, in three processes, or None.
        plan: processes, rounds and calls; below `LEAST_PROCESSES` chance is not measured.
        thread_processes: fresh processes for each of `THREADS`; 0 leaves these out.
        workspace: where answers of a run before are found again.
        progress: told what is timed.

    Raises:
        EdgeDigitsError: what a process ended with, as in `run_fresh`.
    """
    found = Timed()
    for family in families:
        if plan.processes >= LEAST_PROCESSES:
            progress.begin(f"noise floor, {family.name}")
            found.noise[family.name] = _noise(family, images, plan, workspace)
    # Processes in the outer loop: every family sees the machine early and late.
    for process in range(plan.processes):
        for family in families:
            progress.begin(f"latency {process + 1}/{plan.processes}, {family.name}")
            # Whole frames take longest and differ least from process to process.
            shown = frame if process < 3 else None
            job = _job(family, images, process, plan, bare=True, frame=shown)
            answer = workspace.run(LATENCY_MODULE, job.to_json(), what=family.name)
            found.runs += map(LatencyRun.from_json, answer["runs"])
            for file, facts in answer["facts"].items():
                found.loaded[f"{file} on {family.runtime}"] = facts
    for threads in THREADS if thread_processes else ():
        if threads > (os.cpu_count() or 1):
            continue
        for process in range(thread_processes):
            for family in families:
                progress.begin(f"{threads} threads, {family.name}")
                job = _job(family, images, process, plan, threads=threads)
                answer = workspace.run(LATENCY_MODULE, job.to_json(), what=family.name)
                found.runs += map(LatencyRun.from_json, answer["runs"])
    return found


def _job(
    family: Family,
    images: Path,
    process: int,
    plan: LatencyPlan,
    *,
    threads: int = 1,
    bare: bool = False,
    frame: Path | None = None,
) -> LatencyJob:
    return LatencyJob(
        tuple(artifact.path.resolve() for artifact in family.artifacts),
        family.runtime,
        images,
        process,
        plan.rounds,
        plan.calls,
        plan.warmup,
        threads,
        bare,
        frame,
    )


def _noise(family: Family, images: Path, plan: LatencyPlan, workspace: Workspace) -> float:
    """Times the family's int8 file twice, as A B A B, in as many processes as the rest."""
    chosen = next(
        (one for one in family.artifacts if one.scheme is QuantizationScheme.INT8),
        family.artifacts[0],
    )
    twins = Family(family.runtime, (chosen, chosen))
    first, second = [], []
    for process in range(plan.processes):
        job = _job(twins, images, process, plan)
        answer = workspace.run(LATENCY_MODULE, job.to_json(), what=family.name)
        calls = [
            run.samples_ns
            for run in map(LatencyRun.from_json, answer["runs"])
            if run.scope is LatencyScope.RUNTIME
        ]
        first.append(np.array(calls[0]))
        second.append(np.array(calls[1]))
    return noise_floor(first, second)

"""The order of a benchmark: models, parent, images, answers, times, rows."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from benchmarks.beside import profile_all, read_all_pages, run_kernels, start_all, time_peers
from benchmarks.depth import FULL, Depth
from benchmarks.edge_reference import NAME as SHIPPED_IMAGES
from benchmarks.edge_reference import ShippedExam, shipped_dataset, shipped_exam
from benchmarks.exam import Exam, set_exam
from benchmarks.extras import Extras
from benchmarks.families import Family, families_of, load_models
from benchmarks.host import read_host
from benchmarks.keras_parent import KerasParent, find_parent
from benchmarks.latency import LatencyScope
from benchmarks.notes import cautions, left_out, strangers, unsteady
from benchmarks.pages import draw_pages
from benchmarks.progress import Progress
from benchmarks.result import Benchmark, DataFacts, LatencyPlan, Row
from benchmarks.rows import Reference, file_rows, float32_reference, keras_row
from benchmarks.stages import Timed, ask_all, time_all
from benchmarks.trained import TRAINED_ROOT
from benchmarks.vitals import Vitals, read_vitals, warnings
from benchmarks.workspace import Workspace
from edge.artifact import ModelArtifact
from edge.errors import InputError
from train.data import Dataset, load_dataset

_KERAS = ((LatencyScope.KERAS, 200, 20), (LatencyScope.KERAS_PREDICT, 20, 3))


@dataclass(frozen=True, slots=True)
class Request:
    """What the user wants measured.

    Attributes:
        folder: the models, with their manifest.
        keras: the Keras model to compare with, or None to look for the parent.
        data: as in `train.data.load_dataset`; "shipped" are the gate's probe images.
        images: how many test images to read, or None for all.
        plan: how to measure latency.
        command: what the reports tell to reproduce them.
        output: the folder of the reports; what is measured waits there.
        depth: how much to measure beside the comparison.
        edge: do without Keras even where it is installed.
        resume: go on with what a stopped run left.
        trained: folder with a folder for each recipe that was trained.
    """

    folder: Path
    keras: Path | None
    data: str
    images: int | None
    plan: LatencyPlan
    command: str
    output: Path = field(default_factory=lambda: Path("reports"))
    depth: Depth = FULL
    edge: bool = False
    resume: bool = False
    trained: Path = TRAINED_ROOT

    def __post_init__(self) -> None:
        if self.images is not None and self.images < 1:
            raise InputError(f"--images must be at least 1, not {self.images}")


def measure(request: Request) -> Benchmark:
    """Measures every model of a folder on every runtime that is installed.

    Raises:
        InputError: there is no manifest, or a model, the Keras file or the data are bad.
        MachineError: no runtime for these models works on this machine.
    """
    created, host = datetime.now(UTC).isoformat(timespec="seconds"), read_host()
    before, depth = read_vitals(), request.depth
    artifacts = load_models(request.folder)
    families = families_of(artifacts)
    dataset, prepared, told = _prepare(request, artifacts)
    test = dataset.test.take(np.arange(min(request.images or len(dataset.test), len(dataset.test))))
    data = DataFacts(dataset.name, dataset.sha256, len(test), len(dataset.test))
    print(
        f"{len(artifacts)} models of {request.folder}; {dataset.name}: {len(test):,} test images; "
        f"reference: {told}",
        file=sys.stderr,
    )
    exam = (
        prepared.exam
        if isinstance(prepared, ShippedExam)
        else set_exam(test, spoiled=min(depth.spoiled, len(test)), strangers=depth.strangers)
    )
    context = [*(one.sha256 for one in artifacts), request.plan, host.cpu, host.packages]
    workspace = Workspace(request.output, {"context": context}, resume=request.resume)
    with Progress(_steps(families, request)) as progress:
        every = workspace.save("exam", exam.images)
        answers, working, failed = ask_all(families, every, workspace, progress)
        timed, extras = _time(working, dataset, exam, request, workspace, progress)
    reference, rows = _reference(prepared, exam, dataset, request.plan)
    reference = reference or float32_reference(answers)
    rows += file_rows(answers, timed.runs, reference, exam)
    after = read_vitals()
    workspace.close()
    return Benchmark(
        created=created,
        command=request.command,
        host=host,
        data=data,
        reference=_who(reference, prepared, told),
        plan=request.plan,
        rows=tuple(rows),
        notes=(
            *left_out(artifacts),
            *failed,
            *strangers(rows),
            *cautions(host, data),
            *unsteady(rows),
            *warnings(before, after),
        ),
        extras=_with_vitals(extras, timed, (before, after)),
    )


def _prepare(
    request: Request, artifacts: Sequence[ModelArtifact]
) -> tuple[Dataset, KerasParent | ShippedExam | None, str]:
    """The images, and who the files are compared with, as far as it is known now."""
    if request.edge:
        if request.keras:
            raise InputError("--edge does without Keras; leave out --keras or --edge")
        if request.data == SHIPPED_IMAGES:
            shipped = shipped_exam(request.images)
            return shipped.dataset, shipped, f"answers of {shipped.reference.name}, shipped"
        return load_dataset(request.data), None, "--edge does without Keras"
    parent, told = find_parent(request.keras, request.folder, artifacts)
    shipped_images = request.data == SHIPPED_IMAGES
    return shipped_dataset() if shipped_images else load_dataset(request.data), parent, told


def _reference(
    prepared: KerasParent | ShippedExam | None, exam: Exam, dataset: Dataset, plan: LatencyPlan
) -> tuple[Reference | None, list[Row]]:
    """Asks Keras, last of all: TensorFlow's threads are no company for a stopwatch."""
    if prepared is None:
        return None, []
    if isinstance(prepared, ShippedExam):
        return prepared.reference, []
    said = prepared.predict(exam.images)
    rotating = dataset.test.images[: plan.rotating_images]
    times = [
        prepared.time(rotating, calls=calls, warmup=warmup, scope=scope)
        for scope, calls, warmup in _KERAS
    ]
    reference = Reference(said, prepared.sha256, prepared.path.name)
    return reference, [keras_row(prepared, said, times, exam)]


def _time(
    families: Sequence[Family],
    dataset: Dataset,
    exam: Exam,
    request: Request,
    workspace: Workspace,
    progress: Progress,
) -> tuple[Timed, Extras]:
    depth, plan = request.depth, request.plan
    rotating = workspace.save("rotating", dataset.test.images[: plan.rotating_images])
    pages = draw_pages(depth.pages) if depth.pages else None
    frame = workspace.save("frame", pages.images[0]) if pages else None
    timed = time_all(families, rotating, frame, plan, depth.thread_processes, workspace, progress)
    starts = start_all(families, depth.starts, progress)
    operators = profile_all(families, depth.operator_processes, progress)
    kernels = []
    if depth.kernel_images:
        few = workspace.save("kernels", exam.digits.images[: depth.kernel_images])
        kernels = run_kernels(families, few, workspace, progress)
    read = []
    if pages:
        file = workspace.save("pages", pages.images)
        read = read_all_pages(families, pages, file, progress)
    progress.begin("peers")
    peers, peak = time_peers(
        families, dataset, exam.digits, rotating, workspace, depth, request.trained
    )
    return timed, Extras(
        starts=tuple(starts),
        kernels=tuple(kernels),
        pages=tuple(read),
        peers=tuple(peers),
        peak_macs_per_us=peak,
        operators=tuple(operators),
    )


def _who(reference: Reference | None, prepared: KerasParent | ShippedExam | None, told: str) -> str:
    """Who the rows were compared with, and how it was chosen; a sentence."""
    if isinstance(prepared, ShippedExam):
        return f"Compared with {told}: Keras did not run here."
    if prepared:
        return f"Compared with the Keras model {told}."
    if reference:
        return f"Compared with {reference.name} instead of Keras: {told}."
    return f"Compared with nothing, since there is no float32 file either: {told}."


def _with_vitals(extras: Extras, timed: Timed, vitals: tuple[Vitals, ...]) -> Extras:
    return replace(extras, noise=timed.noise, loaded=timed.loaded, vitals=vitals)


def _steps(families: Sequence[Family], request: Request) -> int:
    files = sum(len(family.artifacts) for family in families)
    depth = request.depth
    each = 1 + bool(depth.starts) + bool(depth.pages) + bool(depth.operator_processes)
    return files * each + len(families) * (request.plan.processes + 2 * depth.thread_processes + 2)

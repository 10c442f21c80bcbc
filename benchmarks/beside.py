"""What is measured beside the comparison: starts, kernels, operators, pages, peers."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.depth import Depth
from benchmarks.families import Family
from benchmarks.kernels import Kernel, KernelResult, against_reference, has_micro, kernels_of
from benchmarks.operators.measure import profile_operators
from benchmarks.operators.profile import OperatorProfile
from benchmarks.pages import Pages, PagesRead, read_pages
from benchmarks.peers import (
    Peer,
    can_build_peers,
    published_recipes,
    time_classic,
    time_networks,
)
from benchmarks.progress import Progress
from benchmarks.stages import ask
from benchmarks.start import ColdStart, cold_start
from benchmarks.trained import trained_recipes
from benchmarks.workspace import Workspace
from edge.artifact import ModelFormat
from edge.errors import EdgeDigitsError
from edge.quantization import QuantizationScheme
from edge.session import Runtime
from train.data import Dataset, Images


def start_all(families: Sequence[Family], processes: int, progress: Progress) -> list[ColdStart]:
    """Cold start and memory of every file."""
    found = []
    for family in families if processes else ():
        for artifact in family.artifacts:
            progress.begin(f"cold start, {artifact.path.name}")
            found.append(cold_start(artifact, family.runtime, processes))
    return found


def run_kernels(
    families: Sequence[Family], images: Path, workspace: Workspace, progress: Progress
) -> list[KernelResult]:
    """Every int8 .tflite file on every set of kernels, held against the reference kernels."""
    found = []
    for family in families:
        for artifact in family.artifacts:
            if (artifact.format, artifact.scheme) != (ModelFormat.TFLITE, QuantizationScheme.INT8):
                continue
            progress.begin(f"kernels, {artifact.path.name}")
            reference = None
            kernels = kernels_of(family.runtime)
            for kernel in [*kernels, Kernel.MICRO] if has_micro() else kernels:
                try:
                    said = ask(artifact, family.runtime, images, workspace, kernel)
                except EdgeDigitsError as error:
                    print(f"kernels left out: {error}", file=sys.stderr)
                    continue
                reference = said if reference is None else reference
                name = "tflite-micro" if kernel is Kernel.MICRO else family.runtime.value
                found.append(against_reference(artifact.path.name, name, kernel, said, reference))
    return found


def profile_all(
    families: Sequence[Family], processes: int, progress: Progress
) -> list[OperatorProfile]:
    """The operators of every float32 and every int8 file, where the runtime can tell."""
    found = []
    for family in families if processes else ():
        for artifact in family.artifacts:
            if artifact.scheme not in (QuantizationScheme.NONE, QuantizationScheme.INT8):
                continue
            progress.begin(f"operators, {artifact.path.name}")
            try:
                found.append(profile_operators(artifact, family.runtime, processes))
            except EdgeDigitsError as error:
                print(f"operators left out: {error}", file=sys.stderr)
    return found


def read_all_pages(
    families: Sequence[Family], pages: Pages, file: Path, progress: Progress
) -> list[PagesRead]:
    """Whole pages with every file."""
    found = []
    for family in families:
        for artifact in family.artifacts:
            progress.begin(f"pages, {artifact.path.name}")
            found.append(read_pages(artifact, family.runtime, pages, file))
    return found


def time_peers(
    families: Sequence[Family],
    dataset: Dataset,
    test: Images,
    images: Path,
    workspace: Workspace,
    depth: Depth,
    trained_root: Path,
) -> tuple[list[Peer], float | None]:
    """The published networks where they can be converted here, and the classic.

    Args:
        families: what is compared; their files on ai-edge-litert are timed again beside the
            networks.
        dataset: its training images teach the classic and calibrate the networks; without
            any, neither the classic nor a trained network is among the peers.
        test: images that tell the accuracy of the classic and of what is trained.
        images: a .npy of (n, 28, 28) uint8 that the calls of the networks go through.
        workspace: where the converted files may lie.
        depth: its `peer_processes` time the networks; 0 leaves everything out.
        trained_root: where `python -m train --all` left a folder for each recipe.

    Returns:
        Those files, the networks and the classic; and the most int8 multiply-accumulates a
        microsecond that this machine reached on a plain matrix product, or None.
    """
    if not depth.peer_processes:
        return [], None
    # The images that ship are all test images: nothing learns from them.
    learns = len(dataset.train) > 0
    # First, as long as no TensorFlow is in this process.
    classic = [time_classic(dataset, test)] if learns else []
    peers: list[Peer] = []
    peak = None
    if can_build_peers():
        folder = workspace.folder / "peers"
        folder.mkdir(exist_ok=True)
        try:
            recipes = published_recipes()
            peers, peak = time_networks(
                images,
                folder,
                depth.peer_processes,
                recipes=recipes,
                trained=trained_recipes(trained_root, recipes) if learns else [],
                dataset=dataset,
                test=test,
                compared=[
                    artifact
                    for family in families
                    for artifact in family.artifacts
                    if family.runtime is Runtime.LITERT
                ],
            )
        except EdgeDigitsError as error:
            print(f"published networks left out: {error}", file=sys.stderr)
    return [*peers, *classic], peak

"""Others in the same run: published networks, a classic, and Keras as tutorials call it."""

from __future__ import annotations

import importlib.util
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.accuracy_worker import MODULE as ACCURACY_MODULE
from benchmarks.accuracy_worker import AccuracyJob
from benchmarks.fresh import run_fresh
from benchmarks.hog import train_svm
from benchmarks.latency import LatencyRun, LatencyScope, LatencySummary
from benchmarks.latency_worker import MODULE as LATENCY_MODULE
from benchmarks.latency_worker import LatencyJob
from benchmarks.peer_worker import MODULE as PEER_MODULE
from benchmarks.peer_worker import PEAK, PeerJob
from benchmarks.trained import TRAIN_ALL, TrainedRecipe
from edge.artifact import ModelArtifact
from edge.errors import EdgeDigitsError
from edge.manifest import load_manifest
from edge.session import Runtime
from train.data import Dataset, Images

COMPARED = "the file above"
"""Stands for what a file that is compared was trained on: its own rows tell of it."""

CLASSIC = "HOG + SVM"
"""The competitor that is no network."""

_CALIBRATION_IMAGES = 200
_TRAINING_IMAGES, _CALLS, _WARMUP = 4000, 300, 20


@dataclass(frozen=True, slots=True)
class Peer:
    """One competitor, timed like the runtime's own call of ours.

    Attributes:
        name: "conv2, int8", "HOG + SVM".
        latency: of one image.
        size_bytes: of the file, or of its weights.
        accuracy: on the test images; None for a network with untrained weights.
        macs: multiply-accumulates of one run, or None.
        trained: on what, for how long: "mnist, 5 epochs"; None for untrained weights;
            `COMPARED` for one of the files that the peers are held against.
    """

    name: str
    latency: LatencySummary
    size_bytes: int
    accuracy: float | None
    macs: int | None
    trained: str | None = None


def can_build_peers() -> bool:
    """Whether the published networks can be converted here: TensorFlow and a runtime."""
    return all(importlib.util.find_spec(name) for name in ("tensorflow", "keras", "ai_edge_litert"))


def published_recipes() -> list[str]:
    """Names of the recipes that others published, each network once.

    Ours is measured with its real weights; a second form has the network of the first.
    """
    from train.recipes import RECIPES

    plain = [one for one in RECIPES.values() if one.augmentation is None and one.variation is None]
    return [recipe.name for recipe in plain]


def time_networks(
    images: Path,
    folder: Path,
    processes: int,
    *,
    recipes: Sequence[str],
    trained: Sequence[TrainedRecipe] = (),
    dataset: Dataset,
    test: Images,
    compared: Sequence[ModelArtifact] = (),
) -> tuple[list[Peer], float | None]:
    """Converts recipes' networks, times them on ai-edge-litert, one thread, and asks the trained.

    The files that they are held against are timed again, in turns with them in the same
    processes: a machine that is slow for a minute would else have made one of them slow.

    Args:
        images: a .npy of (n, 28, 28) uint8.
        folder: where the files may lie.
        processes: fresh processes to time them in.
        recipes: names.
        trained: those among them that have trained weights.
        dataset: whose training images calibrate these.
        test: images that tell the accuracy of these.
        compared: .tflite files to time with the networks.

    Returns:
        Those files and the peers; and the most int8 multiply-accumulates a microsecond that
        this machine reached on a plain matrix product, or None.
    """
    calibration = folder / "calibration.npy"
    np.save(calibration, dataset.train.images[:_CALIBRATION_IMAGES])
    job = PeerJob(folder, tuple(recipes), {one.name: one.model for one in trained}, calibration)
    told = run_fresh(PEER_MODULE, job.to_json(), what="the published networks")
    for reason in told["refused"].values():
        print(f"taken untrained: {reason}; train it again: {TRAIN_ALL}", file=sys.stderr)
    how = {one.name: one.how for one in trained if one.name not in told["refused"]}
    artifacts = load_manifest(folder)
    networks = [one for one in artifacts if not one.path.name.startswith(PEAK)]
    names = {one.path.name for one in networks}
    compared = [one for one in compared if one.path.name not in names]
    runs, macs = _time([one.path for one in (*compared, *networks)], images, processes)
    peers = [
        Peer(
            one.path.name,
            _summary(one, runs),
            one.size_bytes,
            None,
            macs.get(one.path.name),
            COMPARED,
        )
        for one in compared
    ]
    for one in networks:
        stem, _, scheme = one.path.stem.rpartition("-")
        peers.append(
            Peer(
                f"{stem}, {scheme}",
                _summary(one, runs),
                one.size_bytes,
                _accuracy(one, folder, test) if stem in how else None,
                macs.get(one.path.name),
                how.get(stem),
            )
        )
    return peers, _peak(folder, [one.path for one in artifacts if one not in networks], images)


def _time(
    paths: Sequence[Path], images: Path, processes: int
) -> tuple[list[LatencyRun], dict[str, int | None]]:
    """The times of all files, and their multiply-accumulates by name."""
    runs: list[LatencyRun] = []
    macs: dict[str, int | None] = {}
    for process in range(processes):
        job = LatencyJob(tuple(paths), Runtime.LITERT, images, process, 5, 20, 20, bare=True)
        answer = run_fresh(LATENCY_MODULE, job.to_json(), what="the published networks")
        runs += [LatencyRun.from_json(entry) for entry in answer["runs"]]
        macs = {name: facts.get("macs") for name, facts in answer["facts"].items()}
    return runs, macs


def _summary(artifact: ModelArtifact, runs: Sequence[LatencyRun]) -> LatencySummary:
    """Of the runtime's own call of one file."""
    wanted = (artifact.path.name, LatencyScope.RUNTIME)
    return LatencySummary.of([run for run in runs if (run.model, run.scope) == wanted])


def _accuracy(artifact: ModelArtifact, folder: Path, test: Images) -> float:
    """The share of the test images that a file reads right, asked in a fresh process."""
    pixels, answers = folder / "test.npy", folder / "answers.npy"
    np.save(pixels, test.images)
    job = AccuracyJob(artifact.path.resolve(), Runtime.LITERT, pixels, answers)
    run_fresh(ACCURACY_MODULE, job.to_json(), what=artifact.path.name)
    said = np.load(answers, allow_pickle=False)
    return float((said.argmax(axis=1) == test.labels).mean())


def time_classic(dataset: Dataset, test: Images) -> Peer:
    """Trains HOG + SVM on some training images, times it and reads the test images."""
    rows = np.arange(min(_TRAINING_IMAGES, len(dataset.train)))
    svm = train_svm(dataset.train.images[rows], dataset.train.labels[rows])
    said = np.array([svm.classify(image) for image in test.images])
    taken = _timed(lambda at: svm.classify(test.images[at % len(test)]))
    run = LatencyRun(
        "HOG + SVM", "numpy", LatencyScope.RUNTIME, 0, taken[:_WARMUP], taken[_WARMUP:]
    )
    right = float((said == test.labels).mean())
    how = f"{dataset.name}, {len(rows):,} images"
    return Peer(CLASSIC, LatencySummary.of([run]), svm.weights.nbytes, right, None, how)


def _peak(folder: Path, models: list[Path], images: Path) -> float | None:
    """Int8 multiply-accumulates a microsecond of the matrix product's best call."""
    pixels = folder / "peak.npy"
    side, channels = 32, 128
    np.save(pixels, np.zeros((4, side, side, channels), np.uint8))
    try:
        job = LatencyJob(tuple(models), Runtime.LITERT, pixels, 0, 5, 20, 10, bare=True)
        answer = run_fresh(LATENCY_MODULE, job.to_json(), what="the matrix product")
    except EdgeDigitsError:
        return None
    best = min(
        min(entry["samples_ns"])
        for entry in answer["runs"]
        if entry["scope"] == LatencyScope.INVOKE.value
    )
    return float(side * side * channels * channels / (best / 1000))


def _timed(call: Callable[[int], object]) -> tuple[int, ...]:
    taken = []
    for at in range(_WARMUP + _CALLS):
        begun = time.perf_counter_ns()
        call(at)
        taken.append(time.perf_counter_ns() - begun)
    return tuple(taken)

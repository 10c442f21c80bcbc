"""What each model file is compared with, and the row that comes of it."""

from __future__ import annotations

import dataclasses

import numpy as np

from benchmarks.exam import Exam
from benchmarks.latency import LatencyRun
from benchmarks.result import Standing
from benchmarks.rows import Answer, file_rows, float32_reference
from edge.artifact import ModelArtifact
from edge.manifest import load_manifest
from edge.prediction import Prediction
from edge.quantization import QuantizationScheme
from edge.session import Runtime
from tests.benchmark_rows import timed
from tests.support import SHIPPED
from train.data import Images


def answers_of(artifacts: list[ModelArtifact], probabilities: np.ndarray) -> list[Answer]:
    return [Answer(one, Runtime.LITERT, Prediction(probabilities, None)) for one in artifacts]


TEN = Exam(
    Images(np.zeros((10, 28, 28), np.uint8), np.arange(10)), {}, np.zeros((0, 28, 28), np.uint8)
)


def runs_of(artifacts: list[ModelArtifact]) -> list[LatencyRun]:
    return [timed([1000], model=one.path.name) for one in artifacts]


def test_without_keras_the_float32_file_stands_in() -> None:
    artifacts = load_manifest(SHIPPED)
    said = np.eye(10, dtype=np.float32)
    reference = float32_reference(answers_of(artifacts, said))
    assert reference is not None
    assert "float32" in reference.name
    answers = answers_of(artifacts, said)
    rows = file_rows(answers, runs_of(artifacts), float32_reference(answers), TEN)
    assert [one.standing for one in rows].count(Standing.REFERENCE) == 1
    assert [one.standing for one in rows].count(Standing.COMPARED) == len(rows) - 1
    assert all(one.accuracy == 1 for one in rows)


def test_a_file_of_other_weights_is_told_and_not_compared() -> None:
    artifacts = load_manifest(SHIPPED)
    artifacts[-1] = dataclasses.replace(artifacts[-1], parent_sha256="f" * 64)
    answers = answers_of(artifacts, np.eye(10, dtype=np.float32))
    exact = [one for one in answers if one.artifact.scheme is QuantizationScheme.NONE]
    rows = file_rows(answers, runs_of(artifacts), float32_reference(exact), TEN)
    (stranger,) = [one for one in rows if one.standing is Standing.OTHER_PARENT]
    assert stranger.file == artifacts[-1].path.name
    assert stranger.parity is None
    assert stranger.accuracy == 1


def test_without_any_reference_accuracy_remains() -> None:
    artifacts = [one for one in load_manifest(SHIPPED) if one.scheme is QuantizationScheme.INT8]
    answers = answers_of(artifacts, np.eye(10, dtype=np.float32))
    assert float32_reference(answers) is None
    rows = file_rows(answers, runs_of(artifacts), None, TEN)
    assert {one.standing for one in rows} == {Standing.NO_REFERENCE}
    assert {one.accuracy for one in rows} == {1.0}


def test_the_report_tells_what_each_export_took() -> None:
    artifacts = load_manifest(SHIPPED)
    answers = answers_of(artifacts, np.eye(10, dtype=np.float32))
    rows = file_rows(answers, runs_of(artifacts), None, TEN)
    assert all(one.export_cost and one.export_cost["wall_s"] > 0 for one in rows)
    assert all(one.to_json()["export_cost"]["peak_bytes"] > 1e6 for one in rows)
    silent = dataclasses.replace(artifacts[0], provenance={"cost": "dear"})
    (row,) = file_rows(
        answers_of([silent], np.eye(10, dtype=np.float32)), runs_of([silent]), None, TEN
    )
    assert row.export_cost is None

"""The calibration study compares what it says, and shows why non-digits calibrate too."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import pytest

from export.study_report import plot_study, table_of
from tests.support import Run, needs_tensorflow, one_line_error


def row(method: str, count: int, seed: int, agreement: float, rejection: float | None):
    return {
        "method": method,
        "count": count,
        "seed": seed,
        "accuracy": agreement - 0.01,
        "accuracy_drop": 0.01,
        "agreement": agreement,
        "mean_difference": 0.001,
        "rejection": rejection,
    }


FACTS = {"model": "m.keras", "dataset": "drawn", "held_out": 5, "keras_accuracy": 1.0}


def test_the_table_shows_the_mean_and_the_worst_draw() -> None:
    rows = [row("tflite", 10, 0, 0.9, 0.5), row("tflite", 10, 1, 1.0, 1.0)]
    last = table_of(rows, FACTS).splitlines()[-1]
    assert last == (
        "| tflite | 10 | 0.9400 | +0.0100 | 0.9500 | 0.9000 | 0.00100 | 0.7500 | 0.5000 |"
    )


def test_a_model_without_a_second_output_has_no_such_column() -> None:
    rows = [row("tflite", 10, 0, 0.9, None)]
    assert table_of(rows, FACTS).endswith("| - | - |\n")


def test_the_plot_is_a_picture_and_the_same_each_time(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="matplotlib is not installed")
    rows = [
        row(method, count, seed, 0.9 + 0.01 * seed, None)
        for method in ("tflite", "onnx minmax")
        for count in (1, 10)
        for seed in (0, 1)
    ]
    for name in ("one.png", "other.png"):
        plot_study(rows, tmp_path / name)
    assert cv2.imread(str(tmp_path / "one.png")) is not None
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "other.png").read_bytes()


@needs_tensorflow
def test_a_small_study_runs_from_end_to_end(run: Run, tmp_path: Path) -> None:
    result = run(
        "export.study", "--data", "drawn", "--counts", "1", "20", "--seeds", "1",
        "--held-out", "300", "--output", tmp_path,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    document = json.loads((tmp_path / "study.json").read_text())
    rows = document["rows"]
    assert {one["count"] for one in rows} == {1, 20}
    assert len({one["method"] for one in rows}) == 5
    assert (tmp_path / "study.png").is_file()
    assert (tmp_path / "study.md").read_text().strip() in result.stdout
    for one in rows:
        assert one["agreement"] > 0.97, one
        alone = one["method"].endswith("digits alone")
        assert (one["rejection"] < 0.9) if alone else (one["rejection"] > 0.97), one


@needs_tensorflow
def test_a_study_of_nothing_is_usage(run: Run) -> None:
    result = run("export.study", "--seeds", "0")
    assert result.returncode == 2
    assert "at least 1" in one_line_error(result)

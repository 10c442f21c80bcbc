"""The gate names every model that was broken on purpose, and lets an untouched one pass."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from benchmarks.gate.baseline import load_baseline
from benchmarks.gate.command import main as gate
from edge.embedded import model_body, read_embedded
from edge.manifest import MANIFEST_NAME
from tests.broken_models import (
    change_manifest,
    convert,
    copy_models,
    flip_weight,
    replace_content,
    scale_activations,
    shift_zero_point,
    transpose_input,
)
from tests.support import SHIPPED, Run, needs_onnxruntime, needs_tensorflow, one_line_error

TFLITE, FLOAT, ONNX = "digits-int8.tflite", "digits-float32.tflite", "digits-int8.onnx"


def keep_only(folder: Path, *files: str) -> None:
    manifest = folder / MANIFEST_NAME
    document = json.loads(manifest.read_text("utf-8"))
    document["models"] = [one for one in document["models"] if one["file"] in files]
    manifest.write_text(json.dumps(document), "utf-8")


@pytest.fixture(scope="module")
def approved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of two untouched models, and their baseline as this environment makes it."""
    folder = tmp_path_factory.mktemp("gate")
    models = copy_models(SHIPPED, folder / "models")
    keep_only(models, TFLITE, FLOAT)
    baseline = folder / "baseline.json"
    options = ["--baseline", str(baseline), "--models", str(models)]
    assert gate([*options, "--update", "--no-latency"]) == 0
    return folder


@pytest.fixture
def models(approved: Path, tmp_path: Path) -> Path:
    return copy_models(approved / "models", tmp_path / "models")


def judged(
    approved: Path, models: Path, capsys: pytest.CaptureFixture[str], *more: str
) -> tuple[int, list[dict[str, str]]]:
    capsys.readouterr()
    baseline = str(approved / "baseline.json")
    options = ["--baseline", baseline, "--models", str(models), "--no-latency", "--json"]
    code = gate([*options, *more])
    return code, json.loads(capsys.readouterr().out)["failures"]


# Models broken on purpose


def wrong_scale(folder: Path) -> None:
    def change(entry: dict) -> None:
        entry["preprocessing"]["scale"] /= 2

    change_manifest(folder, TFLITE, change)


def shifted_by_one_step(folder: Path) -> None:
    """What an input zero point off by one does, said in the manifest: 0 is fed as 1."""

    def change(entry: dict) -> None:
        entry["preprocessing"]["offset"] = entry["preprocessing"]["scale"]

    change_manifest(folder, TFLITE, change)


def zero_point_in_manifest(folder: Path) -> None:
    def change(entry: dict) -> None:
        entry["input"]["quantization"]["zero_point"] += 1

    change_manifest(folder, TFLITE, change)


def permuted_labels(folder: Path) -> None:
    def change(entry: dict) -> None:
        entry["labels"][3], entry["labels"][8] = entry["labels"][8], entry["labels"][3]

    change_manifest(folder, TFLITE, change)


def altered_behind_the_manifest(folder: Path) -> None:
    path = folder / TFLITE
    path.write_bytes(path.read_bytes() + b"\0")


def swollen(folder: Path) -> None:
    content = model_body((folder / TFLITE).read_bytes()) + bytes(20_000)
    replace_content(folder, TFLITE, content)


def described_otherwise(folder: Path) -> None:
    if read_embedded((folder / TFLITE).read_bytes()) is None:
        pytest.skip("the shipped file holds no description of itself")
    flip_weight(folder, TFLITE, 0, 0, keep_description=True)


BROKEN: list[tuple[str, Callable[[Path], None], str]] = [
    ("wrong scale in the manifest", wrong_scale, "answers"),
    ("wrong scale of an activation", lambda f: scale_activations(f, TFLITE, 1.5), "agreement"),
    ("far wrong scale of an activation", lambda f: scale_activations(f, TFLITE, 3.0), "accuracy"),
    ("input one step off", shifted_by_one_step, "answers"),
    ("zero point off by one in the manifest", zero_point_in_manifest, "unusable"),
    ("zero point off by one, first in the file", lambda f: shift_zero_point(f, TFLITE, 0), ""),
    ("zero point off by one, third in the file", lambda f: shift_zero_point(f, TFLITE, 2), ""),
    ("zero point off by one, fifth in the file", lambda f: shift_zero_point(f, TFLITE, 4), ""),
    ("zero point off by one, last in the file", lambda f: shift_zero_point(f, TFLITE, -1), ""),
    ("labels 3 and 8 permuted", permuted_labels, "accuracy"),
    ("transposed input", lambda f: transpose_input(f, TFLITE), "accuracy"),
    ("sign bit of a first weight", lambda f: flip_weight(f, TFLITE, 0, 7), "answers"),
    ("lowest bit of a first weight", lambda f: flip_weight(f, TFLITE, 0, 0), "answers"),
    ("sign bit of a late weight", lambda f: flip_weight(f, TFLITE, -1, 7), "answers"),
    ("lowest bit of a late weight", lambda f: flip_weight(f, TFLITE, -1, 0), "content"),
    ("a weight that the file's own hash knows", described_otherwise, "unusable"),
    ("other bytes than the manifest's", altered_behind_the_manifest, "unusable"),
    ("no model any more", lambda f: replace_content(f, TFLITE, b"TFL3"), "unusable"),
    ("a larger file", swollen, "size"),
    ("one file left out", lambda f: (keep_only(f, FLOAT), (f / TFLITE).unlink()), "missing"),
]


@pytest.mark.parametrize(
    ("breaks", "named"), [row[1:] for row in BROKEN], ids=[row[0] for row in BROKEN]
)
def test_the_gate_names_a_model_that_was_broken(
    breaks: Callable[[Path], None],
    named: str,
    approved: Path,
    models: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    breaks(models)
    code, failures = judged(approved, models, capsys)
    assert code == 1
    assert not named or named in {one["what"] for one in failures}
    assert {one["name"].partition(" on ")[0] for one in failures} == {TFLITE}


@needs_tensorflow
@pytest.mark.filterwarnings("ignore")  # the converter warns of its own internals
@pytest.mark.parametrize("kind", ["calibrated on noise", "input transposed before export"])
def test_the_gate_names_a_bad_conversion(
    kind: str, approved: Path, models: Path, capsys: pytest.CaptureFixture[str], drawn
) -> None:
    from train.backend import keras
    from train.weights import load_shipped

    model, images = load_shipped(), drawn.images[:100]
    if kind == "calibrated on noise":
        images = np.random.default_rng(0).integers(0, 256, images.shape).astype(np.uint8)
    else:
        image = keras.Input((28, 28, 1), name="image")
        model = keras.Model(image, model(keras.layers.Permute((2, 1, 3))(image)))
    convert(models, TFLITE, model, images)
    code, failures = judged(approved, models, capsys)
    assert code == 1
    said = {one["what"] for one in failures if one["name"].startswith(TFLITE)}
    assert said & {"divergence", "accuracy"}


@needs_onnxruntime
def test_the_gate_names_a_zero_point_off_by_one_that_no_runtime_checks(
    approved: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    models = copy_models(SHIPPED, tmp_path / "models")
    keep_only(models, ONNX)
    options = ["--baseline", str(tmp_path / "onnx.json"), "--models", str(models), "--no-latency"]
    assert gate([*options, "--update"]) == 0
    assert gate(options) == 0

    def change(entry: dict) -> None:
        entry["input"]["quantization"]["zero_point"] += 1

    change_manifest(models, ONNX, change)
    capsys.readouterr()
    assert gate(options) == 1
    assert "answers" in capsys.readouterr().out


def test_an_untouched_model_passes_twenty_times_in_a_row(
    approved: Path, models: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert [judged(approved, models, capsys) for _ in range(20)] == [(0, [])] * 20


def test_an_untouched_model_passes_with_its_latency(
    approved: Path, models: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    baseline = tmp_path / "timed.json"
    options = ["--baseline", str(baseline), "--models", str(models), "--processes", "5"]
    assert gate([*options, "--update"]) == 0
    entries = load_baseline(baseline).entries
    assert all(len(one.medians_us) == 5 == len(one.yardstick_us) for one in entries)
    assert gate([*options, "--json"]) == 0, capsys.readouterr().out


# The command


def test_an_update_shows_what_changes_and_then_nothing(
    approved: Path, models: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(approved / "baseline.json", tmp_path / "baseline.json")
    options = ["--baseline", str(tmp_path / "baseline.json"), "--models", str(models)]
    flip_weight(models, TFLITE, -1, 7)
    capsys.readouterr()
    assert gate([*options, "--update", "--no-latency"]) == 0
    told = capsys.readouterr().out
    assert "sha256" in told
    assert "answered with other bytes" in told
    assert FLOAT not in told
    assert gate([*options, "--no-latency"]) == 0
    capsys.readouterr()
    assert gate([*options, "--update", "--no-latency"]) == 0
    assert "nothing changed" in capsys.readouterr().out


def test_a_budget_can_allow_what_the_gate_would_stop(
    approved: Path, models: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    flip_weight(models, TFLITE, -1, 0)
    generous = tmp_path / "budget.json"
    generous.write_text(
        '{"changed_rows": 1, "changed_content": 1, "divergence_growth": 9}', "utf-8"
    )
    assert judged(approved, models, capsys)[0] == 1
    assert judged(approved, models, capsys, "--budget", str(generous)) == (0, [])


@pytest.mark.parametrize("damage", ["absent", "text", "other schema", "no models", "answers"])
def test_a_bad_baseline_is_one_line_and_exit_2(
    damage: str, approved: Path, run: Run, tmp_path: Path
) -> None:
    path = tmp_path / "baseline.json"
    document = json.loads((approved / "baseline.json").read_text("utf-8"))
    if damage == "other schema":
        document["schema_version"] = 99
    elif damage == "no models":
        document["entries"] = []
    elif damage == "answers":
        document["answers"] = "bm8="
    if damage == "text":
        path.write_text("{", "utf-8")
    elif damage != "absent":
        path.write_text(json.dumps(document), "utf-8")
    done = run("benchmarks", "gate", "--baseline", path, "--no-latency")
    assert done.returncode == 2
    assert "baseline" in one_line_error(done)

"""`python -m benchmarks` compares models with their Keras parent, or says in one line why not."""

from __future__ import annotations

import dataclasses
import json
import shutil
from pathlib import Path

import pytest

from benchmarks.advice import advise
from benchmarks.depth import Depth
from benchmarks.families import load_models
from benchmarks.keras_parent import find_parent
from benchmarks.measure import Request, measure
from benchmarks.result import Standing
from edge.errors import InputError
from edge.files import sha256_of
from edge.manifest import MANIFEST_NAME, load_manifest
from tests.benchmark_rows import PLAN
from tests.support import SHIPPED, Run, needs_tensorflow, one_line_error
from train.data import Dataset, Images

NOTHING_BESIDE = Depth(0, 0, 0, 0, 0, 0, 0)


# The parent


def small_dataset(drawn: Images) -> Dataset:
    return Dataset("drawn", drawn, drawn, "0" * 64)


@needs_tensorflow
@pytest.mark.filterwarnings("ignore::DeprecationWarning:keras.*")  # Keras with a new NumPy
def test_the_keras_parent_is_found_by_its_hash_or_by_name(
    drawn: Images, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from train.recipes import build_model, get_recipe

    shutil.copytree(SHIPPED, tmp_path, dirs_exist_ok=True)
    file = tmp_path / "model.keras"
    build_model(get_recipe("edge")).save(file)
    artifacts = load_models(tmp_path)
    orphans = [dataclasses.replace(one, parent_sha256="f" * 64) for one in artifacts]
    parent, told = find_parent(None, tmp_path, orphans)
    assert parent is None
    assert "--keras FILE" in told
    children = [dataclasses.replace(one, parent_sha256=sha256_of(file)) for one in artifacts]
    parent, told = find_parent(None, tmp_path, children)
    assert parent is not None
    assert parent.sha256 == sha256_of(file)
    assert told == "model.keras, found by its sha256"

    # Named, but not the parent: the files get their rows and no agreement.
    monkeypatch.setattr("benchmarks.measure.load_dataset", lambda source: small_dataset(drawn))
    found = measure(
        Request(
            tmp_path,
            file,
            "drawn",
            50,
            PLAN,
            "python -m benchmarks",
            output=tmp_path / "reports",
            depth=NOTHING_BESIDE,
        )
    )
    assert not list((tmp_path / "reports").iterdir())
    assert found.rows[0].format == "keras"
    assert found.rows[0].standing is Standing.REFERENCE
    assert {one.standing for one in found.rows[1:]} == {Standing.OTHER_PARENT}
    assert found.rows[0].call.n == 200
    assert any("another parent" in note for note in found.notes)
    assert "none is recommended" in advise(found)


@needs_tensorflow
@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no model"], ids=["empty", "no model"])
def test_a_bad_keras_file_is_told_in_one_line(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "model.keras"
    file.write_bytes(content)
    with pytest.raises(InputError, match="cannot load") as caught:
        find_parent(file, tmp_path, [])
    assert "\n" not in str(caught.value)


# The command


def test_the_command_compares_the_shipped_models(run: Run, tmp_path: Path) -> None:
    done = run(
        *("benchmarks", "--quick", "--no-peers", "--data", "drawn", "--images", "200"),
        *("--output", tmp_path, "--json"),
    )
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["data"] | {"sha256": ""} == {
        "name": "drawn",
        "images": 200,
        "of": 4000,
        "sha256": "",
    }
    int8 = [one for one in document["models"] if one["scheme"] == "int8"]
    assert int8
    assert min(one["parity"]["agreement"] for one in int8) >= 0.98
    assert min(one["accuracy"] for one in document["models"]) > 0.9
    for one in int8:
        assert one["latency"]["runtime"]["n"] == 300
        assert one["latency"]["runtime"]["p99_us"] is None
        assert one["latency"]["runtime"]["p50_us"] < one["latency"]["session"]["p50_us"]
    full = json.loads((tmp_path / "benchmark.json").read_text("utf-8"))
    assert full.pop("runs")
    assert full == document
    assert document["advice"] in (tmp_path / "benchmark.md").read_text("utf-8")
    for one in document["models"]:
        evidence = one["evidence"]
        assert evidence["low"] <= one["accuracy"] <= evidence["high"]
        assert len(evidence["spoiled"]) == 16
        if one["format"] != "keras":
            assert [curve["score"] for curve in evidence["rejection"]["curves"]] == [
                "is_digit",
                "softmax",
            ]
    assert {one["file"] for one in document["extras"]["kernels"]} == {"digits-int8.tflite"}
    assert all(one["memory_bytes"] > 0 for one in document["extras"]["cold_start"])
    page = (tmp_path / "benchmark.html").read_text("utf-8")
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "")


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--models", "no/such/folder"], "no/such/folder"),
        (["--models", "edge"], "no manifest"),
        (["--keras", "no/such.keras"], "no/such.keras"),
        (["--images", "0"], "--images"),
        (["--processes", "0"], "--processes"),
        (["--data", "no/such.npz"], "no/such.npz"),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, list) else "",
)
def test_bad_usage_is_one_line_and_exit_2(
    options: list[str], says: str, run: Run, tmp_path: Path
) -> None:
    done = run("benchmarks", "--output", tmp_path, *options)
    assert done.returncode == 2
    assert says in one_line_error(done)
    assert not done.stdout


@pytest.mark.parametrize("damage", ["altered", "missing", "empty manifest"])
def test_a_bad_model_is_one_line_and_exit_2(damage: str, run: Run, tmp_path: Path) -> None:
    models = tmp_path / "models"
    shutil.copytree(SHIPPED, models)
    file = load_manifest(models)[0].path
    if damage == "altered":
        file.write_bytes(file.read_bytes()[:-7])
    elif damage == "missing":
        file.unlink()
    else:
        (models / MANIFEST_NAME).write_text('{"schema_version": 1, "models": []}', "utf-8")
    done = run("benchmarks", "--output", tmp_path, "--models", models)
    assert done.returncode == 2
    assert "python -m export" in one_line_error(done)


def test_a_folder_that_cannot_be_written_is_told_before_measuring(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", "utf-8")
    done = run("benchmarks", "--output", tmp_path / "file")
    assert done.returncode == 2
    assert "--output DIR" in one_line_error(done)

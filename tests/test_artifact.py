"""A manifest says what a file is, and nothing else is believed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from edge.errors import InputError
from edge.manifest import MANIFEST_NAME, load_artifact, load_manifest, record_artifact
from edge.quantization import QuantizationScheme
from edge.session import open_session
from tests.support import SHIPPED


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """A copy of the shipped models that may be spoilt."""
    return shutil.copytree(SHIPPED, tmp_path / "models")


def edit(models: Path, change: Any) -> None:
    path = models / MANIFEST_NAME
    document = json.loads(path.read_text())
    change(document)
    path.write_text(json.dumps(document))


def test_the_shipped_models_are_what_their_manifest_says() -> None:
    artifacts = {artifact.path.name: artifact for artifact in load_manifest(SHIPPED)}
    assert sorted(artifacts) == [
        "digits-float32.onnx",
        "digits-float32.tflite",
        "digits-int8.onnx",
        "digits-int8.tflite",
    ]
    for artifact in artifacts.values():
        assert artifact.read_bytes()
        assert artifact.input.shape == (1, 28, 28, 1)
        assert artifact.rejects
        integer = artifact.scheme is QuantizationScheme.INT8
        for tensor in (artifact.input, artifact.probabilities):
            assert tensor.dtype == ("int8" if integer else "float32")
            assert (tensor.params is not None) == integer
        assert artifact.provenance["training"]["dataset"] == "mnist"
        assert (artifact.provenance["calibration"] is not None) == integer
    assert len({artifact.parent_sha256 for artifact in artifacts.values()}) == 1


def test_an_entry_is_read_back_as_it_was_written(models: Path) -> None:
    before = load_manifest(models)
    for artifact in before:
        record_artifact(artifact)
    assert load_manifest(models) == before


def test_recording_a_model_keeps_the_others_and_forgets_the_gone(models: Path) -> None:
    kept, gone, *_ = load_manifest(models)
    gone.path.unlink()
    record_artifact(kept)
    names = [artifact.path.name for artifact in load_manifest(models)]
    assert kept.path.name in names
    assert gone.path.name not in names


def test_one_flipped_bit_is_refused_before_a_runtime_sees_it(models: Path) -> None:
    path = models / "digits-int8.tflite"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(InputError, match="not the file that its manifest describes"):
        open_session(path)


def drop_schema(document: dict[str, Any]) -> None:
    del document["schema_version"]


def newer_schema(document: dict[str, Any]) -> None:
    document["schema_version"] = 99


def nan_scale(document: dict[str, Any]) -> None:
    for entry in document["models"]:
        if entry["scheme"] == "int8":
            entry["input"]["quantization"]["scale"] = float("nan")


def huge_preprocessing(document: dict[str, Any]) -> None:
    """Found by mutation: 255 times it overflowed."""
    document["models"][0]["preprocessing"]["scale"] = 1e308


def huge_offset(document: dict[str, Any]) -> None:
    document["models"][0]["preprocessing"]["offset"] = -1e300


def tiny_scale(document: dict[str, Any]) -> None:
    for entry in document["models"]:
        if entry["scheme"] == "int8":
            entry["input"]["quantization"]["scale"] = 1e-320


def infinite_side(document: dict[str, Any]) -> None:
    """An OverflowError, which is no ValueError."""
    document["models"][0]["input"]["shape"][1] = float("inf")


def escape_for_a_type(document: dict[str, Any]) -> None:
    """Found by mutation: the refusal held what moves a terminal's cursor."""
    for entry in document["models"]:
        entry["input"]["dtype"] = "\x1b[2J" + "x" * 5000


def text_for_shape(document: dict[str, Any]) -> None:
    document["models"][0]["input"]["shape"] = "large"


def numbers_for_a_name(document: dict[str, Any]) -> None:
    document["models"][0]["input"].update(name=list(range(900)), shape=[-1])


def long_name(document: dict[str, Any]) -> None:
    """Found by fuzzing: all of it stood in the refusal."""
    document["models"][0]["input"].update(name="n" * 999, shape=[-1])


def unknown_scheme(document: dict[str, Any]) -> None:
    document["models"][0]["scheme"] = "int3"


def nine_labels(document: dict[str, Any]) -> None:
    document["models"][0]["labels"].pop()


def no_hash(document: dict[str, Any]) -> None:
    document["models"][0]["sha256"] = ""


@pytest.mark.parametrize(
    "change",
    [
        drop_schema,
        newer_schema,
        nan_scale,
        huge_preprocessing,
        huge_offset,
        tiny_scale,
        infinite_side,
        escape_for_a_type,
        text_for_shape,
        numbers_for_a_name,
        long_name,
        unknown_scheme,
        nine_labels,
        no_hash,
    ],
    ids=lambda change: change.__name__,
)
def test_a_broken_manifest_is_told(models: Path, change: Any) -> None:
    edit(models, change)
    with pytest.raises(InputError) as told:
        load_manifest(models)
    assert str(told.value).isprintable()
    assert len(str(told.value)) < 1000


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '"models"', '{"models": 3}', "[" * 5000])
def test_what_is_no_manifest_is_told(models: Path, text: str) -> None:
    (models / MANIFEST_NAME).write_text(text)
    with pytest.raises(InputError):
        load_manifest(models)


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "/etc/passwd",
        "..",
        ".",
        "",
        "a/b.tflite",
        "a\\b",
        "a\nb",
        "a\0",
        None,
        3,
    ],
    ids=repr,
)
def test_a_path_in_a_manifest_cannot_leave_its_folder(models: Path, name: object) -> None:
    edit(models, lambda document: document["models"][0].update(file=name))
    with pytest.raises(InputError, match="files beside it") as told:
        load_manifest(models)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        pytest.param("none.tflite", "no model at", id="missing"),
        pytest.param("manifest.json", "must end in", id="another-kind"),
        pytest.param("stray.tflite", "does not list", id="not-in-the-manifest"),
    ],
)
def test_what_is_no_known_model_is_told(models: Path, name: str, said: str) -> None:
    (models / "stray.tflite").write_bytes(b"TFL3")
    with pytest.raises(InputError, match=said):
        load_artifact(models / name)


def test_a_model_without_a_manifest_names_the_next_step(tmp_path: Path) -> None:
    (tmp_path / "a.tflite").write_bytes(b"TFL3")
    with pytest.raises(InputError, match="python -m export"):
        load_artifact(tmp_path / "a.tflite")

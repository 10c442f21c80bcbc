"""A file says what it is: `edge` runs it without its manifest, and believes nothing broken."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest

from edge.artifact import ModelArtifact
from edge.embedded import LABELS_NAME, METADATA_NAME, body_sha256, model_body, read_embedded
from edge.errors import InputError
from edge.manifest import load_artifact
from edge.session import open_session
from export.embed import describe, embed_in_tflite
from tests.support import SHIPPED, needs_onnx, needs_schema, shipped_models
from train.data import Images

INT8 = SHIPPED / "digits-int8.tflite"


def as_exported(artifact: ModelArtifact) -> bytes:
    """A shipped model with a description, whether or not it was exported with one."""
    content = artifact.path.read_bytes()
    if read_embedded(content) is not None:
        return content
    if artifact.path.suffix == ".tflite":
        return embed_in_tflite(content, artifact)
    document = json.dumps(describe(artifact, body_sha256(content))).encode()
    entry = field(1, METADATA_NAME.encode()) + field(2, document)
    return content + field(14, entry)


def field(number: int, value: bytes) -> bytes:
    """A length-delimited field of a protobuf message."""
    size, length = len(value), b""
    while size > 127:
        length += bytes([size & 127 | 128])
        size >>= 7
    return bytes([number << 3 | 2]) + length + bytes([size]) + value


@pytest.mark.parametrize("artifact", shipped_models(), ids=lambda one: one.path.name)
def test_a_file_without_its_manifest_runs_as_with_it(
    artifact: ModelArtifact, tmp_path: Path, drawn: Images
) -> None:
    alone = tmp_path / artifact.path.name
    alone.write_bytes(as_exported(artifact))
    found = load_artifact(alone)
    assert (found.scheme, found.labels, found.input) == (
        artifact.scheme, artifact.labels, artifact.input,
    )  # fmt: skip
    assert found.preprocessing == artifact.preprocessing
    assert found.parent_sha256 == artifact.parent_sha256
    here, there = (open_session(one).run(drawn.images[:50]) for one in (found, artifact))
    assert np.array_equal(here.probabilities, there.probabilities)
    assert here.is_digit is not None


def test_the_archive_is_where_others_look_for_it() -> None:
    artifact = next(one for one in shipped_models() if one.path.name == INT8.name)
    content = as_exported(artifact)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        assert sorted(archive.namelist()) == sorted([METADATA_NAME, LABELS_NAME])
        assert archive.read(LABELS_NAME).decode().split() == list("0123456789")
        document = json.loads(archive.read(METADATA_NAME))
    assert document["names"]["7"] == "7"
    assert document["imgsz"] == [28, 28]
    assert content.startswith(model_body(INT8.read_bytes()))
    assert len(content) <= 80_000


def test_describing_twice_gives_the_same_bytes() -> None:
    artifact = next(one for one in shipped_models() if one.path.name == INT8.name)
    body = model_body(artifact.path.read_bytes())
    assert embed_in_tflite(body, artifact) == embed_in_tflite(body, artifact)


def test_a_model_swapped_under_its_description_is_refused(tmp_path: Path) -> None:
    artifact = next(one for one in shipped_models() if one.path.name == INT8.name)
    content = bytearray(as_exported(artifact))
    content[len(model_body(bytes(content))) // 2] ^= 1
    (tmp_path / "a.tflite").write_bytes(content)
    with pytest.raises(InputError, match="not the model that its metadata describe"):
        load_artifact(tmp_path / "a.tflite")


def test_the_manifest_is_believed_before_the_file(tmp_path: Path) -> None:
    shutil.copytree(SHIPPED, tmp_path / "models")
    manifest = tmp_path / "models" / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"scheme": "int8"', '"scheme": "int7"'))
    with pytest.raises(InputError, match="is broken"):
        load_artifact(tmp_path / "models" / INT8.name)


@pytest.mark.parametrize(
    "document",
    [
        pytest.param({"edge_digits": {}}, id="empty"),
        pytest.param({"edge_digits": 3}, id="a-number"),
        pytest.param({"edge_digits": None}, id="null"),
        pytest.param({"edge_digits": {"body_sha256": "x", "input": 5}}, id="another-hash"),
    ],
)
def test_a_broken_description_is_one_line(tmp_path: Path, document: object) -> None:
    path = with_document(tmp_path, json.dumps(document).encode())
    with pytest.raises(InputError) as told:
        load_artifact(path)
    assert "\n" not in str(told.value)
    assert "python -m export" in str(told.value)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"[1]", id="a-list"),
        pytest.param(b"{", id="cut-off"),
        pytest.param(b"[" * 100_000, id="deep"),
        pytest.param(b"\xff\xfe", id="no-utf8"),
        pytest.param(b" " * (1 << 21), id="larger-than-any-description"),
    ],
)
def test_what_is_no_description_is_none(tmp_path: Path, text: bytes) -> None:
    path = with_document(tmp_path, text)
    assert read_embedded(path.read_bytes()) is None
    with pytest.raises(InputError, match="no description of itself"):
        load_artifact(path)


@pytest.mark.parametrize("seed", range(5))
def test_noise_is_no_description(seed: int) -> None:
    rng = np.random.default_rng(seed)
    content = rng.integers(0, 256, 4000, dtype=np.uint8).tobytes()
    assert read_embedded(content) is None
    assert read_embedded(content[:4] + b"TFL3" + content[8:]) is None
    cut = as_exported(shipped_models()[-1])[: 1000 + 7 * seed]
    assert read_embedded(cut) is None


@needs_onnx
def test_an_onnx_file_says_what_pixels_it_takes(tmp_path: Path) -> None:
    import onnx

    from export.embed import embed_in_onnx

    artifact = next(one for one in shipped_models() if one.path.name == "digits-int8.onnx")
    model = onnx.load(artifact.path)
    content = embed_in_onnx(model, artifact)
    assert content == embed_in_onnx(onnx.load_from_string(content), artifact)
    again = onnx.load_from_string(content)
    onnx.checker.check_model(again)
    props = {one.key: one.value for one in again.metadata_props}
    assert props["Image.BitmapPixelFormat"] == "Gray8"
    assert props["Image.NominalPixelRange"] == "Normalized_0_1"
    assert json.loads(props["labels"]) == list("0123456789")
    assert props["parent_sha256"] == artifact.parent_sha256
    assert again.graph.input[0].type.denotation == "IMAGE"
    (tmp_path / "a.onnx").write_bytes(content)
    assert load_artifact(tmp_path / "a.onnx").scheme == "int8"


def with_document(tmp_path: Path, text: bytes) -> Path:
    target = io.BytesIO(model_body(INT8.read_bytes()))
    target.seek(0, io.SEEK_END)
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(METADATA_NAME, text)
    path = tmp_path / "a.tflite"
    path.write_bytes(target.getvalue())
    return path


@needs_schema
def test_the_official_buffer_names_labels_image_and_normalization(drawn: Images) -> None:
    """Read by table and slot, as any reader of metadata_schema.fbs does."""
    import flatbuffers
    from ai_edge_litert import schema_py_generated as schema
    from flatbuffers.number_types import Float32Flags, Int8Flags

    from export.tflite_metadata import BUFFER_NAME, add_metadata

    artifact = next(one for one in shipped_models() if one.path.name == INT8.name)
    before = model_body(INT8.read_bytes())
    content = add_metadata(before, artifact)
    assert content == add_metadata(before, artifact)
    model = schema.ModelT.InitFromObj(schema.Model.GetRootAs(content, 0))
    entry = next(one for one in model.metadata if one.name == BUFFER_NAME)
    found = bytes(model.buffers[entry.buffer].data)
    assert found[4:8] == b"M001"

    def table(parent: flatbuffers.Table, slot: int, index: int | None = None) -> flatbuffers.Table:
        at = parent.Offset(4 + 2 * slot)
        assert at
        where = parent.Indirect(parent.Pos + at)
        if index is not None:
            where = parent.Indirect(parent.Vector(at) + 4 * index)
        return flatbuffers.Table(parent.Bytes, where)

    def text(parent: flatbuffers.Table, slot: int) -> str:
        return parent.String(parent.Pos + parent.Offset(4 + 2 * slot)).decode()

    def number(parent: flatbuffers.Table, slot: int) -> float:
        at = parent.Offset(4 + 2 * slot)
        return parent.Get(Float32Flags, parent.Vector(at))

    root = flatbuffers.Table(found, int.from_bytes(found[:4], "little"))
    assert text(root, 0) == "digits-int8"
    assert artifact.parent_sha256 in text(root, 1)
    graph = table(root, 3, 0)
    image = table(graph, 2, 0)
    assert text(image, 0) == "image"
    content_of_image = table(image, 3)
    assert content_of_image.Get(Int8Flags, content_of_image.Pos + content_of_image.Offset(4)) == 2
    options = table(table(image, 4, 0), 1)
    assert (number(options, 0), number(options, 1)) == (0, 255)  # (pixel - mean) / std
    outputs = [table(graph, 3, place) for place in (0, 1)]
    wide = next(one for one in outputs if text(one, 0) == "probabilities")
    assert text(table(wide, 6, 0), 0) == LABELS_NAME
    # In the order of the graph's outputs, and the graph says what it said.
    names = [model.subgraphs[0].tensors[i].name.decode() for i in model.subgraphs[0].outputs]
    assert names[outputs.index(wide)] == artifact.probabilities.name
    assert said_by(content, artifact, drawn) == said_by(before, artifact, drawn)


def said_by(content: bytes, artifact: ModelArtifact, drawn: Images) -> bytes:
    from edge.runtimes.tflite import TfliteBackend

    backend = TfliteBackend(artifact, content, 1, None)
    assert artifact.input.params is not None
    fed = artifact.input.params.quantize(drawn.images[:20, None, :, :, None] / np.float32(255))
    return b"".join(np.concatenate(backend.run(one), axis=None).tobytes() for one in fed)

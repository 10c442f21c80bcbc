"""An ONNX model that names another file is refused before any runtime opens that."""

from __future__ import annotations

import dataclasses
import importlib.util
from pathlib import Path

import pytest

from edge.errors import InputError
from edge.files import sha256_of
from edge.manifest import load_artifact, record_artifact
from edge.onnx_external import check_self_contained, external_locations
from edge.session import open_session
from tests.support import SHIPPED, Run, needs_onnxruntime, one_line_error

needs_onnx = pytest.mark.skipif(
    importlib.util.find_spec("onnx") is None, reason="the onnx package is not installed"
)

IS_EXTERNAL = bytes([14 << 3, 1])


def field(number: int, value: bytes) -> bytes:
    """A length-delimited field of a protobuf message."""
    return number_of(number << 3 | 2) + number_of(len(value)) + value


def number_of(value: int) -> bytes:
    """A base-128 number."""
    said = b""
    while value > 127:
        said += bytes([value & 127 | 128])
        value >>= 7
    return said + bytes([value])


def entry(location: bytes) -> bytes:
    return field(13, field(1, b"location") + field(2, location))


def tensor(location: bytes) -> bytes:
    return field(8, b"a name") + entry(location) + IS_EXTERNAL


def attribute(inner: bytes) -> bytes:
    return field(7, field(1, field(5, inner)))


@pytest.mark.parametrize(
    "model",
    [
        pytest.param(field(7, field(5, tensor(b"w.bin"))), id="initializer"),
        pytest.param(field(7, field(15, field(1, tensor(b"w.bin")))), id="sparse values"),
        pytest.param(field(7, field(15, field(2, tensor(b"w.bin")))), id="sparse indices"),
        pytest.param(attribute(field(5, tensor(b"w.bin"))), id="attribute"),
        pytest.param(attribute(field(10, tensor(b"w.bin"))), id="attribute's list"),
        pytest.param(attribute(field(22, field(1, tensor(b"w.bin")))), id="sparse attribute"),
        pytest.param(attribute(field(6, field(5, tensor(b"w.bin")))), id="branch"),
        pytest.param(attribute(field(11, field(5, tensor(b"w.bin")))), id="branches"),
        pytest.param(field(25, field(7, field(5, field(5, tensor(b"w.bin"))))), id="function"),
        pytest.param(field(25, field(11, field(5, tensor(b"w.bin")))), id="function's default"),
        pytest.param(field(20, field(1, field(5, tensor(b"w.bin")))), id="training"),
        pytest.param(field(20, field(2, field(5, tensor(b"w.bin")))), id="training's step"),
    ],
)
def test_wherever_a_tensor_stands_its_file_is_found(model: bytes) -> None:
    assert list(external_locations(field(2, b"a producer") + model)) == ["w.bin"]
    with pytest.raises(InputError, match=r"'w\.bin' beside it, which is not read"):
        check_self_contained(model, Path("a.onnx"))


@pytest.mark.parametrize(
    "inside",
    [
        pytest.param(entry(b"w.bin"), id="a name alone"),
        pytest.param(IS_EXTERNAL, id="a mark alone"),
        pytest.param(field(13, field(1, b"offset") + field(2, b"4")), id="another key"),
    ],
)
def test_half_a_reference_is_one(inside: bytes) -> None:
    assert len(list(external_locations(field(7, field(5, inside))))) == 1


@pytest.mark.parametrize(
    "location",
    [b"../w.bin", b"/etc/passwd", b"a/../../w.bin", rb"..\w.bin", rb"\\host\w", rb"C:\w.bin"],
)
def test_a_path_that_leaves_its_folder_is_told_as_one(location: bytes) -> None:
    with pytest.raises(InputError, match="outside its folder") as told:
        check_self_contained(field(7, field(5, tensor(location))), Path("a.onnx"))
    assert str(told.value).isprintable()


@pytest.mark.parametrize("content", [b"\x0b", b"\x3a\xff", b"\x3a\x80", b"\xff" * 20])
def test_what_cannot_be_followed_is_refused(content: bytes) -> None:
    with pytest.raises(InputError, match="no ONNX model"):
        check_self_contained(content, Path("a.onnx"))


def test_graphs_without_end_are_refused() -> None:
    model = field(5, tensor(b"w.bin"))
    for _ in range(3000):
        model = field(1, field(5, field(6, model)))
    with pytest.raises(InputError, match="no ONNX model"):
        check_self_contained(field(7, model), Path("a.onnx"))


def test_the_shipped_models_are_one_file_each() -> None:
    for path in sorted(SHIPPED.glob("*.onnx")):
        check_self_contained(path.read_bytes(), path)


@pytest.fixture(params=["weights.bin", "../weights.bin"])
def external(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The shipped model with its weights in another file, and a manifest that fits."""
    import onnx

    folder = tmp_path / "models"
    folder.mkdir()
    path = folder / "digits-float32.onnx"
    model = onnx.load(SHIPPED / path.name)
    onnx.save_model(
        model, path, save_as_external_data=True, location="weights.bin", size_threshold=0
    )
    if request.param != "weights.bin":
        for one in model.graph.initializer:
            for pair in one.external_data:
                pair.value = request.param if pair.key == "location" else pair.value
        path.write_bytes(model.SerializeToString())
        (folder / "weights.bin").rename(tmp_path / "weights.bin")
    artifact = load_artifact(SHIPPED / path.name)
    record_artifact(dataclasses.replace(artifact, path=path, sha256=sha256_of(path)))
    return path


@needs_onnx
@needs_onnxruntime
def test_a_session_refuses_it_before_the_runtime_sees_it(
    external: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(*_: object, **__: object) -> None:
        raise AssertionError("the runtime was handed the file")

    monkeypatch.setattr("onnxruntime.InferenceSession", forbidden)
    # Where it would be found, were it looked for from here.
    monkeypatch.chdir(external.parent)
    with pytest.raises(InputError, match="keeps weights in another file"):
        open_session(external)


@needs_onnx
@needs_onnxruntime
@pytest.mark.parametrize(
    "words",
    [
        pytest.param(("export.lint", "{file}"), id="lint"),
        pytest.param(
            ("benchmarks", "--edge", "--quick", "--models", "{folder}", "--output", "{out}"),
            id="benchmarks",
        ),
        pytest.param(("edge.read", "no.png", "--model", "{file}"), id="read"),
    ],
)
def test_a_command_says_so_on_one_line(
    words: tuple[str, ...], external: Path, run: Run, tmp_path: Path
) -> None:
    places = {"file": external, "folder": external.parent, "out": tmp_path / "reports"}
    done = run(*(word.format(**places) for word in words))
    assert done.returncode == 2, done.stderr
    said = one_line_error(done)
    assert "keeps weights in another file" in said
    assert ("outside its folder" in said) == ((external.parent.parent / "weights.bin").is_file())

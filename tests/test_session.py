"""Every format on every runtime says what the others say."""

from __future__ import annotations

import dataclasses
import hashlib
import importlib.util
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from edge.artifact import ModelArtifact, ModelFormat
from edge.errors import EdgeDigitsError, InputError, MachineError
from edge.parity import ParityBudget, compare
from edge.session import DEFAULT_MODEL, Runtime, open_session
from tests.support import ROOT, SHIPPED, needs_onnxruntime, shipped_models
from train.data import Images


def named(name: str) -> Path:
    return SHIPPED / name


@pytest.mark.parametrize("artifact", shipped_models(), ids=lambda one: one.path.name)
def test_a_session_gives_probabilities(artifact: ModelArtifact, drawn: Images) -> None:
    prediction = open_session(artifact).run(drawn.images[:200])
    assert prediction.probabilities.shape == (200, 10)
    assert prediction.probabilities.dtype == np.float32
    # int8 rounds each of the ten to 1/256.
    assert np.abs(prediction.probabilities.sum(axis=1) - 1).max() < 0.03
    assert prediction.is_digit is not None
    assert prediction.is_digit.shape == (200,)
    assert (prediction.labels == drawn.labels[:200]).mean() > 0.95


@pytest.mark.parametrize(
    "kind",
    [
        ModelFormat.TFLITE,
        pytest.param(ModelFormat.ONNX, marks=needs_onnxruntime),
    ],
)
def test_int8_keeps_what_float32_knew_on_drawn_digits(kind: ModelFormat, drawn: Images) -> None:
    floating = open_session(named(f"digits-float32.{kind}")).run(drawn.images)
    integer = open_session(named(f"digits-int8.{kind}")).run(drawn.images)
    report = compare(floating.probabilities, integer.probabilities, drawn.labels)
    assert report.images == 1000
    assert ParityBudget(accuracy_drop=0.003, disagreement=0.005).violations(report) == []


@pytest.mark.parametrize(
    "kind",
    [
        ModelFormat.TFLITE,
        pytest.param(ModelFormat.ONNX, marks=needs_onnxruntime),
    ],
)
def test_int8_keeps_what_float32_knew_on_mnist(kind: ModelFormat, mnist_test: Images) -> None:
    part = mnist_test.take(np.arange(2000))
    floating = open_session(named(f"digits-float32.{kind}")).run(part.images)
    integer = open_session(named(f"digits-int8.{kind}")).run(part.images)
    report = compare(floating.probabilities, integer.probabilities, part.labels)
    assert ParityBudget(accuracy_drop=0.001, disagreement=0.002).violations(report) == []
    # "Is it a digit" is held to the same: what one turns away, so does the other.
    assert floating.is_digit is not None
    assert integer.is_digit is not None
    assert ((floating.is_digit >= 0.5) == (integer.is_digit >= 0.5)).mean() >= 0.998


@needs_onnxruntime
def test_float32_is_the_same_in_both_formats(drawn: Images) -> None:
    one = open_session(named("digits-float32.tflite")).run(drawn.images)
    other = open_session(named("digits-float32.onnx")).run(drawn.images)
    assert np.abs(one.probabilities - other.probabilities).max() < 1e-4
    assert one.is_digit is not None
    assert other.is_digit is not None
    assert np.abs(one.is_digit - other.is_digit).max() < 1e-4


def test_int8_input_holds_every_pixel_exactly(drawn: Images) -> None:
    """A pixel has 256 values and so has int8: quantizing the input loses nothing."""
    session = open_session(DEFAULT_MODEL)
    params = session.artifact.input.params
    assert params is not None
    pixels = np.arange(256) / 255
    assert len(np.unique(params.quantize(pixels.astype(np.float32)))) == 256


def test_no_images_give_no_rows() -> None:
    prediction = open_session().run(np.zeros((0, 28, 28), np.uint8))
    assert prediction.probabilities.shape == (0, 10)


def test_a_channel_axis_makes_no_difference(drawn: Images) -> None:
    session = open_session()
    images = drawn.images[:5]
    flat, deep = session.run(images), session.run(images[..., None])
    assert np.array_equal(flat.probabilities, deep.probabilities)


@pytest.mark.parametrize(
    "images",
    [
        pytest.param(np.zeros((1, 28, 28), np.float32), id="float"),
        pytest.param(np.zeros((28, 28), np.uint8), id="no-batch"),
        pytest.param(np.zeros((1, 32, 32), np.uint8), id="larger"),
        pytest.param(np.zeros((1, 28, 28, 3), np.uint8), id="colour"),
    ],
)
def test_images_of_another_kind_are_refused(images: np.ndarray) -> None:
    with pytest.raises(InputError, match=r"takes \(n, 28, 28, 1\) uint8"):
        open_session().run(images)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("a.tflite", b"", id="empty"),
        pytest.param("a.tflite", b"not a model at all" * 9, id="text"),
        pytest.param("a.onnx", b"not a model at all" * 9, id="text-onnx", marks=needs_onnxruntime),
    ],
)
def test_a_listed_file_that_is_no_model_is_told(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    like = next(one for one in shipped_models() if one.path.suffix == path.suffix)
    artifact = dataclasses.replace(like, path=path, sha256=hashlib.sha256(content).hexdigest())
    with pytest.raises(InputError, match="cannot load"):
        open_session(artifact)


def test_a_manifest_that_lies_about_the_tensors_is_told() -> None:
    artifact = shipped_models()[0]
    wrong = dataclasses.replace(artifact.input, shape=(1, 32, 32, 1))
    with pytest.raises(InputError, match="its manifest says"):
        open_session(dataclasses.replace(artifact, input=wrong))


def test_a_runtime_for_the_other_format_is_refused() -> None:
    with pytest.raises(InputError, match="does not run"):
        open_session(DEFAULT_MODEL, runtime=Runtime.ONNXRUNTIME)


def test_no_threads_are_refused() -> None:
    with pytest.raises(InputError, match="threads"):
        open_session(threads=0)


def test_a_missing_runtime_names_its_command() -> None:
    if importlib.util.find_spec("tflite_runtime") is not None:
        pytest.skip("tflite-runtime is installed here")
    with pytest.raises(MachineError, match="pip install tflite-runtime"):
        open_session(runtime=Runtime.TFLITE_RUNTIME)


@pytest.mark.parametrize("runtime", [Runtime.LITERT, Runtime.TFLITE_RUNTIME, Runtime.TENSORFLOW])
def test_every_interpreter_agrees(runtime: Runtime, drawn: Images) -> None:
    """One int8 file, each runtime in a process of its own: two in one break each other."""
    module = {"ai-edge-litert": "ai_edge_litert", "tflite-runtime": "tflite_runtime"}
    if importlib.util.find_spec(module.get(runtime, runtime)) is None:
        pytest.skip(f"{runtime} is not installed")
    program = """
import sys, numpy as np
from edge.session import Runtime, open_session
images = np.frombuffer(sys.stdin.buffer.read(), np.uint8).reshape(-1, 28, 28)
session = open_session(runtime=Runtime(sys.argv[1]))
assert session.runtime == sys.argv[1]
sys.stdout.buffer.write(session.run(images).probabilities.tobytes())
"""
    result = subprocess.run(
        [sys.executable, "-c", program, str(runtime)],
        cwd=ROOT,
        input=drawn.images[:300].tobytes(),
        capture_output=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr.decode()
    said = np.frombuffer(result.stdout, np.float32).reshape(-1, 10)
    here = open_session().run(drawn.images[:300])
    # Kernels round differently; the answers are the same.
    assert (said.argmax(axis=1) == here.labels).mean() >= 0.995


def test_every_error_of_ours_has_an_exit_code() -> None:
    assert {kind.exit_code for kind in EdgeDigitsError.__subclasses__()} == {1, 2, 3}

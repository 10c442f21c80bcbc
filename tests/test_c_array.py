"""A model as C++ source compiles on its own and says on a microcontroller what it says here."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from edge.embedded import model_body
from edge.session import open_session
from tests.support import SHIPPED, Run, needs_schema, one_line_error
from train.data import Images

pytestmark = needs_schema
needs_compiler = pytest.mark.skipif(
    shutil.which("g++") is None, reason="no C++ compiler is installed"
)
needs_micro = pytest.mark.skipif(
    importlib.util.find_spec("tflite_micro") is None,
    reason="tflite-micro is not installed (pip install tflite-micro)",
)

INT8 = SHIPPED / "digits-int8.tflite"

# What the generated header needs of tflite::MicroMutableOpResolver, counted.
PROGRAM = """
#include <cstdio>
#include <cstdint>
#include "digits_int8.h"

template <int N> struct Resolver {
  int count = 0;
  int Add() { return ++count > N; }
  int AddConcatenation() { return Add(); }
  int AddConv2D() { return Add(); }
  int AddFullyConnected() { return Add(); }
  int AddLogistic() { return Add(); }
  int AddMean() { return Add(); }
  int AddMul() { return Add(); }
  int AddReshape() { return Add(); }
  int AddSoftmax() { return Add(); }
};

int main() {
  Resolver<kDigitsInt8OpCount> exact;
  Resolver<kDigitsInt8OpCount - 1> small;
  if (!RegisterDigitsInt8Ops(exact) || exact.count != kDigitsInt8OpCount) return 1;
  if (RegisterDigitsInt8Ops(small)) return 2;
  if (reinterpret_cast<std::uintptr_t>(kDigitsInt8Model) % 16 != 0) return 3;
  alignas(16) static std::uint8_t arena[kDigitsInt8ArenaBytes];
  if (sizeof(arena) % 16 != 0) return 4;
  for (int i = 0; i < kDigitsInt8LabelCount; ++i) std::fputs(kDigitsInt8Labels[i], stderr);
  return std::fwrite(kDigitsInt8Model, 1, kDigitsInt8ModelBytes, stdout) != kDigitsInt8ModelBytes;
}
"""


@pytest.fixture(scope="module")
def written(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("micro")
    result = run("export.c_array", INT8, "--output", folder)
    assert result.returncode == 0, result.stderr
    assert (
        "Concatenation, Conv2D, FullyConnected, Logistic, Mean, Mul, Reshape, Softmax"
        in result.stdout
    )
    assert sorted(path.name for path in folder.iterdir()) == ["digits_int8.cc", "digits_int8.h"]
    return folder


@needs_compiler
def test_it_compiles_without_warnings_and_holds_the_model(written: Path, tmp_path: Path) -> None:
    (tmp_path / "main.cc").write_text(PROGRAM)
    binary = tmp_path / "program"
    compiled = subprocess.run(
        ["g++", "-std=c++17", "-Wall", "-Wextra", "-Wpedantic", "-Werror", f"-I{written}",
         tmp_path / "main.cc", written / "digits_int8.cc", "-o", binary],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert compiled.returncode == 0, compiled.stderr
    ran = subprocess.run([binary], capture_output=True, check=False)
    assert ran.returncode == 0
    assert ran.stdout == model_body(INT8.read_bytes())
    assert ran.stderr.decode() == "0123456789"


def test_the_description_behind_the_model_costs_no_flash(written: Path) -> None:
    header = (written / "digits_int8.h").read_text()
    (length,) = re.findall(r"ModelBytes = (\d+);", header)
    assert int(length) == len(model_body(INT8.read_bytes())) <= INT8.stat().st_size


def test_the_same_model_gives_the_same_source(run: Run, written: Path, tmp_path: Path) -> None:
    assert run("export.c_array", INT8, "--output", tmp_path).returncode == 0
    for path in written.iterdir():
        assert (tmp_path / path.name).read_bytes() == path.read_bytes()


@needs_micro
def test_the_micro_interpreter_says_what_the_session_says(written: Path, drawn: Images) -> None:
    from export.micro import open_micro

    make = open_micro()
    assert make is not None
    (arena,) = re.findall(r"ArenaBytes = (\d+);", (written / "digits_int8.h").read_text())
    micro = make(model_body(INT8.read_bytes()), arena_size=int(arena))
    session = open_session(INT8)
    artifact = session.artifact
    assert artifact.input.params is not None
    assert artifact.probabilities.params is not None
    images = drawn.images[:300]
    fed = artifact.input.params.quantize(images.reshape(-1, 1, 28, 28, 1) / np.float32(255))
    wide = next(place for place in (0, 1) if micro.get_output_details(place)["shape"][-1] == 10)
    said = []
    for image in fed:
        micro.set_input(image, 0)
        micro.invoke()
        said.append(micro.get_output(wide)[0].copy())
    real = artifact.probabilities.params.dequantize(np.stack(said))
    here = session.run(images).probabilities
    assert (real.argmax(axis=1) == here.argmax(axis=1)).mean() >= 0.995
    # Kernels round differently by a step or two of 1/256 in each of six layers.
    assert np.abs(real - here).mean() < 1 / 256


def test_an_arena_estimate_is_no_smaller_than_what_is_needed() -> None:
    """The measured need of this network is 12,864 bytes on a 64-bit host."""
    from export.lint.tflite_graph import read_graph
    from export.micro import _estimate

    assert 12_864 <= _estimate(read_graph(INT8.read_bytes(), INT8)) <= 3 * 12_864


def test_labels_of_any_language_survive() -> None:
    from export.c_array import _quoted

    assert _quoted('a "b"\\?') == '"a \\042b\\042\\134\\077"'
    assert _quoted("é") == '"\\303\\251"'


@pytest.mark.parametrize(
    ("name", "said"),
    [
        pytest.param("digits-int8.onnx", "name a .tflite file", id="onnx"),
        pytest.param("none.tflite", "cannot read", id="missing"),
    ],
)
def test_what_a_microcontroller_cannot_run_is_refused(run: Run, name: str, said: str) -> None:
    result = run("export.c_array", SHIPPED / name)
    assert result.returncode == 2
    assert said in one_line_error(result)

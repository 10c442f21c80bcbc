"""What is exported says what its parent said, and says what it is."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from edge.artifact import ModelFormat
from edge.files import sha256_of
from edge.manifest import MANIFEST_NAME, load_manifest
from edge.parity import ParityBudget, compare
from edge.quantization import QuantizationScheme
from edge.session import open_session
from tests.support import Run, needs_tensorflow, one_line_error
from train.data import Images

pytestmark = needs_tensorflow

BOTH_FORMATS = [one for one in QuantizationScheme if one is not QuantizationScheme.INT16X8]


@pytest.fixture(scope="module")
def exported(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every scheme in both formats, from the shipped weights, calibrated on drawn digits."""
    output = tmp_path_factory.mktemp("exported")
    result = run("export", "--data", "drawn", "--output", output)
    assert result.returncode == 0, result.stderr
    assert "calibrated and proved on drawn digits" in result.stderr
    head, *rows = result.stdout.splitlines()
    assert head.split()[:3] == ["file", "bytes", "agreement"]
    assert len(rows) == 8
    assert "3 of 15 weight tensors are int8, those of the dense layers" in result.stderr
    return output


def test_eight_files_and_one_manifest(exported: Path) -> None:
    assert sorted(path.name for path in exported.iterdir()) == sorted(
        [MANIFEST_NAME]
        + [f"{scheme.artifact_stem}.{kind}" for scheme in BOTH_FORMATS for kind in ModelFormat]
    )


@pytest.mark.parametrize("kind", list(ModelFormat))
@pytest.mark.parametrize("scheme", BOTH_FORMATS)
def test_every_file_agrees_with_keras(
    exported: Path, kind: ModelFormat, scheme: QuantizationScheme, drawn: Images
) -> None:
    from train.predict import keras_predict
    from train.weights import load_shipped

    path = exported / f"{scheme.artifact_stem}.{kind}"
    artifact = next(one for one in load_manifest(exported) if one.path == path)
    reference = keras_predict(load_shipped(), drawn.images)
    said = open_session(artifact).run(drawn.images)
    report = compare(reference.probabilities, said.probabilities, drawn.labels)
    budget = {
        QuantizationScheme.NONE: ParityBudget(0, 0, 1e-4),
        QuantizationScheme.FLOAT16: ParityBudget(0.001, 0.001, 0.02),
        QuantizationScheme.DYNAMIC: ParityBudget(0.003, 0.004, 1),
        QuantizationScheme.INT8: ParityBudget(0.003, 0.005, 1),
    }[scheme]
    assert budget.violations(report) == []


def test_the_manifest_tells_where_everything_comes_from(exported: Path) -> None:
    from train.weights import SHIPPED_WEIGHTS

    for artifact in load_manifest(exported):
        assert artifact.sha256 == sha256_of(artifact.path)
        assert artifact.parent_sha256 == sha256_of(SHIPPED_WEIGHTS)
        assert artifact.provenance["training"]["recipe"] == "edge"
        assert {"tensorflow", "onnx", "numpy"} <= set(artifact.provenance["versions"])
        calibration = artifact.provenance["calibration"]
        if artifact.scheme is QuantizationScheme.INT8:
            assert calibration["dataset"] == "drawn"
            assert calibration["part"] == "train"
            assert calibration["count"] == 500
            assert calibration["non_digits"] == 125
            assert len(set(calibration["indices"].split())) == 500
            assert artifact.input.dtype == artifact.probabilities.dtype == "int8"
        else:
            assert calibration is None


def test_sizes_are_what_the_schemes_promise(exported: Path) -> None:
    sizes = {one.path.name: one.size_bytes for one in load_manifest(exported)}
    assert sizes["digits-float16.tflite"] < 0.6 * sizes["digits-float32.tflite"]
    assert sizes["digits-int8.tflite"] < 0.4 * sizes["digits-float32.tflite"]
    assert sizes["digits-int8.onnx"] < 0.45 * sizes["digits-float32.onnx"]
    assert sizes["digits-int8.tflite"] <= 80_000


def test_no_tensor_of_an_int8_tflite_file_is_float(exported: Path) -> None:
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(str(exported / "digits-int8.tflite"))
    kinds = {detail["dtype"].__name__ for detail in interpreter.get_tensor_details()}
    assert "float32" not in kinds


def test_an_int8_onnx_file_takes_and_gives_int8_and_computes_in_pairs(exported: Path) -> None:
    import onnx

    model = onnx.load(exported / "digits-int8.onnx")
    edges = [
        value.type.tensor_type.elem_type for value in (*model.graph.input, *model.graph.output)
    ]
    assert set(edges) == {onnx.TensorProto.INT8}
    onnx.checker.check_model(model, full_check=True)
    made_by = {name: node for node in model.graph.node for name in node.output}
    for node in model.graph.node:
        if node.op_type in ("Conv", "Gemm", "MatMul"):
            for name in node.input[:2]:
                assert made_by[name].op_type == "DequantizeLinear", node.op_type


def test_a_model_of_one_output_is_exported_after_its_training(
    run: Run, tmp_path: Path, drawn: Images
) -> None:
    """The path of somebody who trains a published recipe: ten outputs, no rejection."""
    trained = tmp_path / "conv2"
    for command in (
        ["train", "--recipe", "conv2", "--data", "drawn", "--epochs", "1", "--output", trained],
        ["export.tflite", "--quantize", "int8", "--data", "drawn", "--model"],
        ["export.onnx", "--quantize", "none", "--data", "drawn", "--model"],
    ):
        arguments = [*command, trained / "model.keras"] if command[-1] == "--model" else command
        result = run(*arguments)
        assert result.returncode == 0, result.stderr
    artifacts = load_manifest(trained)
    assert [one.path.name for one in artifacts] == ["digits-float32.onnx", "digits-int8.tflite"]
    one, other = (open_session(artifact).run(drawn.images) for artifact in artifacts)
    assert one.is_digit is None
    report = compare(one.probabilities, other.probabilities, drawn.labels)
    assert ParityBudget(0.005, 0.01).violations(report) == []
    assert report.reference_accuracy > 0.95


@pytest.mark.parametrize("module", ["export.tflite", "export.onnx"])
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(["--model", "none.keras"], "python -m train", id="no-such-model"),
        pytest.param(["--model", "README.md"], "cannot load", id="not-a-model"),
        pytest.param(["--calibration-images", "3"], "at least 10", id="too-few-images"),
        pytest.param(["--data", "none.npz"], "no MNIST at none.npz", id="no-such-data"),
    ],
)
def test_bad_input_is_one_line(
    run: Run, tmp_path: Path, module: str, arguments: list[str], said: str
) -> None:
    result = run(module, "--quantize", "int8", "--output", tmp_path / "out", *arguments)
    assert result.returncode == 2
    assert said in one_line_error(result)
    assert not (tmp_path / "out").exists()


@pytest.fixture(scope="module")
def digits(drawn: Images, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """1,000 drawn digits as somebody's own .npz."""
    path = tmp_path_factory.mktemp("digits") / "digits.npz"
    np.savez(path, images=drawn.images, labels=drawn.labels)
    return path


@pytest.mark.parametrize("module", ["export.tflite", "export.onnx"])
def test_an_int8_file_may_take_and_give_float(
    run: Run, digits: Path, drawn: Images, tmp_path: Path, module: str
) -> None:
    result = run(
        module, "--quantize", "int8", "--io", "float32", "--calibration", digits,
        "--output", tmp_path,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    (artifact,) = load_manifest(tmp_path)
    assert artifact.path.stem == "digits-int8-float-io"
    assert artifact.scheme is QuantizationScheme.INT8
    assert artifact.input.dtype == artifact.probabilities.dtype == "float32"
    said = open_session(artifact).run(drawn.images[:200])
    assert (said.labels == drawn.labels[:200]).mean() > 0.95


def test_16_bit_values_lie_nearer_to_float_than_8_bit_ones(
    run: Run, digits: Path, tmp_path: Path
) -> None:
    for scheme in ("int16x8", "int8"):
        given = ("--quantize", scheme, "--calibration", digits, "--output", tmp_path)
        assert run("export.tflite", *given).returncode == 0
    wide, narrow = load_manifest(tmp_path)
    assert wide.path.name == "digits-int16x8.tflite"
    assert wide.input.dtype == wide.probabilities.dtype == "int16"
    # Not by the mean difference: most answers are certain, and of those 8 bits say exactly 1.
    # Nor by the largest, which is that of a single image. Of three sets of digits the
    # divergence of 8 bits was 2.1 to 3.8 times that of 16.
    proofs = [one.provenance["proof"] for one in (wide, narrow)]
    assert 1.5 * proofs[0]["kl_nats"] < proofs[1]["kl_nats"]


def test_16_bit_values_are_no_scheme_of_onnx(run: Run, digits: Path, tmp_path: Path) -> None:
    result = run("export.onnx", "--quantize", "int16x8", "--output", tmp_path / "out",
                 "--calibration", digits)  # fmt: skip
    assert result.returncode == 2
    assert "export.tflite --quantize int16x8" in one_line_error(result)


def test_an_unknown_scheme_is_usage(run: Run) -> None:
    result = run("export.tflite", "--quantize", "int4")
    assert result.returncode == 2
    assert "Traceback" not in result.stderr


def test_a_place_that_cannot_be_written_is_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = run("export.tflite", "--output", tmp_path / "file")
    assert result.returncode == 2
    assert "cannot write" in one_line_error(result)


def test_every_file_is_proved_and_its_cost_is_known(exported: Path) -> None:
    for artifact in load_manifest(exported):
        proof, cost = artifact.provenance["proof"], artifact.provenance["cost"]
        assert proof["dataset"] == "drawn"
        assert proof["images"] == 4000
        assert proof["against"] == "keras"
        assert proof["agreement"] >= 1 - proof["budget"]["disagreement"]
        assert proof["is_digit_agreement"] >= 1 - proof["budget"]["disagreement"]
        assert proof["refusal_agreement"] >= 1 - proof["budget"]["refusals"]
        assert {"lost", "won", "largest_difference", "mean_difference", "accuracy_drop"} <= set(
            proof
        )
        assert cost["wall_s"] > 0


def test_every_file_runs_without_the_manifest(exported: Path, tmp_path: Path) -> None:
    for artifact in load_manifest(exported):
        alone = tmp_path / artifact.path.name
        alone.write_bytes(artifact.read_bytes())
        session = open_session(alone)
        assert session.artifact.scheme is artifact.scheme
        assert session.artifact.provenance["parent"] == artifact.provenance["parent"]
        assert session.run(np.zeros((1, 28, 28), np.uint8)).probabilities.shape == (1, 10)


def test_every_file_is_what_lint_expects(run: Run, exported: Path) -> None:
    files = [one.path for one in load_manifest(exported)]
    result = run("export.lint", *files)
    assert result.returncode == 0, result.stdout
    assert result.stdout.count("0 findings") == 8


def test_the_same_model_and_images_give_the_same_bytes(
    run: Run, exported: Path, drawn: Images, tmp_path: Path
) -> None:
    np.savez(tmp_path / "digits.npz", images=drawn.images, labels=drawn.labels)
    for name in ("one", "other"):
        given = ("--calibration", tmp_path / "digits.npz", "--output", tmp_path / name)
        assert run("export", *given).returncode == 0
    for artifact in load_manifest(tmp_path / "one"):
        again = (tmp_path / "other" / artifact.path.name).read_bytes()
        assert again == artifact.read_bytes()
        if artifact.scheme is not QuantizationScheme.INT8:  # nor do other images change these
            assert again == (exported / artifact.path.name).read_bytes()


def test_the_oldest_runtime_loads_every_file(exported: Path) -> None:
    """Here by the versions in the files; where tflite-runtime is installed, the session's
    tests run the shipped ones on it."""
    from export.lint.tflite_graph import read_graph
    from export.lint.versions import NEWEST_OPERATOR

    for scheme in QuantizationScheme:
        path = exported / f"{scheme.artifact_stem}.tflite"
        if path.is_file():
            for one in read_graph(path.read_bytes(), path).operators:
                assert one.version <= NEWEST_OPERATOR[one.kind], (path.name, one.kind)


def test_the_manifest_is_json_for_others(exported: Path) -> None:
    document = json.loads((exported / MANIFEST_NAME).read_text())
    assert document["schema_version"] == 1
    entry = next(one for one in document["models"] if one["file"] == "digits-int8.tflite")
    assert entry["input"]["quantization"] == {
        "scale": pytest.approx(1 / 255, rel=1e-4),
        "zero_point": -128,
    }

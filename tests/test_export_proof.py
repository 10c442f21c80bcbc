"""No file gets its final name before it has shown that it says what Keras says."""

from __future__ import annotations

import tempfile
from pathlib import Path

import cv2
import numpy as np
import pytest

from edge.errors import InputError
from edge.manifest import load_manifest
from edge.parity import compare
from edge.prediction import Prediction
from edge.quantization import QuantizationScheme
from tests.support import Run, needs_tensorflow, one_line_error
from train.data import Images

pytestmark = needs_tensorflow


@pytest.fixture(scope="module")
def digits(drawn: Images, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """1,000 drawn digits as somebody's own .npz: drawing a whole data set takes longer."""
    path = tmp_path_factory.mktemp("digits") / "digits.npz"
    np.savez(path, images=drawn.images, labels=drawn.labels)
    return path


@pytest.fixture(scope="module")
def broken(run: Run, digits: Path, tmp_path_factory: pytest.TempPathFactory):
    """An export whose budget no int8 file can keep."""
    output = tmp_path_factory.mktemp("broken")
    budget = ("--budget", "largest-difference=0.0001", "disagreement=0")
    arguments = ("--quantize", "int8", "--calibration", digits, "--output", output)
    return run("export.tflite", *arguments, *budget), output


def test_a_broken_budget_is_exit_code_1_and_no_file(broken) -> None:
    result, output = broken
    assert result.returncode == 1
    said = one_line_error(result)
    assert "largest difference" in said
    assert "over the budget of 0.0001" in said
    assert "--budget" in said
    assert [path.name for path in output.iterdir()] == ["digits-int8.tflite-flipped.png"]


def test_the_flipped_digits_are_a_picture(broken) -> None:
    _, output = broken
    picture = cv2.imread(str(output / "digits-int8.tflite-flipped.png"))
    assert picture is not None
    assert picture.shape[1] == 8 * 112
    assert len(np.unique(picture)) > 10


def test_an_older_file_survives_a_broken_budget(run: Run, digits: Path, tmp_path: Path) -> None:
    arguments = ("--quantize", "int8", "--calibration", digits, "--output", tmp_path)
    assert run("export.tflite", *arguments).returncode == 0
    before = (tmp_path / "digits-int8.tflite").read_bytes()
    result = run("export.tflite", *arguments, "--seed", "1", "--budget", "largest-difference=0")
    assert result.returncode == 1
    assert (tmp_path / "digits-int8.tflite").read_bytes() == before
    assert load_manifest(tmp_path)[0].read_bytes() == before


def test_one_broken_file_does_not_keep_the_others(run: Run, digits: Path, tmp_path: Path) -> None:
    result = run(
        "export", "--quantize", "none", "int8", "--calibration", digits, "--output", tmp_path,
        "--budget", "largest-difference=0.001",
    )  # fmt: skip
    assert result.returncode == 1
    assert "2 of 4 files break their budget" in one_line_error(result)
    names = sorted(one.path.name for one in load_manifest(tmp_path))
    assert names == ["digits-float32.onnx", "digits-float32.tflite"]


@pytest.mark.parametrize(
    "setting",
    ["accuracy=0.1", "disagreement", "disagreement=much", "disagreement=2", "disagreement=nan"],
)
def test_a_budget_that_is_none_is_told_before_anything_is_loaded(
    run: Run, tmp_path: Path, setting: str
) -> None:
    result = run("export.tflite", "--output", tmp_path / "out", "--budget", setting)
    assert result.returncode == 2
    one_line_error(result)
    assert not (tmp_path / "out").exists()


def test_settings_change_the_scheme_s_own_budget() -> None:
    from export.budget import DEFAULT_BUDGETS, ExportBudget, read_budget

    changed = read_budget(["accuracy-drop=0.01", "refusals=0.1"], QuantizationScheme.INT8)
    default = DEFAULT_BUDGETS[QuantizationScheme.INT8]
    assert changed == ExportBudget(0.01, default.disagreement, 1.0, 0.1)
    assert set(DEFAULT_BUDGETS) == set(QuantizationScheme)


def test_flips_come_first_and_the_furthest_before_them_all() -> None:
    from export.flips import AnswerPair
    from export.images import ImageSet

    one = Prediction(np.array([[0.9, 0.1], [0.6, 0.4], [0.8, 0.2]], np.float32), None)
    other = Prediction(np.array([[0.5, 0.4], [0.4, 0.6], [0.1, 0.9]], np.float32), None)
    images = ImageSet(np.zeros((3, 2, 2), np.uint8), np.array([0, 1, 0]), "none", "")
    assert AnswerPair(images, one, other).flipped_rows().tolist() == [2, 1]
    assert AnswerPair(images, one, one).flipped_rows().tolist() == [0, 1, 2]
    colors = [AnswerPair(images, one, other).color(row) for row in (0, 1, 2)]
    assert len(set(colors)) == 3  # the same, won, lost


def test_turning_another_share_of_digits_away_breaks_the_budget(tmp_path: Path) -> None:
    from export.budget import ExportBudget
    from export.flips import AnswerPair, draw_flips
    from export.images import ImageSet
    from export.proof import Proof

    probabilities = np.tile(np.array([[0.9, 0.1]], np.float32), (4, 1))
    takes = Prediction(probabilities, np.full(4, 0.9, np.float32))
    three = Prediction(probabilities, np.array([0.9, 0.9, 0.2, 0.9], np.float32))
    images = ImageSet(np.zeros((4, 2, 2), np.uint8), np.zeros(4, np.int64), "none", "")
    report = compare(probabilities, probabilities, np.zeros(4, np.int64))
    pair = AnswerPair(images, takes, three)
    said = Proof(pair, pair, report, "none").violations(ExportBudget())
    assert len(said) == 2
    assert "shown digits, 0.2500 is over the budget of 0.0050" in said[0]
    assert "shown non-digits, 0.2500 is over the budget of 0.0200" in said[1]
    assert pair.flipped_rows(refusals=True).tolist() == [2]
    assert pair.caption(2, ["0", "1"], refusals=True) == ("digit > none", "0.90 0.20")
    draw_flips(tmp_path / "a.png", "a", pair, ["0", "1"], refusals=True)
    assert cv2.imread(str(tmp_path / "a.png")) is not None


def test_calibration_on_digits_alone_would_let_every_non_digit_in(drawn: Images) -> None:
    """Why one calibration image in five shows no digit: without, int8 refuses nothing."""
    from export.calibration import CalibrationSet, with_nondigits
    from export.images import ImageSet
    from export.job import EdgeType, ExportJob
    from export.proof import Reference
    from export.source import SourceRequest, load_source
    from export.study import tflite_artifact
    from train.nondigits import draw_nondigits

    source = load_source(SourceRequest())
    rows = np.arange(20)
    digits = CalibrationSet(drawn.images[rows], rows, {})
    odd = draw_nondigits(200, np.random.default_rng(8), drawn.images)
    reference = Reference(
        source,
        ImageSet(drawn.images[500:], drawn.labels[500:], "drawn", ""),
        ImageSet(odd, None, "non-digits", ""),
    )
    agreement = []
    for calibration in (digits, with_nondigits(digits, 0)):
        with tempfile.TemporaryDirectory() as folder:
            job = ExportJob(source, calibration, reference, Path(folder), EdgeType.INTEGER, ())
            agreement.append(reference.prove(tflite_artifact(job)).refusal_agreement)
    alone, together = agreement
    assert alone < 0.5
    assert together > 0.98


def test_calibration_and_evaluation_share_no_image(digits: Path) -> None:
    from export.calibration import refuse_overlap
    from export.contract import ModelContract
    from export.gather import ImageRequest, gather_images

    request = ImageRequest(calibration=digits, count=100)
    found = gather_images(request, ModelContract((28, 28, 1), rejects=True))
    assert found.calibration is not None
    assert found.nondigits is not None
    refuse_overlap(found.calibration.images, found.evaluation.images)
    refuse_overlap(found.calibration.images, found.nondigits.images)
    seen = found.calibration.images
    with pytest.raises(InputError, match="1 of 3 images"):
        refuse_overlap(seen, np.stack([seen[5], seen[0] ^ 1, seen[1] ^ 1]))


def test_the_same_images_to_calibrate_and_to_prove_are_refused(
    run: Run, digits: Path, tmp_path: Path
) -> None:
    result = run(
        "export.tflite", "--quantize", "int8", "--output", tmp_path / "out",
        "--calibration", digits, "--evaluation", digits,
    )  # fmt: skip
    assert result.returncode == 2
    assert "keep the two sets apart" in one_line_error(result)
    assert not (tmp_path / "out").exists()


def test_calibration_is_balanced_and_seeded(digits: Path) -> None:
    from export.calibration import CalibrationSet
    from export.contract import ModelContract
    from export.gather import ImageRequest, gather_images

    def calibrate(seed: int) -> CalibrationSet:
        request = ImageRequest(calibration=digits, count=100, seed=seed)
        found = gather_images(request, ModelContract((28, 28, 1))).calibration
        assert found is not None
        return found

    one, same, other = calibrate(1), calibrate(1), calibrate(2)
    assert one.facts == same.facts
    assert one.facts["images_sha256"] != other.facts["images_sha256"]
    assert one.images.shape == (100, 28, 28)
    assert np.array_equal(one.images, same.images)
    assert np.array_equal(one.indices, same.indices)
    with np.load(digits) as arrays:
        assert np.bincount(arrays["labels"][one.indices]).tolist() == [10] * 10


def test_nobody_s_test_image_calibrates(mnist_path: Path) -> None:
    from export.contract import ModelContract
    from export.gather import ImageRequest, gather_images
    from train.data import load_dataset

    dataset = load_dataset(str(mnist_path))
    found = gather_images(ImageRequest(str(mnist_path)), ModelContract((28, 28, 1)))
    assert found.calibration is not None
    rows = found.calibration.indices
    assert np.array_equal(dataset.train.images[rows], found.calibration.images)
    assert np.bincount(dataset.train.labels[rows]).tolist() == [50] * 10
    assert np.array_equal(found.evaluation.images, dataset.test.images)

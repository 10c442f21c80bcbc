"""Any image classifier is exported: colour, rescaling inside, subclassed, a SavedModel."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from edge.manifest import load_artifact, load_manifest
from edge.session import open_session
from tests.support import Run, needs_tensorflow, one_line_error

pytestmark = needs_tensorflow

COLOURS = {"red": (200, 40, 40), "green": (40, 200, 40), "blue": (40, 40, 200)}

NET = """
import keras

@keras.saving.register_keras_serializable("mine")
class Net(keras.Model):
    def __init__(self, **options):
        super().__init__(**options)
        self.conv = keras.layers.Conv2D(6, 3, activation="relu")
        self.pool = keras.layers.GlobalAveragePooling2D()
        self.dense = keras.layers.Dense(3, activation="softmax")

    def call(self, image):
        return self.dense(self.pool(self.conv(image)))
"""


def coloured(side: int, each: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """(3 * each, side, side, 3) RGB uint8 in noisy red, green and blue, and what each is."""
    labels = np.arange(3 * each) % 3
    middles = np.array(list(COLOURS.values()))[labels][:, None, None]
    noise = rng.integers(-35, 36, (3 * each, side, side, 3))
    return np.clip(middles + noise, 0, 255).astype(np.uint8), labels


def teach_head(model: Any, images: np.ndarray, labels: np.ndarray, scale: float) -> None:
    """Random weights answer at random; the last layer alone is solved for by least squares.

    The model must end in a Dense of softmax after the layer that it takes its features from.
    """
    from train.backend import keras

    head = model.layers[-1]
    features = keras.Model(model.inputs, head.input).predict(images * scale, verbose=0)
    wanted = 8 * (np.eye(3)[labels] - 1 / 3)
    solved, *_ = np.linalg.lstsq(np.c_[features, np.ones(len(features))], wanted, rcond=None)
    head.set_weights([solved[:-1].astype(np.float32), solved[-1].astype(np.float32)])


def mobile_net(layers: Any, keras: Any) -> Any:
    """Inverted residuals on colour 96x96, as small as they get."""

    def norm(x: Any, *, relu: bool = True) -> Any:
        x = layers.BatchNormalization()(x)
        return layers.ReLU(6.0)(x) if relu else x

    image = keras.Input((96, 96, 3))
    x = norm(layers.Conv2D(8, 3, strides=2, padding="same", use_bias=False)(image))
    for filters, stride in ((8, 1), (16, 2), (16, 1)):
        y = norm(layers.Conv2D(3 * x.shape[-1], 1, use_bias=False)(x))
        y = norm(layers.DepthwiseConv2D(3, strides=stride, padding="same", use_bias=False)(y))
        y = norm(layers.Conv2D(filters, 1, use_bias=False)(y), relu=False)
        x = layers.Add()([x, y]) if x.shape == y.shape else y
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(3, activation="softmax")(x), name="mobile")


@pytest.fixture(scope="module")
def brought(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what people bring: models, images, labels."""
    from train.backend import keras
    from train.quiet import quiet_tensorflow

    folder = tmp_path_factory.mktemp("brought")
    keras.utils.set_random_seed(5)
    rng = np.random.default_rng(5)
    layers = keras.layers
    images, labels = coloured(96, 40, rng)
    model = mobile_net(layers, keras)
    teach_head(model, images, labels, 1 / 255)
    model.save(folder / "mobile.keras")
    with quiet_tensorflow():
        model.export(folder / "mobile_saved", verbose=False)
    np.savez(folder / "images.npz", images=images, labels=labels)
    for place, (picture, label) in enumerate(zip(images, labels, strict=True)):
        name = folder / "pictures" / list(COLOURS)[label] / f"{place}.png"
        name.parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(name), picture[..., ::-1])
    (folder / "labels.txt").write_text("\n".join(COLOURS) + "\n")

    image = keras.Input((32, 24, 3))
    x = layers.Rescaling(1 / 127.5, -1)(image)
    x = layers.GlobalAveragePooling2D()(layers.Conv2D(6, 3, activation="relu")(x))
    scaled = keras.Model(image, layers.Dense(3, activation="softmax")(x))
    small = np.stack([cv2.resize(one, (24, 32)) for one in images])
    teach_head(scaled, small, labels, 1.0)
    scaled.save(folder / "scaled.keras")
    np.savez(folder / "small.npz", images=small, labels=labels)

    (folder / "net.py").write_text(NET)
    scope: dict[str, Any] = {}
    exec(compile(NET, "net.py", "exec"), scope)  # noqa: S102  # the test's own text
    net = scope["Net"]()
    net(np.zeros((1, 20, 16, 3), np.float32))
    net.save(folder / "net.keras")
    return folder


def test_a_colour_network_is_exported_in_every_format(
    run: Run, brought: Path, tmp_path: Path
) -> None:
    result = run(
        "export", "--model", brought / "mobile.keras", "--calibration", brought / "pictures",
        "--labels", brought / "labels.txt", "--output", tmp_path,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    artifacts = load_manifest(tmp_path)
    assert len(artifacts) == 8
    images, labels = coloured(96, 10, np.random.default_rng(6))
    for artifact in artifacts:
        assert artifact.path.name.startswith("mobile-")
        assert artifact.labels == ("red", "green", "blue")
        assert artifact.provenance["proof"]["agreement"] == 1
        said = open_session(artifact).run(images)
        assert (said.labels == labels).mean() == 1, artifact.path.name
    calibration = next(one for one in artifacts if one.scheme == "int8").provenance["calibration"]
    assert calibration["dataset"] == "pictures"
    assert calibration["count"] == 60
    assert result.stdout.count("\n") == 9


def test_a_picture_reaches_the_network_as_red_green_blue(brought: Path) -> None:
    from export.contract import ModelContract
    from export.images import load_images

    contract = ModelContract((96, 96, 3), tuple(COLOURS))
    found = load_images(brought / "pictures", contract)
    assert found.labels is not None
    for label, middle in enumerate(COLOURS.values()):
        seen = found.images[found.labels == label].mean(axis=(0, 1, 2))
        assert np.abs(seen - middle).max() < 8


def test_a_model_that_rescales_by_itself_is_fed_pixels(
    run: Run, brought: Path, tmp_path: Path
) -> None:
    result = run(
        "export.tflite", "--quantize", "int8", "--model", brought / "scaled.keras",
        "--calibration", brought / "small.npz", "--output", tmp_path,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    assert "fed pixels from 0 to 255" in result.stderr
    artifact = load_artifact(tmp_path / "scaled-int8.tflite")
    assert (artifact.preprocessing.scale, artifact.preprocessing.offset) == (1, 0)
    assert artifact.input.shape == (1, 32, 24, 3)
    with np.load(brought / "small.npz") as arrays:
        said = open_session(artifact).run(arrays["images"])
        assert (said.labels == arrays["labels"]).mean() == 1


def test_a_saved_model_says_what_its_keras_file_says(
    run: Run, brought: Path, tmp_path: Path
) -> None:
    for name in ("mobile.keras", "mobile_saved"):
        result = run(
            "export.onnx", "--model", brought / name, "--evaluation", brought / "images.npz",
            "--output", tmp_path,
        )  # fmt: skip
        assert result.returncode == 0, result.stderr
    images, _ = coloured(96, 3, np.random.default_rng(7))
    one, other = (
        open_session(tmp_path / f"{name}-float32.onnx").run(images).probabilities
        for name in ("mobile", "mobile_saved")
    )
    assert np.abs(one - other).max() < 1e-5


def test_a_subclassed_model_needs_its_code(run: Run, brought: Path, tmp_path: Path) -> None:
    arguments = ("export.tflite", "--model", brought / "net.keras", "--output", tmp_path)
    refused = run(*arguments)
    assert refused.returncode == 2
    assert "--custom FILE.py" in one_line_error(refused)
    result = run(*arguments, "--custom", brought / "net.py")
    assert result.returncode == 0, result.stderr
    assert "random pictures only" in result.stderr
    assert load_artifact(tmp_path / "net-float32.tflite").input.shape == (1, 20, 16, 3)


def test_int8_without_images_is_told(run: Run, brought: Path, tmp_path: Path) -> None:
    result = run(
        "export.tflite", "--quantize", "int8", "--model", brought / "mobile.keras",
        "--output", tmp_path / "out",
    )  # fmt: skip
    assert result.returncode == 2
    assert "--calibration FOLDER|FILE.npz" in one_line_error(result)
    assert not (tmp_path / "out").exists()


def test_a_file_of_another_keras_names_it_and_the_way_round(brought: Path, tmp_path: Path) -> None:
    from edge.errors import InputError
    from export.load import load_any

    old = tmp_path / "old.keras"
    with zipfile.ZipFile(brought / "mobile.keras") as source, zipfile.ZipFile(old, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "metadata.json":
                content = json.dumps({"keras_version": "3.0.5"}).encode()
            target.writestr(name, content.replace(b'"ReLU"', b'"OldReLU"'))
    with pytest.raises(InputError, match=r"written by Keras 3\.0\.5.*model\.export") as told:
        load_any(old, None)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(["--labels", "none.txt"], "cannot read the labels", id="no-labels"),
        pytest.param(["--labels", "README.md"], "the model has 3 outputs", id="wrong-labels"),
        pytest.param(["--preprocessing", "imagenet"], "none of unit", id="preprocessing"),
        pytest.param(["--preprocessing", "0,0"], "preprocessing cannot be", id="no-scale"),
        pytest.param(["--calibration", "none.npz"], "cannot read none.npz", id="no-images"),
        pytest.param(["--calibration", "train"], "holds no pictures", id="no-pictures"),
        pytest.param(["--custom", "README.md"], "no Python file", id="no-code"),
    ],
)
def test_bad_facts_of_a_model_are_one_line(
    brought: Path, tmp_path: Path, arguments: list[str], said: str, capsys: Any
) -> None:
    from export.tflite import main

    given = ["--model", str(brought / "mobile.keras"), "--output", str(tmp_path / "out")]
    assert main([*given, *arguments]) == 2
    error = capsys.readouterr().err
    assert error.startswith("error: ")
    assert said in error
    assert error.count("\n") == 1


def test_images_of_another_kind_are_refused(brought: Path, tmp_path: Path) -> None:
    from edge.errors import InputError
    from export.contract import ModelContract
    from export.images import load_images

    contract = ModelContract((96, 96, 3), tuple(COLOURS))
    bad = {
        "float": {"images": np.zeros((2, 96, 96, 3), np.float32)},
        "grey": {"images": np.zeros((2, 96, 96), np.uint8)},
        "none": {"images": np.zeros((0, 96, 96, 3), np.uint8)},
        "labels": {"images": np.zeros((2, 96, 96, 3), np.uint8), "labels": np.array([0, 3])},
        "unnamed": {"pixels": np.zeros((2, 96, 96, 3), np.uint8)},
    }
    for name, arrays in bad.items():
        np.savez(tmp_path / f"{name}.npz", **arrays)
        with pytest.raises(InputError):
            load_images(tmp_path / f"{name}.npz", contract)
    shutil.copy(brought / "net.py", tmp_path / "text.npz")
    with pytest.raises(InputError, match="cannot read"):
        load_images(tmp_path / "text.npz", contract)

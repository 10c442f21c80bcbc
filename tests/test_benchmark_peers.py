"""Published networks are judged by trained weights, where the user has trained them."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from benchmarks.latency import LatencySummary
from benchmarks.peers import CLASSIC, COMPARED, Peer, can_build_peers, time_networks
from benchmarks.speed_sections import peers as peers_section
from benchmarks.trained import TRAIN_ALL, trained_recipes
from edge.manifest import load_artifact
from tests.support import SHIPPED
from train.data import Images


def training(folder: Path, **changed: object) -> Path:
    """A folder as `python -m train` leaves it, as far as it is looked at."""
    folder.mkdir(parents=True)
    (folder / "model.keras").write_bytes(b"a model")
    metrics = {"recipe": folder.name, "dataset": "mnist", "epochs": 5} | changed
    (folder / "metrics.json").write_text(json.dumps(metrics), "utf-8")
    return folder


def test_a_trained_recipe_is_found_where_train_all_puts_it(tmp_path: Path) -> None:
    training(tmp_path / "conv2")
    training(tmp_path / "conv1_sgd", epochs=1, dataset="drawn")
    found = trained_recipes(tmp_path, ["conv1_sgd", "conv2", "conv3_same"])
    assert [(one.name, one.how) for one in found] == [
        ("conv1_sgd", "drawn, 1 epoch"),
        ("conv2", "mnist, 5 epochs"),
    ]
    assert found[1].model == (tmp_path / "conv2" / "model.keras").resolve()


@pytest.mark.parametrize("damage", ["no model", "no metrics", "another recipe", "text", "a list"])
def test_what_is_no_finished_training_of_the_recipe_is_not_taken(
    damage: str, tmp_path: Path
) -> None:
    folder = training(tmp_path / "conv2")
    metrics = folder / "metrics.json"
    if damage == "no model":
        (folder / "model.keras").unlink()
    elif damage == "no metrics":
        metrics.unlink()
    elif damage == "another recipe":
        metrics.write_text(metrics.read_text("utf-8").replace("conv2", "edge"), "utf-8")
    else:
        metrics.write_text({"text": "no JSON", "a list": "[1]"}[damage], "utf-8")
    assert trained_recipes(tmp_path, ["conv2"]) == []


def section_of(*peers: Peer):
    return peers_section(SimpleNamespace(extras=SimpleNamespace(peers=peers)))


def test_the_table_tells_trained_from_untrained_and_how_to_train() -> None:
    summary = LatencySummary(1, 1.0, 1.0, 1.0, None)
    trained = Peer("conv2, int8", summary, 1000, 0.9912, None, "mnist, 5 epochs")
    untrained = Peer("conv1_sgd, int8", summary, 1000, None, None)
    section = section_of(trained, untrained)
    assert [row[-2:] for row in section.rows] == [("99.12%", "mnist, 5 epochs"), ("-", "untrained")]
    assert TRAIN_ALL in section.note
    assert TRAIN_ALL not in section_of(trained).note


def test_the_note_tells_of_what_is_in_the_table_alone() -> None:
    summary = LatencySummary(1, 1.0, 1.0, 1.0, None)
    classic = Peer(CLASSIC, summary, 1000, 0.97, None, "4,000 images")
    network = Peer("conv2, int8", summary, 1000, 0.9912, None, "mnist, 5 epochs")
    ours = Peer("digits-int8.tflite", summary, 1000, None, None, COMPARED)
    assert not section_of(classic).note
    assert "published" in section_of(classic, network).note
    assert "in turns" not in section_of(classic, network).note
    assert "in turns" in section_of(classic, ours, network).note


def test_a_tiny_training_is_converted_timed_and_its_accuracy_told(
    tmp_path: Path, drawn: Images, capsys: pytest.CaptureFixture[str]
) -> None:
    if not can_build_peers():
        pytest.skip("TensorFlow, Keras or ai-edge-litert is not installed (edge environment)")
    from train.data import Dataset
    from train.recipes import get_recipe
    from train.run import train_recipe

    rows = np.arange(1000)
    dataset = Dataset("tiny", drawn.take(rows[:800]), drawn.take(rows[800:]), "0" * 64)
    root = tmp_path / "artifacts"
    train_recipe(get_recipe("conv3_dropout"), dataset, root / "conv3_dropout", epochs=3)
    # Its metrics say conv2, its model is another network.
    (training(root / "conv2") / "model.keras").write_bytes(
        (root / "conv3_dropout" / "model.keras").read_bytes()
    )
    recipes = ["conv3_dropout", "conv2"]
    images, folder = tmp_path / "images.npy", tmp_path / "peers"
    np.save(images, dataset.test.images)
    folder.mkdir()
    peers, peak = time_networks(
        images,
        folder,
        1,
        recipes=recipes,
        trained=trained_recipes(root, recipes),
        dataset=dataset,
        test=dataset.test,
        compared=[load_artifact(SHIPPED / "digits-int8.tflite")],
    )
    by_name = {one.name: one for one in peers}
    assert list(by_name) == [
        "digits-int8.tflite",
        *("conv2, float32", "conv2, int8"),
        *("conv3_dropout, float32", "conv3_dropout, int8"),
    ]
    ours = by_name["digits-int8.tflite"]
    assert (ours.trained, ours.accuracy) == (COMPARED, None)
    assert ours.latency.processes == by_name["conv2, int8"].latency.processes
    assert ours.macs is not None
    exact, small = by_name["conv3_dropout, float32"], by_name["conv3_dropout, int8"]
    said = json.loads((root / "conv3_dropout" / "metrics.json").read_text("utf-8"))
    assert exact.accuracy == pytest.approx(said["test"]["accuracy"], abs=0.006)
    assert exact.accuracy is not None
    assert exact.accuracy > 0.3  # far from the tenth that chance reads
    assert small.accuracy == pytest.approx(exact.accuracy, abs=0.05)
    assert (exact.trained, small.trained) == ("tiny, 3 epochs", "tiny, 3 epochs")
    assert by_name["conv2, int8"].accuracy is None
    assert by_name["conv2, int8"].trained is None
    told = capsys.readouterr().err
    assert "is not the network of its recipe" in told
    assert TRAIN_ALL in told
    assert peak is not None
    assert peak > 0

"""All recipes in one table: what was reported, what was measured, and what explains it."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from edge.errors import InputError
from tests.support import Run, needs_tensorflow, one_line_error
from train.images import Images
from train.weights import SHIPPED_WEIGHTS

pytestmark = needs_tensorflow


def metrics_of(name: str, **changed: Any) -> dict[str, Any]:
    """What a training of the recipe by its own settings would record."""
    from train.recipes import get_recipe

    recipe = get_recipe(name)
    facts = {
        "recipe": name,
        "dataset": "mnist",
        "macs": 1_000_000,
        "epochs": recipe.epochs,
        "epochs_asked": recipe.epochs,
        "seconds_per_epoch": 12.34,
        "seed": 0,
        "split": "47 writers of 539, seed 0",
        "test": {"accuracy": 0.99, "wrong": 100},
    }
    return facts | changed


def compared(name: str, **changed: Any) -> dict[str, Any]:
    from train.every import compare
    from train.recipes import get_recipe

    return compare(get_recipe(name), metrics_of(name, **changed))


@pytest.mark.parametrize(
    ("words", "percent"),
    [
        ("98.86 %", 98.86),
        ("test 99.0-99.2 %", 99.2),  # the better end: the recipe has to come near it
        ("test 99.34%", 99.34),
        ("none", None),
        ("see edge/models/manifest.json", None),
    ],
)
def test_what_an_author_reports_is_read_from_words(words: str, percent: float | None) -> None:
    from train.every import reported_percent

    assert reported_percent(words) == percent


def test_every_published_figure_is_understood() -> None:
    from train.every import reported_percent
    from train.recipes import RECIPES

    found = {name: reported_percent(recipe.reported) for name, recipe in RECIPES.items()}
    assert {name: one for name, one in found.items() if name != "edge"} == {
        "conv3_dropout": 99.2,
        "conv3_dropout_augmented": 99.3,
        "conv1_sgd": None,
        "conv2": 98.86,
        "conv1_dropout": 98.5,
        "conv3_same": 99.34,
    }


@pytest.mark.parametrize(
    ("accuracy", "difference", "said"),
    [(0.9856, -0.30, False), (0.9855, -0.31, True), (0.99, 0.14, False)],
    ids=["just near enough", "just too far", "better"],
)
def test_a_recipe_under_its_report_says_so(accuracy: float, difference: float, said: bool) -> None:
    row = compared("conv2", test={"accuracy": accuracy, "wrong": 1})
    assert row["difference_points"] == pytest.approx(difference)
    assert any("under what its author reports" in note for note in row["notes"]) is said


def test_other_images_are_not_compared_with_a_report_on_mnist() -> None:
    row = compared("conv2", dataset="drawn", test={"accuracy": 0.5, "wrong": 1})
    assert row["difference_points"] is None
    assert row["notes"] == []


def test_fewer_epochs_and_an_early_end_are_told_apart() -> None:
    assert compared("conv2", epochs=1, epochs_asked=1)["notes"] == ["trained for 1 of its 5 epochs"]
    row = compared("conv3_same", epochs=20, test={"accuracy": 0.9934, "wrong": 66})
    assert row["notes"] == ["stopped early after 20 of 100 epochs"]


def test_what_was_reported_of_validation_images_is_told_beside_theirs() -> None:
    seen = {"images": 12_000, "accuracy": 0.9931}
    row = compared("conv3_dropout_augmented", validation=seen)
    assert row["notes"] == [
        "its author reports validation images; of those put aside here it reads 99.31%"
    ]


def test_mistakes_on_contradicted_labels_are_counted_beside_the_accuracy() -> None:
    doubtful = {"images": 15, "mistakes": 7, "as_people": 6}
    row = compared("edge", test={"accuracy": 0.997, "wrong": 30, "label_errors": doubtful})
    assert row["measured_percent"] == 99.7
    assert row["notes"] == [
        "7 of its 30 mistakes are among the 15 test images whose label people contradict"
    ]


def test_the_table_grows_with_each_recipe(tmp_path: Path) -> None:
    from train.every import train_all
    from train.recipes import RECIPES, Recipe

    seen: list[int] = []

    def train(recipe: Recipe, output: Path) -> dict[str, Any]:
        assert output == tmp_path / recipe.name
        table = tmp_path / "recipes.json"
        seen.append(len(json.loads(table.read_text())) if table.exists() else 0)
        return metrics_of(recipe.name)

    rows = train_all(train, tmp_path)
    assert seen == list(range(len(RECIPES)))
    assert [row["recipe"] for row in rows] == list(RECIPES)
    assert json.loads((tmp_path / "recipes.json").read_text()) == rows
    lines = (tmp_path / "recipes.md").read_text().splitlines()
    assert [line.split(" | ")[0].lstrip("| ") for line in lines[4 : 4 + len(RECIPES)]] == list(
        RECIPES
    )
    assert "| conv2 | 98.86 | 99.00 | +0.14 | 515,146 | 1,000,000 | 5 | 12.3 |" in lines


@pytest.mark.parametrize(
    ("change", "same"),
    [({}, True), ({"commit": "else"}, True), ({"seed": 1}, False), ({"epochs_asked": 2}, False)],
    ids=["same", "another commit", "another seed", "more epochs"],
)
def test_what_counts_as_trained_already(change: dict[str, Any], same: bool, tmp_path: Path) -> None:
    from train.describe import already_trained

    asked = {"recipe": "conv2", "seed": 0, "epochs_asked": 1, "commit": "one"}
    (tmp_path / "metrics.json").write_text(json.dumps({**asked, "test": {}}))
    assert already_trained(tmp_path, asked | change, []) is None  # there is no model
    (tmp_path / "model.keras").touch()
    assert (already_trained(tmp_path, asked | change, []) is not None) is same
    assert already_trained(tmp_path, asked, ["mnist_test"]) is None
    (tmp_path / "metrics.json").write_text("{")
    assert already_trained(tmp_path, asked, []) is None


def test_what_is_gone_on_with_is_told_as_its_metrics_tell_it(tmp_path: Path, drawn: Images) -> None:
    from train.data import Dataset, split_by_writer
    from train.describe import describe
    from train.recipes import get_recipe

    dataset = Dataset("drawn", drawn, drawn, "0" * 64, None)
    split = split_by_writer(dataset)
    start = tmp_path / "model.keras"
    start.write_bytes(b"a network")

    def told() -> Any:
        asked = describe(get_recipe("edge"), 1, dataset, split, seed=0, epochs=1, start=start)
        return asked["started_from"]

    assert told() == {}
    seen = {"commit": "abc", "epochs": 150, "validation": {"accuracy": 0.996}}
    (tmp_path / "metrics.json").write_text(json.dumps({**seen, "test": {"accuracy": 0.9965}}))
    assert told() == seen
    again = seen | {"learnt_from": {"accuracy": 0.999}, "started_from": seen}
    (tmp_path / "metrics.json").write_text(json.dumps(again))
    assert told() == again  # as far back as is known
    plain = describe(get_recipe("edge"), 1, dataset, split, seed=0, epochs=1)
    assert plain["started_from"] is None
    assert plain["taught_by"] == plain["teachers_sha256"] == []
    (tmp_path / "other").mkdir()
    other = tmp_path / "other" / "model.keras"
    other.write_bytes(b"another network")
    taught = describe(
        get_recipe("edge"), 1, dataset, split, seed=0, epochs=1, teachers=[start, other]
    )
    assert taught["taught_by"] == [again, {}]
    assert len(set(taught["teachers_sha256"])) == 2


def test_a_training_by_other_settings_is_not_gone_on_with(tmp_path: Path) -> None:
    from train.describe import begin

    asked = {"recipe": "conv2", "seed": 0, "commit": "one"}
    begin(tmp_path, asked, resume=True)  # nothing was interrupted
    begin(tmp_path, asked | {"commit": "two"}, resume=True)
    with pytest.raises(InputError, match="has seed 0, not 1"):
        begin(tmp_path, asked | {"seed": 1}, resume=True)
    begin(tmp_path, asked | {"seed": 1}, resume=False)
    with pytest.raises(InputError, match="has seed 1, not 0"):
        begin(tmp_path, asked, resume=True)


def test_the_commit_is_the_checkouts_wherever_one_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from train.commit import commit

    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    here = commit()
    for words in (
        ("init", "--quiet"),
        ("-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "--allow-empty", "-mx"),
    ):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    monkeypatch.chdir(tmp_path)
    assert commit() == here


def test_all_can_be_summed_up_without_training(run: Run) -> None:
    result = run("train", "--all", "--summary")
    assert result.returncode == 0, result.stderr
    totals = [line.split() for line in result.stdout.splitlines() if " in all " in line]
    assert len(totals) == 7
    assert ["conv3_same", "in", "all", "458,570", "6,047,488"] in totals


@pytest.mark.parametrize(
    "wrong",
    [
        ("--seed", "-1"),
        ("--seed", "4294967296"),
        ("--test", "nowhere.npz"),
        ("--teacher", "nowhere.keras"),
        ("--teacher", str(SHIPPED_WEIGHTS), "nowhere.keras"),
        ("--all", "--split", "whole"),
        ("--sweep", "--split", "whole"),
        ("--recipe", "conv3_same", "--split", "whole"),
        ("--recipe", "conv2", "--all"),
        ("--sweep", "--recipe", "conv2", "--recipes", "conv2"),
    ],
    ids=" ".join,
)
def test_bad_options_are_one_line(wrong: tuple[str, ...], run: Run) -> None:
    result = run("train", "--data", "drawn", *wrong)
    assert result.returncode == 2
    assert wrong[-1] in one_line_error(result)


def test_what_a_recipe_has_no_use_for_is_refused(run: Run) -> None:
    teacher = ("--recipe", "conv3_dropout_augmented", "--teacher", SHIPPED_WEIGHTS)
    result = run("train", "--data", "drawn", *teacher)
    assert result.returncode == 2
    assert "conv3_dropout_augmented learns from no teacher" in one_line_error(result)
    result = run("train", "--data", "drawn", "--writers", SHIPPED_WEIGHTS)
    assert result.returncode == 2
    assert "--writers" in one_line_error(result)

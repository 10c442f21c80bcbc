"""One training from its images to its folder: train, one look at the test set, write."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from edge.files import atomic_path, write_json
from edge.prediction import Prediction
from train.backend import keras
from train.data import Dataset, Split, not_split, split_by_writer, split_last
from train.describe import already_trained, begin, describe
from train.evaluate import evaluate, in_words
from train.fit import Trained, fit
from train.history import read_history, time_spent
from train.output import (
    CHECKPOINT_NAME,
    HISTORY_NAME,
    METRICS_NAME,
    MODEL_NAME,
    UNFINISHED_NAME,
)
from train.pictures import draw_pictures
from train.recipes import Recipe, build_model
from train.summary import model_macs, summary
from train.teacher import load_teachers


def train_recipe(
    recipe: Recipe,
    dataset: Dataset,
    output: Path,
    *,
    epochs: int | None = None,
    seed: int = 0,
    split: str = "disjoint",
    resume: bool = False,
    also_test: Sequence[Dataset] = (),
    tensorboard: Path | None = None,
    teachers: Sequence[Path] = (),
    start: Path | None = None,
) -> dict[str, Any]:
    """Trains, evaluates once on the test set, writes model, history, metrics and pictures.

    Args:
        recipe: what to train, and how.
        dataset: the images.
        output: the folder for everything that is written.
        epochs: passes at most, or None for the recipe's own number.
        seed: seeds the weights, the order and every variation of the images.
        split: one of `train.data.SPLITS`, as in `choose_split`.
        resume: go on from the checkpoint of an interrupted training, if there is one; a
            finished training by the same settings is not made again.
        also_test: other images whose test sets are tried at the end.
        tensorboard: folder for TensorBoard's logs, or None.
        teachers: files of trained networks to learn from beside the labels, as
            `train.teacher` takes them; recipes without augmentation have none.
        start: file of a trained network of this recipe to go on from, or None. With
            teachers it teaches beside them, and goes on as quickly as a new one.

    Returns:
        What metrics.json holds.

    Raises:
        InputError: what is to be gone on with is a training by other settings.
    """
    keras.utils.clear_session()  # layers are numbered from the beginning again
    network = build_model(recipe)
    parts = choose_split(dataset, recipe, split, seed)
    teachers = teachers if recipe.augmentation is not None else ()
    asked = describe(
        recipe,
        model_macs(network),
        dataset,
        parts,
        seed=seed,
        epochs=epochs or recipe.epochs,
        teachers=teachers,
        start=start,
    )
    if resume:
        found = already_trained(output, asked, [_key(one) for one in also_test])
        if found is not None:
            print(f"{output} is trained by these settings already", file=sys.stderr)
            return found
    if recipe.augmentation is not None:
        import train.temperature  # noqa: F401  # what it lacks is told before the training
    _warn_of_start(asked, parts)
    begin(output, asked, resume=resume)
    print(summary(network, recipe.name), file=sys.stderr)
    print(
        f"{dataset.name}: {len(parts.train):,} images to train on, "
        f"{len(parts.validation):,} to validate ({parts.how})",
        file=sys.stderr,
    )
    trained = fit(
        recipe,
        parts,
        output,
        epochs=asked["epochs_asked"],
        seed=seed,
        resume=resume,
        teacher=load_teachers(*teachers, *([start] if start else [])) if teachers else None,
        tensorboard=tensorboard,
        start=start,
    )
    figures, prediction = _measure(trained.model, recipe, parts, dataset, also_test)
    metrics = asked | _took(trained, output) | figures
    with atomic_path(output / MODEL_NAME) as temporary:
        trained.model.save(temporary)
    write_json(output / METRICS_NAME, metrics)  # after the model: it says that one is there
    draw_pictures(recipe, parts.train, dataset, prediction, output, seed=seed)
    (output / UNFINISHED_NAME).unlink(missing_ok=True)
    shutil.rmtree(output / CHECKPOINT_NAME, ignore_errors=True)
    _report(recipe, dataset, also_test, metrics, output)
    return metrics


def _warn_of_start(asked: Mapping[str, Any], parts: Split) -> None:
    """Says so where a network that is gone on with has learnt from what is to validate it."""
    before = (asked["started_from"] or {}).get("split")
    if before is not None and before != parts.how and parts.held_out:
        print(
            f"the network to go on from was trained by another split ({before}): it has learnt "
            f"from images that validate it here ({parts.how}); give the --seed and --split that "
            "it was trained with",
            file=sys.stderr,
        )


def choose_split(dataset: Dataset, recipe: Recipe, how: str, seed: int) -> Split:
    """The validation images: disjoint, the recipe's own, or such as are learnt from as well."""
    if how == "published" and recipe.validation_split is not None:
        return split_last(dataset, recipe.validation_split)
    if how == "published":
        print(
            f"{recipe.name} was published without a validation split of the training images; "
            "taking the disjoint one",
            file=sys.stderr,
        )
    disjoint = split_by_writer(dataset, seed=seed)
    return not_split(disjoint) if how == "whole" else disjoint


def _measure(
    model: Any, recipe: Recipe, parts: Split, dataset: Dataset, also_test: Sequence[Dataset]
) -> tuple[dict[str, Any], Prediction]:
    """Folds in the temperature, then looks at the test sets: the figures, and the answers."""
    figures: dict[str, Any] = {}
    temperature = None
    if recipe.augmentation is not None:
        from train.temperature import calibrate_model

        fitted = calibrate_model(model, parts.validation)
        temperature = fitted.value
        figures["temperature"] = asdict(fitted)
    _, seen = evaluate(model, parts.validation)
    kept = "validation" if parts.held_out else "learnt_from"
    figures[kept] = {name: seen[name] for name in ("images", "accuracy")}
    prediction, seen = evaluate(model, dataset.test, temperature=temperature)
    figures["test"] = dict(seen)
    for other in also_test:
        _, seen = evaluate(model, other.test, temperature=temperature)
        figures[_key(other)] = dict(seen)
    return figures, prediction


def _took(trained: Trained, output: Path) -> dict[str, Any]:
    """What the training took; its epochs before an interruption are in history.csv."""
    rows = read_history(output / HISTORY_NAME)
    spent = time_spent(rows)
    took = {"epochs": trained.epochs, "seconds": round(trained.seconds, 1)}
    if spent is None:
        return took
    seconds = max(trained.seconds, spent.seconds_per_epoch * len(rows))
    return took | {"seconds": round(seconds, 1)} | asdict(spent)


def _key(dataset: Dataset) -> str:
    """Where metrics.json has the figures of another test set: "mnist_test"."""
    return f"{dataset.name}_test"


def _report(
    recipe: Recipe,
    dataset: Dataset,
    also_test: Sequence[Dataset],
    metrics: dict[str, Any],
    output: Path,
) -> None:
    """The figures on stdout; where the rest is on stderr."""
    print(in_words(f"{recipe.name} on {dataset.name}", metrics["test"]))
    for other in also_test:
        print(in_words(f"{recipe.name} on {other.name}", metrics[_key(other)]))
    fitted = metrics.get("temperature")
    if fitted:
        print(
            f"temperature {fitted['value']:.3f}: calibration error on "
            f"{'validation images' if 'validation' in metrics else 'images learnt from'} "
            f"{fitted['ece_before']:.4f} before, {fitted['ece_after']:.4f} after; on test images "
            f"{metrics['test']['ece_before']:.4f} before, {metrics['test']['ece']:.4f} after"
        )
    if "seconds_per_epoch" in metrics:
        print(
            f"epochs: {metrics['epochs']} in {metrics['seconds']:.0f} s, "
            f"{metrics['seconds_per_epoch']:.1f} s each, {metrics['waiting_share']:.1%} of it "
            "waiting for images"
        )
    names = sorted(path.name for path in output.iterdir() if path.is_file())
    print(f"in {output}: {', '.join(names)}")

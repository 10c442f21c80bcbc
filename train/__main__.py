"""Train a recipe: `python -m train [--recipe edge]`."""

from __future__ import annotations

import argparse
import importlib.metadata
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from edge.command import command
from edge.errors import InputError
from edge.files import atomic_path, write_json
from train.data import Dataset, DataSource, Split, load_dataset, split_by_writer, split_last
from train.evaluate import evaluate
from train.fit import Trained, fit
from train.output import HISTORY_NAME, METRICS_NAME, MODEL_NAME
from train.plots import plot_curves, plot_predictions
from train.recipes import RECIPES, Recipe, get_recipe

ROOT = Path("artifacts")


def build_parser() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m train", description="Train a recipe.")
    parser.add_argument("--recipe", default="edge", metavar="NAME", help=", ".join(RECIPES))
    parser.add_argument("--list", action="store_true", help="print the recipes and stop")
    parser.add_argument(
        "--data",
        default=DataSource.MNIST.value,
        metavar="SOURCE",
        help="PATH/mnist.npz, mnist (MNIST_NPZ, Keras' cache, a download), drawn (digits that "
        "this project draws) or mnist-or-drawn (default: %(default)s)",
    )
    parser.add_argument(
        "--writers",
        type=Path,
        metavar="FILE",
        help="an .npz whose 'train' says who wrote each MNIST image: validation by writers",
    )
    parser.add_argument(
        "--split",
        choices=("disjoint", "published"),
        default="disjoint",
        help="validation by writers or by a seeded draw, or as the recipe's author did it",
    )
    parser.add_argument("--epochs", type=int, metavar="N", help="default: the recipe's own")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--output", type=Path, metavar="DIR", help=f"default: {ROOT}/<recipe>")
    parser.add_argument("--resume", action="store_true", help="go on with an interrupted training")
    return parser


@command
def main(argv: Sequence[str] | None = None) -> int:
    """Trains, evaluates once on the test set, writes model, history, metrics and pictures."""
    args = build_parser().parse_args(argv)
    if args.list:
        print(recipe_table())
        return 0
    recipe = get_recipe(args.recipe)
    epochs = recipe.epochs if args.epochs is None else args.epochs
    if epochs < 1:
        raise InputError(f"--epochs must be at least 1, not {epochs}")
    output = args.output or ROOT / recipe.name
    dataset = load_dataset(args.data, writers=args.writers, seed=args.seed)
    split = choose_split(dataset, recipe, args.split, args.seed)
    print(
        f"{recipe.name}: {recipe.parameters:,} parameters; {dataset.name}: {len(split.train):,} "
        f"images to train on, {len(split.validation):,} to validate ({split.how})",
        file=sys.stderr,
    )
    trained = fit(recipe, split, output, epochs=epochs, seed=args.seed, resume=args.resume)
    prediction, figures = evaluate(trained.model, dataset.test)
    metrics = describe(recipe, dataset, split, trained, args.seed) | {"test": dict(figures)}
    with atomic_path(output / MODEL_NAME) as temporary:
        trained.model.save(temporary)
    write_json(output / METRICS_NAME, metrics)
    title = f"{recipe.name} on {dataset.name}: {figures['accuracy']:.2%} of {len(dataset.test):,}"
    plot_curves(output / HISTORY_NAME, output / "curves.png", title)
    plot_predictions(dataset.test, prediction, output / "predictions.png", title=title)
    print(title)
    print(f"in {output}: {MODEL_NAME}, {METRICS_NAME}, {HISTORY_NAME}, curves.png, predictions.png")
    print(f"next: python -m export --model {output / MODEL_NAME}", file=sys.stderr)
    return 0


def choose_split(dataset: Dataset, recipe: Recipe, how: str, seed: int) -> Split:
    """The validation images: disjoint by default, the recipe's own split when asked for."""
    if how == "published" and recipe.validation_split is not None:
        return split_last(dataset, recipe.validation_split)
    if how == "published":
        print(
            f"{recipe.name} was published without a validation split of the training images; "
            "taking the disjoint one",
            file=sys.stderr,
        )
    return split_by_writer(dataset, seed=seed)


def describe(
    recipe: Recipe, dataset: Dataset, split: Split, trained: Trained, seed: int
) -> dict[str, Any]:
    """What metrics.json records of a training, beside what it reached."""
    return {
        "recipe": recipe.name,
        "source": recipe.source,
        "reported": recipe.reported,
        "parameters": recipe.parameters,
        "dataset": dataset.name,
        "dataset_sha256": dataset.sha256,
        "train_images": len(split.train),
        "validation_images": len(split.validation),
        "split": split.how,
        "seed": seed,
        "epochs": trained.epochs,
        "seconds": round(trained.seconds, 1),
        "commit": _commit(),
        "versions": {
            name: importlib.metadata.version(name) for name in ("keras", "tensorflow", "numpy")
        },
    }


def recipe_table() -> str:
    """The recipes as a table for a terminal."""
    rows = [("recipe", "parameters", "batch", "epochs", "reported", "source")]
    rows += [
        (
            one.name,
            f"{one.parameters:,}",
            str(one.batch),
            str(one.epochs),
            one.reported,
            one.source,
        )
        for one in RECIPES.values()
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def _commit() -> str | None:
    """The checkout's commit, "+" when it has changes; None outside a checkout."""
    try:
        described = subprocess.run(
            ["git", "describe", "--always", "--dirty=+", "--abbrev=12"],
            capture_output=True,
            text=True,
            timeout=10,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return described.stdout.strip() or None


if __name__ == "__main__":
    sys.exit(main())

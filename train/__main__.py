"""Train a recipe: `python -m train [--recipe edge]`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from edge.command import command

# What needs Keras is imported inside the command, which says what to install where it is not.


@command
def main(argv: Sequence[str] | None = None) -> int:
    """Lists, sums up or trains what the command line names."""
    from train.data import load_dataset
    from train.options import ROOT, build_parser, check
    from train.recipe_list import recipe_list
    from train.recipes import RECIPES, build_model, get_recipe
    from train.summary import summary
    from train.sweep.run import planned, sweep

    args = build_parser().parse_args(argv)
    check(args)
    if args.list:
        print(recipe_list())
    elif args.summary:
        chosen = RECIPES.values() if args.all else [get_recipe(args.recipe)]
        print("\n\n".join(summary(build_model(one), one.name) for one in chosen))
    elif args.sweep:
        trials = planned(args)
        dataset = load_dataset(args.data, writers=args.writers, seed=args.seed)
        sweep(trials, dataset, args.output or ROOT / "sweep", args)
    else:
        _train(args)
    return 0


def _train(args: argparse.Namespace) -> None:
    """One recipe, or all of them one after the other."""
    from train.callbacks import require_tensorboard
    from train.data import load_dataset
    from train.every import TABLE_NAME, cells, train_all
    from train.options import ROOT
    from train.output import MODEL_NAME
    from train.recipes import Recipe, get_recipe
    from train.run import train_recipe
    from train.table import aligned

    recipe = get_recipe(args.recipe)
    if args.tensorboard is not None:
        require_tensorboard()
    also_test = [load_dataset(args.test, seed=args.seed)] if args.test else []
    dataset = load_dataset(args.data, writers=args.writers, seed=args.seed)

    def train(one: Recipe, output: Path) -> dict[str, Any]:
        return train_recipe(
            one,
            dataset,
            output,
            epochs=args.epochs,
            seed=args.seed,
            split=args.split,
            resume=args.resume,
            also_test=also_test,
            tensorboard=args.tensorboard,
            teachers=args.teacher,
            start=args.start,
        )

    if args.all:
        folder = args.output or ROOT
        rows = train_all(train, folder)
        print(aligned(cells(rows)))
        print(f"in {folder}: {TABLE_NAME}.md, {TABLE_NAME}.json, a folder for each recipe")
    else:
        output = args.output or ROOT / recipe.name
        train(recipe, output)
        print(f"next: python -m export --model {output / MODEL_NAME}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())

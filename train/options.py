"""What `python -m train` can be asked for."""

from __future__ import annotations

import argparse
from pathlib import Path

from edge.errors import InputError
from train.data import SPLITS, DataSource
from train.describe import check_networks
from train.recipes import RECIPES, Recipe, get_recipe
from train.seeds import read_seed
from train.sweep.options import add_sweep, check_sweep

ROOT = Path("artifacts")
"""Where trainings go when no other place is named."""


_DEFAULT = "edge"


def build_parser() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m train", description="Train a recipe.")
    what = parser.add_argument_group("what")
    what.add_argument(
        "--recipe", metavar="NAME", help=f"{', '.join(RECIPES)} (default: {_DEFAULT})"
    )
    what.add_argument("--all", action="store_true", help="train every recipe, then one table")
    what.add_argument("--list", action="store_true", help="print the recipes and stop")
    what.add_argument(
        "--summary",
        action="store_true",
        help="print the layers, parameters and multiply-accumulates, and stop",
    )
    _add_data(parser.add_argument_group("images"))
    how = parser.add_argument_group("how")
    how.add_argument("--epochs", type=int, metavar="N", help="default: the recipe's own")
    how.add_argument("--seed", type=read_seed, default=0, metavar="N", help="default: %(default)s")
    how.add_argument(
        "--teacher",
        type=Path,
        nargs="+",
        default=(),
        metavar="FILE",
        help="edge: learn from trained networks as well (.keras files), larger ones that read "
        "these images better, and from what several of them say on average",
    )
    how.add_argument(
        "--start",
        type=Path,
        metavar="FILE",
        help="go on from a trained network of the recipe: on digits of your own, or for a few "
        "epochs more. edge goes on gently and ends on the mean of its weights, the others by "
        "their own settings; with --teacher it teaches as well, and the rate is that of a new "
        "training. Keep its --seed: that chooses the images to validate on, which it must not "
        "have learnt from",
    )
    how.add_argument("--resume", action="store_true", help="go on with an interrupted training")
    how.add_argument(
        "--output",
        type=Path,
        metavar="DIR",
        help=f"default: {ROOT}/<recipe>; with --all {ROOT}, a folder for each recipe in it; "
        f"with --sweep {ROOT}/sweep",
    )
    how.add_argument(
        "--tensorboard", type=Path, metavar="DIR", help="write logs for TensorBoard there"
    )
    add_sweep(parser)
    return parser


def _add_data(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--data",
        default=DataSource.MNIST.value,
        metavar="SOURCE",
        help="PATH/mnist.npz, mnist (MNIST_NPZ, Keras' cache, a download), drawn (digits that "
        "this project draws), mnist-or-drawn, or images of your own: a folder with the "
        "subfolders 0 to 9, or an .npz laid out as MNIST's (default: %(default)s)",
    )
    group.add_argument(
        "--test",
        metavar="SOURCE",
        help="test on this source's test images as well (as --data; e.g. --data drawn "
        "--test mnist)",
    )
    group.add_argument(
        "--writers",
        type=Path,
        metavar="FILE",
        help="an .npz whose 'train' says who wrote each MNIST image: validation by writers",
    )
    group.add_argument(
        "--split",
        choices=SPLITS,
        default=SPLITS[0],
        help="validation by writers or by a seeded draw; or as the recipe's author did it; or "
        "whole: learn from the validation images as well, when there is nothing left to choose "
        "(one recipe that does not stop early)",
    )


def check(args: argparse.Namespace) -> None:
    """Refuses what no training can do, and fills in the recipe where none is named.

    Raises:
        InputError: a number is out of range, a file is not there, or options do not go together.
    """
    if args.epochs is not None and args.epochs < 1:
        raise InputError(f"--epochs must be at least 1, not {args.epochs}")
    check_networks(args.teacher, args.start)
    several = args.all or args.sweep
    if args.recipe is not None and (args.all or args.recipes is not None):
        other = "--all" if args.all else "--recipes"
        raise InputError(f"--recipe {args.recipe} names one of what {other} trains; leave it out")
    args.recipe = args.recipe or _DEFAULT
    if args.start is not None and several:
        raise InputError("--start goes with one recipe, not with --all or --sweep")
    if args.split == "whole" and several:
        raise InputError("--split whole goes with one recipe: there is nothing to compare by")
    if args.writers is not None and args.data == DataSource.DRAWN.value:
        raise InputError("--writers tells who wrote MNIST's images; drawn ones have no writers")
    if not (several or args.list or args.summary):
        _check_recipe(args, get_recipe(args.recipe))
    check_sweep(args)


def _check_recipe(args: argparse.Namespace, recipe: Recipe) -> None:
    """Refuses what one recipe has no use for."""
    if args.teacher and recipe.augmentation is None:
        raise InputError(f"{recipe.name} learns from no teacher; leave out --teacher")
    if args.split == "whole" and recipe.patience is not None:
        raise InputError(
            f"{recipe.name} stops when validation gets no better, and --split whole leaves "
            "none; choose disjoint or published"
        )

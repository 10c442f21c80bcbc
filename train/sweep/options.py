"""What `python -m train --sweep` can be asked for beside the options of a training."""

from __future__ import annotations

import argparse

from edge.errors import InputError

_NO_SWEEP = ("all", "list", "summary", "test", "tensorboard")
"""Options of a training, or of all of them, that a sweep has no use for."""

_ONLY_SWEEP = ("recipes", "seeds", "widths", "ray", "workers", "threads")


def add_sweep(parser: argparse.ArgumentParser) -> None:
    """Adds the options."""
    group = parser.add_argument_group(
        "sweep", "every recipe at every width with every seed, then one table"
    )
    group.add_argument("--sweep", action="store_true", help="train them all")
    group.add_argument("--recipes", nargs="+", metavar="NAME", help="default: edge")
    group.add_argument("--seeds", type=int, nargs="+", metavar="N", help="default: 0 1 2")
    group.add_argument(
        "--widths",
        type=float,
        nargs="+",
        metavar="X",
        help="multiply the filters and hidden units (default: 1)",
    )
    group.add_argument(
        "--threads", type=int, metavar="N", help="threads that a trial computes with (default: 1)"
    )
    group.add_argument(
        "--ray",
        metavar="WHERE",
        help="run the trials on Ray: local, or a cluster's address (default: one after the other)",
    )
    group.add_argument(
        "--workers", type=int, metavar="N", help="trials at once on Ray (default: as cores allow)"
    )


def check_sweep(args: argparse.Namespace) -> None:
    """Refuses what does not go together, and fills in the defaults of a sweep.

    Raises:
        InputError: an option without its use, or a number out of range.
    """
    if not args.sweep:
        lost = [name for name in _ONLY_SWEEP if getattr(args, name) is not None]
        if lost:
            raise InputError(f"--{lost[0]} is for a sweep: add --sweep")
        return
    useless = [name for name in _NO_SWEEP if getattr(args, name)]
    if useless:
        raise InputError(f"--{useless[0]} does not go with --sweep")
    if args.workers is not None and args.ray is None:
        raise InputError("--workers is for Ray: add --ray local")
    for name in ("workers", "threads"):
        value = getattr(args, name)
        if value is not None and value < 1:
            raise InputError(f"--{name} must be at least 1, not {value}")
    args.recipes = [args.recipe] if args.recipes is None else args.recipes
    args.seeds = [0, 1, 2] if args.seeds is None else args.seeds
    args.widths = [1.0] if args.widths is None else args.widths
    args.threads = args.threads or 1

"""Makes a trained model the one that ships: `python -m train.ship [--model FILE]`.

Its weights and the record of its training go into train/weights/; the files in
edge/models/ are then made from them by `python -m export`.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from edge.command import command
from edge.errors import InputError
from edge.files import atomic_path
from train.output import METRICS_NAME, MODEL_NAME
from train.weights import SHIPPED_RECIPE, SHIPPED_WEIGHTS


@command
def main(argv: Sequence[str] | None = None) -> int:
    """Copies a trained model's weights and metrics to where they ship from."""
    parser = argparse.ArgumentParser(
        prog="python -m train.ship", description="Ship a trained model's weights with train/."
    )
    parser.add_argument(
        "--model", type=Path, default=Path("artifacts") / SHIPPED_RECIPE / MODEL_NAME
    )
    args = parser.parse_args(argv)
    metrics = args.model.with_name(METRICS_NAME)
    for needed in (args.model, metrics):
        if not needed.is_file():
            raise InputError(f"no {needed}; train a model with: python -m train")
    from train.backend import keras

    model = keras.models.load_model(args.model, compile=False)
    if model.name != SHIPPED_RECIPE:
        raise InputError(f"{args.model} is {model.name!r}; the shipped model is {SHIPPED_RECIPE!r}")
    with atomic_path(SHIPPED_WEIGHTS) as temporary:
        model.save_weights(temporary)
    with atomic_path(SHIPPED_WEIGHTS.with_name(METRICS_NAME)) as temporary:
        shutil.copyfile(metrics, temporary)
    print(f"{SHIPPED_WEIGHTS} and {METRICS_NAME} beside it")
    print(
        f"next: python -m export --model {SHIPPED_WEIGHTS} --output edge/models "
        "--quantize none int8",
        file=sys.stderr,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The process of one trial; `train.sweep.process` starts it.

Three lines on stdin tell it the job, the file of the images and the folder for what it writes.
It ends when stdin does: a trial whose sweep, or whose worker, was killed does not live on.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from edge.command import command
from train.sweep.job import Job, unpack


@command
def main(argv: Sequence[str] | None = None) -> int:
    """Trains the job that stdin tells."""
    job = Job.from_text(sys.stdin.readline())
    images, output = (Path(sys.stdin.readline().rstrip("\n")) for _ in range(2))
    threading.Thread(target=_end_with_stdin, daemon=True).start()
    from train.backend import tf  # before anything computes
    from train.recipes import get_recipe
    from train.run import train_recipe
    from train.sweep.width import scaled

    tf.config.threading.set_intra_op_parallelism_threads(job.threads)
    tf.config.threading.set_inter_op_parallelism_threads(job.threads)
    tf.config.experimental.enable_op_determinism()
    train_recipe(
        scaled(get_recipe(job.trial.recipe), job.trial.width),
        unpack(job, images),
        output,
        epochs=job.epochs,
        seed=job.trial.seed,
        split=job.split,
        teachers=[Path(teacher) for teacher in job.teachers],
    )
    return 0


def _end_with_stdin() -> None:
    sys.stdin.read()
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main())

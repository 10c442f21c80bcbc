"""The images that a gate asks about: a file, so that every machine asks the same.

Drawn anew they would differ with OpenCV's version, and answers with them. Rebuilt with:
python -m benchmarks.gate.probe --output FILE
"""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.corruptions import CORRUPTIONS, corrupt
from edge.arrays import Int64Array, UInt8Array
from edge.command import command
from edge.errors import InputError
from edge.files import sha256_of, write_bytes
from train.data import Images
from train.nondigits import draw_nondigits
from train.seeds import read_seed
from train.strokes import draw_digits

PROBE = Path(__file__).resolve().parent.parent / "baselines" / "probe.npz"
"""The one that ships."""

_CLEAN, _SPOILED, _STRANGERS = 560, 40, 200
NO_DIGIT = -1


@dataclass(frozen=True, slots=True)
class Probe:
    """Digits, clean and spoiled, then images of no digit.

    Attributes:
        images: (n, 28, 28) uint8.
        labels: (n,) int64: 0 to 9, or `NO_DIGIT`, those last.
        sha256: of the file.
    """

    images: UInt8Array
    labels: Int64Array
    sha256: str

    @property
    def digits(self) -> Images:
        """Those that show one."""
        return Images(self.images, self.labels.clip(0)).take(self.labels != NO_DIGIT)


def load_probe(path: Path = PROBE) -> Probe:
    """Reads a probe; raises InputError where the file is none."""
    try:
        with np.load(path, allow_pickle=False) as arrays:
            images, labels = arrays["images"], arrays["labels"].astype(np.int64)
    except (OSError, ValueError, KeyError) as error:
        raise InputError(
            f"cannot read the probe images {path}: {error}; it ships beside the baseline, or: "
            "python -m benchmarks.gate.probe"
        ) from error
    strangers = labels == NO_DIGIT
    if images.shape != (len(labels), 28, 28) or (np.diff(strangers.astype(int)) < 0).any():
        raise InputError(f"{path} holds no digits followed by non-digits: {images.shape}")
    return Probe(images, labels, sha256_of(path))


def draw_probe(rng: np.random.Generator) -> tuple[UInt8Array, Int64Array]:
    """Draws images and labels as `Probe` describes them."""
    clean, clean_labels = draw_digits(_CLEAN, rng)
    images, labels = [clean], [clean_labels]
    kinds = list(CORRUPTIONS)
    for place, kind in enumerate(kinds):
        digits, shown = draw_digits(_SPOILED, rng)
        # Two at once: a probe without doubtful images would not see a small change.
        images.append(corrupt(kinds[(place + 5) % len(kinds)], corrupt(kind, digits, rng), rng))
        labels.append(shown)
    images.append(draw_nondigits(_STRANGERS, rng, clean))
    labels.append(np.full(_STRANGERS, NO_DIGIT, np.int64))
    return np.concatenate(images), np.concatenate(labels)


@command
def main(argv: Sequence[str] | None = None) -> int:
    """Draws the probe images anew."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.gate.probe",
        description="Draw the images that baselines are made with; every baseline must be "
        "made anew afterwards.",
    )
    parser.add_argument("--output", type=Path, default=PROBE, metavar="FILE")
    parser.add_argument("--seed", type=read_seed, default=0, metavar="N")
    args = parser.parse_args(argv)
    images, labels = draw_probe(np.random.default_rng([args.seed, 0x6A7E]))
    stream = io.BytesIO()
    np.savez_compressed(stream, images=images, labels=labels.astype(np.int8))
    write_bytes(args.output, stream.getvalue())
    print(f"written: {args.output} ({len(labels)} images)", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())

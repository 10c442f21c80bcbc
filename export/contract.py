"""What a model takes and gives: its input's shape, what pixels become, what its outputs mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from edge.arrays import Float32Array, UInt8Array
from edge.artifact import DIGIT_LABELS, Preprocessing
from edge.errors import InputError
from edge.normalize import FIELD

_NAMED = {"unit": (1 / 255, 0.0), "signed": (1 / 127.5, -1.0), "pixels": (1.0, 0.0)}

PREPROCESSING_HELP = (
    "what the network is fed for a pixel: unit (0 to 1), signed (-1 to 1), pixels (0 to 255: "
    "the model rescales by itself) or SCALE,OFFSET"
)

_CHANNELS_FIRST = "; where channels come first, put keras.layers.Permute((3, 1, 2)) before it"


@dataclass(frozen=True, slots=True)
class ModelContract:
    """The agreement between a model and whoever feeds it.

    Attributes:
        shape: of one image as the network takes it: (h, w, channels) or (h, w).
        labels: what each output stands for, two or more.
        preprocessing: from uint8 pixels to the numbers of the training.
        rejects: whether it says, in an output of its own, what is no digit.
    """

    shape: tuple[int, ...]
    labels: tuple[str, ...] = DIGIT_LABELS
    preprocessing: Preprocessing = field(default_factory=Preprocessing)
    rejects: bool = False

    def __post_init__(self) -> None:
        channels = self.shape[2] if len(self.shape) == 3 else 1
        if len(self.shape) not in (2, 3) or channels not in (1, 3) or min(self.shape) < 1:
            raise InputError(
                f"the model takes {self.shape}; images are (height, width, 1 or 3 channels)"
                + (_CHANNELS_FIRST if len(self.shape) == 3 and self.shape[0] in (1, 3) else "")
            )
        if len(self.labels) < 2 or len(set(self.labels)) < len(self.labels):
            raise InputError(
                f"a classifier needs two or more labels, each once, not {list(self.labels)[:12]}"
            )

    @property
    def reads_digits(self) -> bool:
        """Whether it follows the input contract of `edge.normalize` and answers in digits."""
        return self.shape in ((FIELD, FIELD, 1), (FIELD, FIELD)) and self.labels == DIGIT_LABELS

    @property
    def is_colour(self) -> bool:
        """Whether it takes red, green and blue."""
        return len(self.shape) == 3 and self.shape[2] == 3

    @property
    def pixel_shape(self) -> tuple[int, ...]:
        """Of one uint8 image: (h, w) grey or (h, w, 3) RGB."""
        return self.shape if self.is_colour else self.shape[:2]

    def encode(self, images: UInt8Array) -> Float32Array:
        """(n, *pixel_shape) uint8 to the (n, *shape) float32 that the Keras model takes.

        A look-up in the table that `edge.session` uses, so that both feed the same numbers.
        """
        pixels = np.arange(256, dtype=np.float64)
        table = (pixels * self.preprocessing.scale + self.preprocessing.offset).astype(np.float32)
        return np.asarray(table[images.reshape(-1, *self.shape)], np.float32)


def read_preprocessing(text: str, *, digits: bool, colour: bool) -> Preprocessing:
    """What `--preprocessing` says.

    Args:
        text: a name or SCALE,OFFSET.
        digits: the model follows the input contract of `edge.normalize`.
        colour: it takes three channels.

    Raises:
        InputError: neither a name nor two numbers.
    """
    try:
        scale, offset = _NAMED.get(text) or (float(part) for part in text.split(","))
    except ValueError:
        raise InputError(
            f"--preprocessing {text!r} is none of {', '.join(_NAMED)}, SCALE,OFFSET"
        ) from None
    if digits:
        return Preprocessing(scale, offset)
    kind = "RGB" if colour else "grey"
    return Preprocessing(scale, offset, f"the whole image, {kind}, resized to the input's size")


def read_labels(path: Path | None, outputs: int) -> tuple[str, ...]:
    """The labels in a text file, one a line; without a file "0", "1", ... .

    Raises:
        InputError: the file cannot be read, or holds another number of labels.
    """
    if path is None:
        return tuple(str(index) for index in range(outputs))
    try:
        lines: Sequence[str] = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"cannot read the labels in {path}: {error}; needed: UTF-8, one label a line"
        ) from error
    labels = tuple(line.strip() for line in lines if line.strip())
    if len(labels) != outputs:
        raise InputError(f"{path} holds {len(labels)} labels, the model has {outputs} outputs")
    return labels

"""One call of an exporter: the model, its images, what Keras says of them, where results go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from edge.artifact import ModelArtifact
from edge.errors import InputError
from edge.quantization import QuantizationScheme
from export.budget import read_budget
from export.calibration import CalibrationSet
from export.gather import ImageRequest, gather_images
from export.proof import Reference
from export.source import SourceModel, SourceRequest, load_source

CALIBRATED = frozenset({QuantizationScheme.INT8, QuantizationScheme.INT16X8})
"""The schemes whose ranges are fixed by images."""


class EdgeType(StrEnum):
    """What an integer model takes and gives."""

    INTEGER = "integer"
    """Integers of the scheme: nothing is converted, the caller quantizes."""
    FLOAT32 = "float32"
    """Real numbers: the file quantizes and dequantizes by itself."""


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """What the user asked for.

    Attributes:
        source: which model, and what is said of it.
        images: where the images come from.
        output: folder of the results.
        io: what integer models take and give.
        budget: NAME=VALUE settings, as `export.budget.read_budget` takes them.
    """

    source: SourceRequest
    images: ImageRequest
    output: Path
    io: EdgeType = EdgeType.INTEGER
    budget: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExportJob:
    """What every exporter needs, loaded once.

    Attributes:
        source: the model.
        calibration: the images that fix the ranges, or None where there are none.
        reference: what Keras says of the images to prove with.
        output: folder of the results.
        io: what integer models take and give.
        budget: the user's settings.
    """

    source: SourceModel
    calibration: CalibrationSet | None
    reference: Reference
    output: Path
    io: EdgeType
    budget: tuple[str, ...]

    def calibration_for(self, scheme: QuantizationScheme) -> CalibrationSet | None:
        """The calibration images, for a scheme that needs any.

        Raises:
            InputError: it needs some, and there are none.
        """
        if scheme not in CALIBRATED:
            return None
        if self.calibration is None:
            raise InputError(
                f"{scheme} needs images to calibrate with; name them: --calibration FOLDER|FILE.npz"
            )
        return self.calibration

    def stem(self, scheme: QuantizationScheme) -> str:
        """The file's name without suffix: "digits-int8", "flowers-int8-float-io"."""
        stem = scheme.artifact_stem.replace("digits", self.source.name, 1)
        converts = scheme in CALIBRATED and self.io is EdgeType.FLOAT32
        return f"{stem}-float-io" if converts else stem


Exporter = Callable[[ExportJob, QuantizationScheme], ModelArtifact]


def prepare(options: ExportOptions) -> ExportJob:
    """Loads the model and the images and asks Keras.

    Raises:
        InputError: something of it cannot be had; nothing has been written then.
    """
    read_budget(options.budget, QuantizationScheme.NONE)  # a typing error is told at once
    source = load_source(options.source)
    images = gather_images(options.images, source.contract)
    return ExportJob(
        source,
        images.calibration,
        Reference(source, images.evaluation, images.nondigits),
        options.output,
        options.io,
        options.budget,
    )

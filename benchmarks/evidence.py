"""What the exam tells of one model: alone, and image by image against its reference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from benchmarks.exam import DIGITS, STRANGERS, TURNED, Exam
from benchmarks.proportions import mcnemar_p, smallest_detectable_drop, wilson
from benchmarks.rejection import Curve, Rejection, reject
from edge.arrays import UInt8Array
from edge.parity import ParityReport, compare
from edge.prediction import Prediction
from train.calibration import Calibration, calibrate

SHOWN_FLIPS = 24


@dataclass(frozen=True, slots=True)
class Flip:
    """A digit that the reference and the file read differently.

    Attributes:
        index: its place among the test images.
        label: what it shows.
        was: what the reference said.
        became: what the file says.
        confidence: the file's, in [0, 1].
        image: (28, 28) uint8.
    """

    index: int
    label: int
    was: int
    became: int
    confidence: float
    image: UInt8Array


@dataclass(frozen=True, slots=True)
class Versus:
    """A file against its reference, beyond what `ParityReport` holds.

    Attributes:
        mcnemar_p: probability of flips this uneven by chance, exact and two-sided.
        smallest_drop: the least loss of accuracy that these images could have shown.
        per_class: change of the share read right of each digit 0 to 9, file minus
            reference; 0 for a digit that does not occur.
        confused: (shown, read, change) wherever the file takes one digit for another more
            or less often than the reference does, in images.
        spoiled: `ParityReport` of each kind of corruption.
        flips: the first `SHOWN_FLIPS` digits that are read differently.
    """

    mcnemar_p: float
    smallest_drop: float
    per_class: tuple[float, ...]
    confused: tuple[tuple[int, int, int], ...]
    spoiled: Mapping[str, ParityReport]
    flips: tuple[Flip, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one model made of the exam.

    Attributes:
        right: how many digits it reads right.
        images: of how many.
        low: lower end of the 95 % Wilson interval of the accuracy.
        high: upper end.
        calibration: confidence against truth.
        spoiled: accuracy under each kind of corruption, in [0, 1]; empty without them.
        rejection: digits against non-digits; None where no non-digits were shown.
        turned: share of the turned digits that it reads right; None where none were shown.
        rejection_turned: turned digits, alone, against non-digits; None likewise.
        versus: against the reference; None where there is none, or none to compare with.
    """

    right: int
    images: int
    low: float
    high: float
    calibration: Calibration
    spoiled: Mapping[str, float]
    rejection: Rejection | None
    turned: float | None
    rejection_turned: Rejection | None
    versus: Versus | None

    @property
    def mean_spoiled(self) -> float | None:
        """Mean accuracy over the kinds of corruption."""
        return float(np.mean(list(self.spoiled.values()))) if self.spoiled else None

    @property
    def worst_spoiled(self) -> tuple[str, float] | None:
        """The kind that costs most, and the accuracy under it."""
        return min(self.spoiled.items(), key=lambda item: item[1]) if self.spoiled else None

    @property
    def rejection_curves(self) -> dict[str, Curve]:
        """By name: upright digits by every score, turned ones by the first, the trained one."""
        named = [(one.score, one) for one in self.rejection.curves] if self.rejection else []
        if self.rejection_turned:
            first = self.rejection_turned.curves[0]
            named.insert(1, (f"{first.score}, turned", first))
        return dict(named)


def parity_of(exam: Exam, said: Prediction, reference: Prediction) -> ParityReport:
    """The digits of the exam, file against reference; arguments as in `weigh`."""
    return _parity(exam, DIGITS, said, reference)


def weigh(exam: Exam, said: Prediction, reference: Prediction | None) -> Evidence:
    """Derives everything from the answers.

    Args:
        exam: what was shown.
        said: the file's answers to all of `exam.images`.
        reference: the reference's, or None where the file cannot be compared.
    """
    labels, parts = exam.digits.labels, exam.parts(said)
    digits = parts[DIGITS]
    right = int((digits.labels == labels).sum())
    low, high = wilson(right, len(labels))
    strangers, turned = parts[STRANGERS], parts[TURNED]
    return Evidence(
        right=right,
        images=len(labels),
        low=low,
        high=high,
        calibration=calibrate(digits.probabilities, labels),
        spoiled={
            kind: float((parts[kind].labels == labels[: len(images)]).mean())
            for kind, images in exam.spoiled.items()
        },
        rejection=reject(digits, strangers) if len(exam.strangers) else None,
        turned=float((turned.labels == labels).mean()) if len(exam.turned) else None,
        rejection_turned=reject(turned, strangers) if len(exam.turned) else None,
        versus=None if reference is None else _versus(exam, said, reference),
    )


def _versus(exam: Exam, said: Prediction, reference: Prediction) -> Versus:
    report = parity_of(exam, said, reference)
    ours, theirs = exam.parts(said)[DIGITS], exam.parts(reference)[DIGITS]
    labels = exam.digits.labels
    change = (ours.labels == labels).astype(float) - (theirs.labels == labels)
    rows = np.flatnonzero(ours.labels != theirs.labels)[:SHOWN_FLIPS]
    return Versus(
        mcnemar_p=mcnemar_p(report.lost, report.won),
        smallest_drop=smallest_detectable_drop(report.lost + report.won, report.images),
        per_class=tuple(
            float(change[labels == digit].mean()) if (labels == digit).any() else 0.0
            for digit in range(10)
        ),
        confused=_confused(exam, ours, theirs),
        spoiled={kind: _parity(exam, kind, said, reference) for kind in exam.spoiled},
        flips=tuple(
            Flip(
                int(row),
                int(labels[row]),
                int(theirs.labels[row]),
                int(ours.labels[row]),
                float(ours.probabilities[row].max()),
                exam.digits.images[row],
            )
            for row in rows
        ),
    )


def _confused(exam: Exam, ours: Prediction, theirs: Prediction) -> tuple[tuple[int, int, int], ...]:
    """What differs between two confusion matrices, off their diagonals."""
    change = np.zeros((10, 10), np.int64)
    np.add.at(change, (exam.digits.labels, ours.labels), 1)
    np.subtract.at(change, (exam.digits.labels, theirs.labels), 1)
    np.fill_diagonal(change, 0)
    return tuple((int(a), int(b), int(change[a, b])) for a, b in np.argwhere(change))


def _parity(exam: Exam, part: str, said: Prediction, reference: Prediction) -> ParityReport:
    ours, theirs = exam.parts(said)[part], exam.parts(reference)[part]
    labels = exam.digits.labels[: len(ours.probabilities)]
    return compare(
        theirs.probabilities,
        ours.probabilities,
        labels,
        is_digit=(theirs.is_digit, ours.is_digit),
    )


def evidence_json(evidence: Evidence) -> dict[str, Any]:
    """A JSON object; of the flipped digits without their pixels."""
    document = asdict(evidence)
    if document["versus"]:
        for flip in document["versus"]["flips"]:
            del flip["image"]
    document["mean_spoiled"] = evidence.mean_spoiled
    document["worst_spoiled"] = evidence.worst_spoiled
    return document

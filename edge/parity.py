"""Whether two models say the same: accuracy, agreement and paired flips on the same images.

Two accuracies may agree while the models disagree on many images; what a conversion
costs is seen image by image. NumPy only, so that a Pi can prove what CI proved.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from edge.arrays import Float32Array, Float64Array, Int64Array
from edge.errors import InputError
from edge.prediction import IS_DIGIT_THRESHOLD

PROBABILITY_FLOOR = 1 / 512
"""Half a step of an int8 probability: below it a quantized model cannot tell anything apart."""


@dataclass(frozen=True, slots=True)
class ParityReport:
    """How a candidate compares with its reference on n images.

    Attributes:
        images: n.
        reference_accuracy: share of the labels that the reference gets right, in [0, 1].
        candidate_accuracy: the same for the candidate.
        agreement: share of the images on which both name the same label.
        lost: images that the reference reads right and the candidate wrong.
        won: images that the candidate reads right and the reference wrong.
        largest_difference: of any single probability.
        mean_difference: mean absolute difference of the probabilities.
        kl_nats: mean Kullback-Leibler divergence from the reference, in nats; see
            `divergence`. None in a report that was made without it.
        is_digit_agreement: share of the images that both take, or both refuse, as digits;
            None where a model has no such output, and so for the next two.
        reference_turned_away: share of the images that the reference refuses.
        candidate_turned_away: the same for the candidate.
    """

    images: int
    reference_accuracy: float
    candidate_accuracy: float
    agreement: float
    lost: int
    won: int
    largest_difference: float
    mean_difference: float
    kl_nats: float | None = None
    is_digit_agreement: float | None = None
    reference_turned_away: float | None = None
    candidate_turned_away: float | None = None

    def __post_init__(self) -> None:
        known = (getattr(self, one.name) for one in fields(self))
        values = [float(value) for value in known if value is not None]
        if not np.all(np.isfinite(values)):
            raise InputError(f"a parity report with values that are no numbers: {values}")

    @property
    def accuracy_drop(self) -> float:
        """Reference minus candidate; negative when the candidate is better."""
        return self.reference_accuracy - self.candidate_accuracy

    @property
    def rejection_shift(self) -> float | None:
        """Share of the images refused by the candidate minus that by the reference."""
        if self.reference_turned_away is None or self.candidate_turned_away is None:
            return None
        return self.candidate_turned_away - self.reference_turned_away


@dataclass(frozen=True, slots=True)
class ParityBudget:
    """How far a candidate may fall behind its reference; all in [0, 1].

    Attributes:
        accuracy_drop: largest allowed loss of accuracy.
        disagreement: largest allowed share of images with another label, and of images
            that only one of the two takes for a digit.
        largest_difference: largest allowed change of any one probability.
    """

    accuracy_drop: float = 0.002
    disagreement: float = 0.005
    largest_difference: float = 1.0

    def __post_init__(self) -> None:
        for one in fields(self):
            value = float(getattr(self, one.name))
            if not 0 <= value <= 1:  # NaN fails this as well
                raise InputError(f"budget {one.name} must lie in [0, 1], not {value}")

    def violations(self, report: ParityReport) -> list[str]:
        """What the candidate overspends, one sentence each; empty when it is within."""
        spent = (
            ("accuracy drop", report.accuracy_drop, self.accuracy_drop),
            ("disagreement", 1 - report.agreement, self.disagreement),
            ("largest difference", report.largest_difference, self.largest_difference),
            (
                "disagreement on what is a digit",
                0.0 if report.is_digit_agreement is None else 1 - report.is_digit_agreement,
                self.disagreement,
            ),
        )
        return [
            f"{name} {value:.4f} is over the budget of {allowed:.4f} on {report.images} images"
            for name, value, allowed in spent
            if value > allowed + 1e-9
        ]


def compare(
    reference: Float32Array,
    candidate: Float32Array,
    labels: Int64Array,
    *,
    is_digit: tuple[Float32Array | None, Float32Array | None] = (None, None),
) -> ParityReport:
    """Compares two models' answers to the same images.

    Args:
        reference: (n, classes) float32 probabilities.
        candidate: (n, classes) float32.
        labels: (n,) what the images show.
        is_digit: (n,) float32 in [0, 1] of the reference and of the candidate, how surely
            an image is a digit; None for a model without that output.

    Raises:
        InputError: the shapes differ, there are no images, or a value is no number.
    """
    if reference.shape != candidate.shape or labels.shape != reference.shape[:1]:
        raise InputError(
            f"cannot compare {reference.shape} with {candidate.shape} on labels {labels.shape}"
        )
    if not len(labels):
        raise InputError("cannot compare models on no images")
    expected, said = reference.argmax(axis=1), candidate.argmax(axis=1)
    expected_right, said_right = expected == labels, said == labels
    difference = np.abs(reference - candidate)
    agreement, before, after = _rejection(*is_digit, len(labels))
    return ParityReport(
        images=len(labels),
        reference_accuracy=float(expected_right.mean()),
        candidate_accuracy=float(said_right.mean()),
        agreement=float((expected == said).mean()),
        lost=int(np.count_nonzero(expected_right & ~said_right)),
        won=int(np.count_nonzero(said_right & ~expected_right)),
        largest_difference=float(difference.max()),
        mean_difference=float(difference.mean()),
        kl_nats=float(divergence(reference, candidate).mean()),
        is_digit_agreement=agreement,
        reference_turned_away=before,
        candidate_turned_away=after,
    )


def divergence(reference: Float32Array, candidate: Float32Array) -> Float64Array:
    """Kullback-Leibler divergence of each image, in nats: sum of p ln(p / q).

    Both are lifted to `PROBABILITY_FLOOR` and scaled to a sum of 1 first, since an int8
    output says exactly 0 where a float one says very little.

    Args:
        reference: (n, classes) float32 probabilities p.
        candidate: (n, classes) float32 probabilities q.

    Returns:
        (n,) float64, not negative but for rounding.
    """
    p, q = _lifted(reference), _lifted(candidate)
    return np.asarray((p * np.log(p / q)).sum(axis=1), np.float64)


def _lifted(probabilities: Float32Array) -> Float64Array:
    lifted = np.maximum(probabilities.astype(np.float64), PROBABILITY_FLOOR)
    return np.asarray(lifted / lifted.sum(axis=1, keepdims=True), np.float64)


def _rejection(
    reference: Float32Array | None, candidate: Float32Array | None, images: int
) -> tuple[float | None, float | None, float | None]:
    """Agreement on what is a digit, and what each refuses; Nones unless both can tell."""
    if reference is None or candidate is None:
        return None, None, None
    if reference.shape != (images,) or candidate.shape != (images,):
        raise InputError(
            f"is-a-digit answers {reference.shape} and {candidate.shape} for {images} images"
        )
    if not (np.isfinite(reference).all() and np.isfinite(candidate).all()):
        raise InputError("is-a-digit answers that are no numbers")
    takes, also = reference >= IS_DIGIT_THRESHOLD, candidate >= IS_DIGIT_THRESHOLD
    return float((takes == also).mean()), float((~takes).mean()), float((~also).mean())

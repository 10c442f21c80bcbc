"""The proof that a file says what Keras says, made before the file gets its final name."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from edge.artifact import ModelArtifact
from edge.errors import InputError
from edge.parity import ParityReport, compare
from edge.prediction import Prediction
from edge.session import open_session
from export.budget import ExportBudget
from export.flips import AnswerPair
from export.images import ImageSet
from export.source import SourceModel

_SUM_TOLERANCE = 0.02


@dataclass(frozen=True, slots=True)
class Proof:
    """What a file says against what Keras says of the same images.

    Attributes:
        known: answers on images that the model should know.
        refused: answers on images that it should refuse, or None where it refuses none.
        report: the comparison on the known ones; without labels Keras is taken to be right.
        runtime: what ran the file.
    """

    known: AnswerPair
    refused: AnswerPair | None
    report: ParityReport
    runtime: str

    @property
    def is_digit_agreement(self) -> float | None:
        """Share of the known images that both take, or both refuse, as digits."""
        return self.known.is_digit_agreement

    @property
    def refusal_agreement(self) -> float | None:
        """The same share of the images that show no digit."""
        return self.refused.is_digit_agreement if self.refused else None

    def violations(self, budget: ExportBudget) -> list[str]:
        """What is over the budget, one sentence each."""
        found = budget.violations(self.report)
        for shown, agreement, allowed in (
            ("digits", self.is_digit_agreement, budget.disagreement),
            ("non-digits", self.refusal_agreement, budget.refusals),
        ):
            turned = 0.0 if agreement is None else 1 - agreement
            if turned > allowed + 1e-9:
                found.append(
                    f"disagreement on what is a digit, shown {shown}, {turned:.4f} is over the "
                    f"budget of {allowed:.4f}"
                )
        return found

    def facts(self, budget: ExportBudget) -> dict[str, Any]:
        """The proof for the manifest: JSON values; accuracies only where labels are known."""
        figures = asdict(self.report)
        if self.known.images.labels is None:
            for name in ("reference_accuracy", "candidate_accuracy", "lost", "won"):
                del figures[name]
        else:
            figures["accuracy_drop"] = self.report.accuracy_drop
        figures["is_digit_agreement"] = self.is_digit_agreement
        figures["refusal_agreement"] = self.refusal_agreement
        rounded = {k: round(v, 6) if isinstance(v, float) else v for k, v in figures.items()}
        return {
            **self.known.images.facts(),
            **{name: value for name, value in rounded.items() if value is not None},
            "against": "keras",
            "runtime": self.runtime,
            "budget": asdict(budget),
        }


class Reference:
    """What Keras says of the images to prove with; asked once for all files."""

    def __init__(
        self, source: SourceModel, images: ImageSet, nondigits: ImageSet | None = None
    ) -> None:
        """Asks Keras.

        Args:
            source: the model.
            images: what it should know.
            nondigits: what it should refuse, or None.

        Raises:
            InputError: the outputs are no probabilities.
        """
        self.images = images
        self.nondigits = nondigits
        self.prediction = source.predict(images.images)
        self.refusals = source.predict(nondigits.images) if nondigits else None
        _check_probabilities(self.prediction, source)

    def prove(self, artifact: ModelArtifact) -> Proof:
        """Runs a file on the same images.

        Raises:
            InputError: no runtime can load or run the file.
            MachineError: no runtime for its format is installed.
        """
        session = open_session(artifact)
        try:
            said = session.run(self.images.images)
            refused = session.run(self.nondigits.images) if self.nondigits else None
        except (RuntimeError, ValueError) as error:
            raise InputError(
                f"{session.runtime} cannot run {artifact.path.name}: {error}"
            ) from error
        labels = self.prediction.labels if self.images.labels is None else self.images.labels
        report = compare(self.prediction.probabilities, said.probabilities, labels)
        odd = None
        if self.nondigits is not None and self.refusals is not None and refused is not None:
            odd = AnswerPair(self.nondigits, self.refusals, refused)
        known = AnswerPair(self.images, self.prediction, said)
        return Proof(known, odd, report, str(session.runtime))


def _check_probabilities(prediction: Prediction, source: SourceModel) -> None:
    probabilities = prediction.probabilities
    if not np.isfinite(probabilities).all():
        raise InputError(
            f"{source.path} answers values that are no numbers; look at --preprocessing"
        )
    off = float(np.abs(probabilities.sum(axis=1) - 1).max())
    if off > _SUM_TOLERANCE or probabilities.min() < -1e-6:
        raise InputError(
            f"the outputs of {source.path} cannot be read as classes: they are no probabilities "
            f"(a sum is {off:.3g} away from 1); end the network in a softmax"
        )

"""From answers, times and a reference to the rows of the comparison."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.evidence import parity_of, weigh
from benchmarks.exam import DIGITS, Exam
from benchmarks.keras_parent import KerasParent
from benchmarks.latency import LatencyRun
from benchmarks.result import Row, Standing
from edge.artifact import ModelArtifact, ModelFormat
from edge.prediction import Prediction
from edge.quantization import QuantizationScheme
from edge.session import Runtime


@dataclass(frozen=True, slots=True)
class Answer:
    """What one model said on one runtime to every image of the exam."""

    artifact: ModelArtifact
    runtime: Runtime
    said: Prediction


@dataclass(frozen=True, slots=True)
class Reference:
    """Who the files are compared with.

    Attributes:
        said: what it said to the same images.
        parent_sha256: hash of the Keras weights behind it; only their other children
            can be compared.
        name: for a person.
        answer: the file's answer where a file stands in for Keras, else None.
    """

    said: Prediction
    parent_sha256: str
    name: str
    answer: Answer | None = None


def float32_reference(answers: Sequence[Answer]) -> Reference | None:
    """The first float32 file, which stands in where Keras cannot speak; None without one."""
    for answer in answers:
        if answer.artifact.scheme is QuantizationScheme.NONE:
            name = f"{answer.artifact.path.name} on {answer.runtime}"
            parent = answer.artifact.parent_sha256
            return Reference(answer.said, parent, name, answer)
    return None


def file_rows(
    answers: Sequence[Answer],
    runs: Sequence[LatencyRun],
    reference: Reference | None,
    exam: Exam,
) -> list[Row]:
    """A row for each answer, with the runs of the same file on the same runtime."""
    rows = []
    for answer in answers:
        artifact = answer.artifact
        standing = _standing(answer, reference)
        against = reference.said if reference and standing is Standing.COMPARED else None
        rows.append(
            Row(
                file=artifact.path.name,
                format=artifact.format.value,
                scheme=artifact.scheme.value,
                runtime=answer.runtime.value,
                size_bytes=artifact.size_bytes,
                sha256=artifact.sha256,
                parent_sha256=artifact.parent_sha256,
                accuracy=_accuracy(answer.said, exam),
                standing=standing,
                parity=parity_of(exam, answer.said, against) if against else None,
                evidence=weigh(exam, answer.said, against),
                export_cost=_export_cost(artifact),
                runs=tuple(
                    run
                    for run in runs
                    if (run.model, run.runtime) == (artifact.path.name, answer.runtime.value)
                ),
            )
        )
    return sorted(rows, key=_place)


def keras_row(
    parent: KerasParent, said: Prediction, times: Sequence[LatencyRun], exam: Exam
) -> Row:
    """The row of the Keras model itself."""
    return Row(
        file=parent.path.name,
        format="keras",
        scheme=QuantizationScheme.NONE.value,
        runtime="keras",
        size_bytes=parent.path.stat().st_size,
        sha256=parent.sha256,
        parent_sha256=None,
        accuracy=_accuracy(said, exam),
        standing=Standing.REFERENCE,
        parity=None,
        runs=tuple(times),
        evidence=weigh(exam, said, None),
    )


def _accuracy(said: Prediction, exam: Exam) -> float:
    digits = exam.parts(said)[DIGITS]
    return float((digits.labels == exam.digits.labels).mean())


def _place(row: Row) -> tuple[int, str, int]:
    """Where a reader looks for a row: format by format, from exact to small."""
    formats, schemes = list(ModelFormat), list(QuantizationScheme)
    return (
        formats.index(ModelFormat(row.format)),
        row.runtime,
        schemes.index(QuantizationScheme(row.scheme)),
    )


def _standing(answer: Answer, reference: Reference | None) -> Standing:
    if reference is None:
        return Standing.NO_REFERENCE
    if answer is reference.answer:
        return Standing.REFERENCE
    if answer.artifact.parent_sha256 != reference.parent_sha256:
        return Standing.OTHER_PARENT
    return Standing.COMPARED


def _export_cost(artifact: ModelArtifact) -> dict[str, float] | None:
    """What the manifest tells of the export, if it tells it in numbers."""
    told = artifact.provenance.get("cost")
    if not isinstance(told, dict):
        return None
    cost = {key: told.get(key) for key in ("wall_s", "peak_bytes")}
    known = {key: float(value) for key, value in cost.items() if isinstance(value, int | float)}
    return known if len(known) == len(cost) else None

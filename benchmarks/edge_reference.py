"""What Keras said of the shipped images: a Pi proves what it runs without having Keras."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.exam import Exam
from benchmarks.gate.baseline import SHIPPED, load_baseline
from benchmarks.gate.packing import unpack_answers
from benchmarks.gate.probe import NO_DIGIT, load_probe
from benchmarks.rows import Reference
from edge.errors import InputError
from edge.prediction import Prediction
from train.data import Dataset, Images

NAME = "shipped"


@dataclass(frozen=True, slots=True)
class ShippedExam:
    """The probe as an exam, and its parent's answers to every image of it."""

    dataset: Dataset
    exam: Exam
    reference: Reference


def shipped_dataset() -> Dataset:
    """The probe's digits as test images; there is nothing to train on."""
    probe = load_probe()
    nothing = Images(np.zeros((0, 28, 28), np.uint8), np.zeros(0, np.int64))
    return Dataset(NAME, nothing, probe.digits, probe.sha256)


def shipped_exam(images: int | None) -> ShippedExam:
    """The first `images` digits of the probe (None: all) and its non-digits.

    Raises:
        InputError: the files that ship are missing or broken.
    """
    baseline, probe = load_baseline(SHIPPED), load_probe()
    if not baseline.answers or baseline.probe_sha256 != probe.sha256:
        raise InputError(
            f"{SHIPPED} holds no answers to {baseline.probe}; make it again: python -m "
            "benchmarks gate --baseline FILE --update"
        )
    try:
        said = unpack_answers(baseline.answers, baseline.images)
    except ValueError as error:
        raise InputError(f"the answers in {SHIPPED} are broken: {error}") from error
    digits = np.flatnonzero(probe.labels != NO_DIGIT)[:images]
    strangers = np.flatnonzero(probe.labels == NO_DIGIT)
    rows = np.concatenate([digits, strangers])
    answers = Prediction(
        said.probabilities[rows], None if said.is_digit is None else said.is_digit[rows]
    )
    return ShippedExam(
        shipped_dataset(),
        Exam(Images(probe.images[digits], probe.labels[digits]), {}, probe.images[strangers]),
        Reference(answers, baseline.parent_sha256, baseline.reference),
    )

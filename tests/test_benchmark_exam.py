"""The exam spoils digits in ways of its own, and its evidence follows image by image."""

from __future__ import annotations

import ast
import json
from dataclasses import replace

import numpy as np
import pytest

from benchmarks.accuracy_worker import AccuracyJob, predict_all
from benchmarks.corruptions import CORRUPTIONS, corrupt, turn
from benchmarks.evidence import evidence_json, parity_of, weigh
from benchmarks.exam import DIGITS, STRANGERS, TURNED, set_exam
from benchmarks.hog import train_svm
from benchmarks.kernels import Kernel, KernelBackend, against_reference, kernels_of
from benchmarks.macs import count_macs
from benchmarks.pages import judge_pages
from benchmarks.vitals import Vitals, parse_throttled, read_vitals, warnings
from edge.errors import InputError
from edge.manifest import load_artifact
from edge.prediction import Prediction
from edge.session import DEFAULT_MODEL, Session, open_session
from tests.broken_models import change_manifest, copy_models
from tests.support import ROOT, SHIPPED
from train.data import Images


@pytest.mark.parametrize("kind", CORRUPTIONS)
def test_a_corruption_changes_every_digit_and_repeats_itself(kind: str, drawn: Images) -> None:
    images = drawn.images[:40]
    before = images.copy()
    spoiled = corrupt(kind, images, np.random.default_rng(1))
    assert (spoiled.shape, spoiled.dtype) == (images.shape, np.uint8)
    assert np.array_equal(images, before)
    assert (spoiled != images).any(axis=(1, 2)).all()
    assert np.array_equal(spoiled, corrupt(kind, images, np.random.default_rng(1)))
    # Spoiled, not destroyed: what was ink is still brighter than what was paper.
    ink, paper = images > 200, images == 0
    assert spoiled[ink].mean() > spoiled[paper].mean() + 10


def test_corruptions_share_nothing_with_the_training() -> None:
    tree = ast.parse((ROOT / "benchmarks" / "corruptions.py").read_text("utf-8"))
    modules = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not any(str(module).startswith("train") for module in modules)


def test_pens_move_ink_the_way_they_say(drawn: Images, rng: np.random.Generator) -> None:
    images = drawn.images[:40]
    assert corrupt("thin pen", images, rng).mean() < images.mean() * 0.95
    assert corrupt("thick pen", images, rng).mean() > images.mean() * 1.1


def said_of(exam, shift: int) -> Prediction:
    """Answers that name each digit plus `shift`, and take everything for a digit."""
    count = len(exam.images)
    labels = np.zeros(count, np.int64)
    at = 0
    for size in (len(exam.digits), *map(len, exam.spoiled.values())):
        labels[at : at + size] = exam.digits.labels[:size]
        at += size
    if len(exam.turned):
        labels[-len(exam.turned) :] = exam.digits.labels
    probabilities = np.eye(10, dtype=np.float32)[(labels + shift) % 10]
    return Prediction(probabilities, np.ones(count, np.float32))


def test_evidence_tells_a_right_model_from_a_wrong_one(drawn: Images) -> None:
    exam = set_exam(drawn.take(np.arange(60)), spoiled=20, strangers=15)
    assert exam.images.shape == (60 + 20 * len(CORRUPTIONS) + 15 + 60, 28, 28)
    right, wrong = said_of(exam, 0), said_of(exam, 1)
    good = weigh(exam, right, None)
    assert (good.right, good.high, good.mean_spoiled, good.turned) == (60, 1.0, 1.0, 1.0)
    assert good.versus is None
    bad = weigh(exam, wrong, right)
    assert (bad.right, bad.low, bad.turned) == (0, 0.0, 0.0)
    assert bad.versus is not None
    assert bad.versus.mcnemar_p < 1e-10
    assert bad.versus.per_class == (-1.0,) * 10
    assert all(one.agreement == 0 for one in bad.versus.spoiled.values())
    assert {(a, b) for a, b, _ in bad.versus.confused} == {(d, (d + 1) % 10) for d in range(10)}
    assert sum(count for _, _, count in bad.versus.confused) == 60
    flip = bad.versus.flips[0]
    assert (flip.was, flip.became) == (flip.label, (flip.label + 1) % 10)
    assert bad.rejection is not None
    assert bad.rejection.strangers_accepted == 1.0
    assert json.loads(json.dumps(evidence_json(bad)))["worst_spoiled"][1] == 0.0


def test_turned_digits_are_turned_and_lost_apart_from_upright_ones(drawn: Images) -> None:
    digits = drawn.take(np.arange(40))
    exam = set_exam(digits, spoiled=0, strangers=10)
    assert not np.array_equal(exam.turned, digits.images)
    assert np.array_equal(exam.turned, set_exam(digits, spoiled=0, strangers=10).turned)
    still = turn(digits.images, np.random.default_rng(0), 0.0)
    assert np.array_equal(still, digits.images)

    # Upright digits are known from non-digits, turned ones are not.
    said = said_of(exam, 0)
    known = np.concatenate([np.full(40, 0.9), np.full(10, 0.4), np.full(40, 0.2)]).astype("f4")
    told = weigh(exam, Prediction(said.probabilities, known), None)
    curves = told.rejection_curves
    assert list(curves) == ["is_digit", "is_digit, turned", "softmax"]
    assert set(curves["is_digit"].accepted) == {0.0}
    assert set(curves["is_digit, turned"].accepted) == {1.0}
    assert told.rejection_turned is not None
    assert told.rejection_turned.digits_turned_away == 1.0
    assert exam.parts(said)[TURNED].probabilities.shape == (40, 10)


def test_every_digit_is_turned_or_none(drawn: Images) -> None:
    exam = set_exam(drawn.take(np.arange(4)), spoiled=0, strangers=1)
    with pytest.raises(InputError, match="turned"):
        replace(exam, turned=exam.turned[:2])


def test_the_is_digit_output_is_part_of_parity(drawn: Images) -> None:
    exam = set_exam(drawn.take(np.arange(40)), spoiled=0, strangers=0)
    right = said_of(exam, 0)
    refusing = Prediction(right.probabilities, np.where(np.arange(40) < 10, 0.2, 0.9).astype("f4"))
    report = parity_of(exam, refusing, right)
    assert (report.agreement, report.is_digit_agreement) == (1.0, 0.75)
    assert report.rejection_shift == 0.25
    assert exam.parts(right)[DIGITS].probabilities.shape == (40, 10)
    assert len(exam.parts(right)[STRANGERS].probabilities) == 0
    with pytest.raises(InputError):
        exam.parts(Prediction(right.probabilities[:5], None))


# Files


def test_outputs_mean_what_the_manifest_says(drawn: Images, tmp_path) -> None:
    models = copy_models(SHIPPED, tmp_path / "models")

    def swap(entry: dict) -> None:
        entry["labels"] = entry["labels"][::-1]

    images = tmp_path / "images.npy"
    np.save(images, drawn.images[:20])
    path = models / DEFAULT_MODEL.name
    job = AccuracyJob(path, open_session().runtime, images, tmp_path / "answers.npy")
    predict_all(job)
    before = np.load(job.answers)
    assert before.shape == (20, 11)
    change_manifest(models, path.name, swap)
    predict_all(job)
    assert np.array_equal(np.load(job.answers)[:, :10], before[:, 9::-1])
    change_manifest(models, path.name, lambda entry: entry["labels"].__setitem__(0, "a"))
    with pytest.raises(InputError, match="0 to 9"):
        predict_all(job)


def test_kernels_agree_on_the_label(drawn: Images) -> None:
    artifact, images = load_artifact(DEFAULT_MODEL), drawn.images[:100]
    runtime = open_session(artifact).runtime
    said = {
        kernel: Session(artifact, KernelBackend(artifact, runtime, kernel)).run(images)
        for kernel in kernels_of(runtime)
    }
    reference = said[Kernel.REFERENCE]
    results = [
        against_reference(artifact.path.name, runtime, kernel, one, reference)
        for kernel, one in said.items()
    ]
    assert results[0].identical == 1.0
    assert min(one.agreement for one in results) >= 0.97
    assert min(one.identical for one in results) > 0.5


def test_multiplications_are_counted_by_hand() -> None:
    operators = [
        {"op_name": "CONV_2D", "inputs": [0, 1, 2], "outputs": [3]},
        {"op_name": "DEPTHWISE_CONV_2D", "inputs": [3, 4, 2], "outputs": [5]},
        {"op_name": "MEAN", "inputs": [5], "outputs": [6]},
        {"op_name": "FULLY_CONNECTED", "inputs": [6, 7], "outputs": [8]},
    ]
    shapes = {
        0: (1, 28, 28, 1),
        1: (16, 5, 5, 1),
        2: (16,),
        3: (1, 14, 14, 16),
        4: (1, 3, 3, 16),
        5: (1, 14, 14, 16),
        6: (1, 16),
        7: (10, 16),
        8: (1, 10),
    }
    expected = 14 * 14 * 16 * 25 + 14 * 14 * 16 * 9 + 160
    assert count_macs(operators, shapes) == expected
    # A runtime's shapes are NumPy's int32; the sum is a plain int, which JSON can hold.
    told = {place: np.array(shape, np.int32) for place, shape in shapes.items()}
    assert type(count_macs(operators, told)) is int


def test_the_classic_learns_digits(drawn: Images) -> None:
    svm = train_svm(drawn.images[:700], drawn.labels[:700], steps=60)
    said = [svm.classify(image) for image in drawn.images[700:800]]
    assert (np.array(said) == drawn.labels[700:800]).mean() > 0.9


def test_pages_are_judged_line_by_line() -> None:
    written = (("314", "15"), ("92",))
    told = judge_pages("a", "b", written, (("314", "15"), ("82",)))
    assert (told.pages, told.pages_right, told.digits, told.digits_right) == (2, 1, 7, 6)


# The machine


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("throttled=0x0", ()),
        ("0", ()),
        ("throttled=0x50005\n", ("under-voltage now", "throttled now")),
        ("80000", ("soft temperature limit since boot",)),
    ],
)
def test_a_pis_throttling_bits_are_told_in_words(text: str, words: tuple[str, ...]) -> None:
    told = parse_throttled(text)
    assert told[: len(words)] == words
    assert bool(told) == bool(words)


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        (Vitals(50, 1500, ()), Vitals(52, 1500, ()), None),
        (Vitals(50, 1500, ()), Vitals(75, 1500, ()), "warmed"),
        (Vitals(50, 1500, ()), Vitals(50, 600, ()), "clock"),
        (Vitals(None, None, ()), Vitals(None, None, ("throttled now",)), "held itself back"),
        (Vitals(None, None, None), Vitals(None, None, None), None),
    ],
    ids=["calm", "hot", "slow", "throttled", "mute"],
)
def test_a_machine_that_changed_is_told(before: Vitals, after: Vitals, says: str | None) -> None:
    told = warnings(before, after)
    assert bool(told) == bool(says)
    assert not says or says in told[0]
    assert read_vitals().to_json().keys() == before.to_json().keys()

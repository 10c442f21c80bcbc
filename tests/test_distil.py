"""Learning from a teacher: the loss by hand, who is asked what, and a training with one."""

from __future__ import annotations

import csv
import dataclasses
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("keras")
pytest.importorskip("scipy", reason="SciPy is not installed on this machine")

from scipy.special import log_softmax, softmax

from edge.arrays import Float32Array, UInt8Array
from train.augment import Augmentation
from train.data import Images, Split
from train.distil import TEACHER_SHARE, TEMPERATURE, Distillation, with_answers
from train.encode import one_hot
from train.feed import AugmentedBatches, draw_pools
from train.fit import fit
from train.recipes import RECIPES
from train.strokes import draw_digits
from train.teacher import load_teachers
from train.towers import TOWERS
from train.weights import SHIPPED_WEIGHTS

RNG = np.random.default_rng(7)
STUDENT = RNG.normal(0, 4, (5, 10)).astype(np.float32)
TEACHER = RNG.normal(0, 4, (5, 10)).astype(np.float32)
LABELS = np.arange(5)


def losses(logits: Float32Array, targets: Float32Array) -> Float32Array:
    return np.asarray(Distillation(reduction="none")(targets, softmax(logits, axis=1)))


def test_the_loss_is_that_of_the_paper() -> None:
    targets = with_answers(one_hot(LABELS), softmax(TEACHER, axis=1).astype(np.float32))
    by_label = -log_softmax(STUDENT, axis=1)[np.arange(5), LABELS]
    soft = softmax(TEACHER / TEMPERATURE, axis=1)
    by_teacher = -(soft * log_softmax(STUDENT / TEMPERATURE, axis=1)).sum(axis=1)
    expected = (1 - TEACHER_SHARE) * by_label + TEACHER_SHARE * TEMPERATURE**2 * by_teacher
    np.testing.assert_allclose(losses(STUDENT, targets), expected, rtol=1e-4)


def test_who_was_not_taught_learns_from_the_label_alone() -> None:
    said = softmax(TEACHER[:2], axis=1).astype(np.float32)
    part = losses(STUDENT, with_answers(one_hot(LABELS), said))
    alone = losses(STUDENT, with_answers(one_hot(LABELS)))
    by_label = -log_softmax(STUDENT, axis=1)[np.arange(5), LABELS]
    np.testing.assert_allclose(part[2:], by_label[2:], rtol=1e-4)
    np.testing.assert_allclose(alone, by_label, rtol=1e-4)
    assert np.all(np.abs(part[:2] - by_label[:2]) > 1e-3)


def test_no_answer_pleases_a_certain_teacher_more_than_its_own() -> None:
    answers = softmax(TEACHER * 3, axis=1).astype(np.float32)
    labels = one_hot(answers.argmax(axis=1))
    own = losses(TEACHER * 3, with_answers(labels, answers))
    for _ in range(50):
        other = TEACHER * 3 + RNG.normal(0, 2, TEACHER.shape).astype(np.float32)
        worse = losses(other, with_answers(labels, answers)) - own
        # The label's part may gain a little where the teacher leaves it a doubt.
        assert np.all(worse > -(1 - TEACHER_SHARE) * -np.log(answers.max(axis=1)) - 1e-3)


def test_the_teacher_is_asked_of_real_digits_alone_and_before_the_camera() -> None:
    real = Images(*draw_digits(64, np.random.default_rng(1)))
    asked: list[UInt8Array] = []

    def teacher(images: UInt8Array) -> Float32Array:
        asked.append(images)
        return np.full((len(images), 10), 0.1, np.float32)

    still = dataclasses.replace(
        Augmentation(),
        rotation_deg=0.0,
        wide_share=0.0,
        shear=0.0,
        scale=0.0,
        stretch_share=0.0,
        shift_px=0.0,
        wobble_px=0.0,
        pen_share=0.0,
        scan_share=0.0,
        tilted_share=0.0,
        camera_share=1.0,
    )
    feed = AugmentedBatches(
        real, draw_pools(real, 0, size=64), still, 32, 0, epochs=10, teacher=teacher
    )
    shown, targets, weights = feed[0]
    assert [len(one) for one in asked] == [32]
    known = {image.tobytes() for image in real.images}
    assert all(image.tobytes() in known for image in asked[0])
    assert not any(
        np.rint(image * 255).astype(np.uint8).tobytes() in known
        for image in shown["image"][:32, :, :, 0]
    )
    for tower in TOWERS:
        said = targets[tower][:, 10:]
        assert np.all(said[:32] == np.float32(0.1))
        assert not said[32:].any()
        assert np.array_equal(targets[tower][:, :10].sum(axis=1), np.ones(len(said)))
        assert weights[tower].sum() > 32  # drawn digits count, by their labels


@pytest.mark.parametrize("start", [False, True])
def test_a_training_with_a_teacher(tmp_path: Path, start: bool) -> None:
    images, labels = draw_digits(512, np.random.default_rng(3))
    split = Split(Images(images[:384], labels[:384]), Images(images[384:], labels[384:]), "drawn")
    recipe = RECIPES["edge"]
    made: list[str] = []

    def own(steps: int) -> object:
        made.append("own")
        return recipe.optimizer(steps)

    def gentle(steps: int) -> object:
        made.append("gentle")
        return recipe.optimizer(steps)

    trained = fit(
        dataclasses.replace(recipe, optimizer=own, gentle=gentle),
        split,
        tmp_path,
        epochs=2,
        seed=0,
        teacher=load_teachers(SHIPPED_WEIGHTS),
        start=SHIPPED_WEIGHTS if start else None,
    )
    assert trained.epochs == 2
    assert made == ["own"]  # with a start as well: there is much to be learnt yet
    with (tmp_path / "history.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 2
    last = float(rows[-1]["val_probabilities_accuracy"])
    assert 0 <= last <= 1
    if start:
        assert last > 0.9  # of drawn digits, which it knew from the start

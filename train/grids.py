"""Pictures of digits: what is learnt from, what is made of it, what is read how."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from edge.arrays import Int64Array, UInt8Array
from edge.prediction import Prediction
from train.augment import Augmentation, bend
from train.data import Images
from train.label_errors import contradicted
from train.photograph import photograph_some
from train.style import INK, QUIET, RIGHT, TRAIN, WRONG, digit, figure, panel, save
from train.vary import Variation, vary

_SIDE, _GAP = 0.56, 0.06  # inches


def draw_samples(train: Images, output: Path, rng: np.random.Generator, title: str) -> None:
    """A row of training images for each digit."""
    across = 16
    step = _SIDE + _GAP
    made = figure(
        0.85 + across * step + 0.25,
        1.0 + 10 * step + 0.2,
        title,
        f"{across} images of each digit, drawn at random from the {len(train):,} training images.",
    )
    for label in range(10):
        rows = np.flatnonzero(train.labels == label)
        top = 0.95 + label * step
        _caption(made, 0.45, top + _SIDE / 2, str(label), fontsize=14, weight="bold", ha="center")
        for column, row in enumerate(rng.permutation(rows)[:across]):
            digit(panel(made, 0.8 + column * step, top, _SIDE, _SIDE), train.images[row])
    save(made, output)


def draw_augmentation(
    train: Images, how: Augmentation, output: Path, rng: np.random.Generator
) -> None:
    """One digit, and what the augmentation makes of it: another hand, and then a camera."""
    row = _telling_row(train, rng)
    bent = bend(_copies(train.images[row]), rng, how)
    spoilt = photograph_some(bent, rng, 1.0)
    share = f"{how.camera_share:.0%} of them are photographed as well"
    note = "Drawn anew every time that the image is shown; no two are alike."
    _draw_variants(train, row, [("another hand", bent), (share, spoilt)], note, output)


def draw_variation(train: Images, how: Variation, output: Path, rng: np.random.Generator) -> None:
    """One digit, and what a published recipe's variation makes of it."""
    row = _telling_row(train, rng)
    varied = vary(_copies(train.images[row]), rng, how)
    ranges = (
        f"by up to {how.rotation_deg:g} degrees, {how.shift:.0%} of the side and {how.zoom:.0%}"
    )
    note = "Drawn anew every time that the image is shown."
    _draw_variants(train, row, [(f"turned, shifted, zoomed {ranges}", varied)], note, output)


_ACROSS, _DOWN = 12, 3  # variants of one digit


def _telling_row(train: Images, rng: np.random.Generator) -> int:
    """A digit to vary: a bent stroke shows the least."""
    rows = np.flatnonzero(train.labels != 1)
    return int(rng.choice(rows)) if len(rows) else 0


def _copies(image: UInt8Array) -> UInt8Array:
    return np.repeat(image[None], _ACROSS * _DOWN, axis=0)


def _draw_variants(
    train: Images,
    row: int,
    groups: Sequence[tuple[str, UInt8Array]],
    note: str,
    output: Path,
) -> None:
    """One digit at the left, large; at its right a block of variants for each group."""
    step, size = _SIDE + _GAP, 2 * _SIDE + _GAP
    left = 0.3 + size + 0.45
    made = figure(
        left + _ACROSS * step + 0.25,
        1.0 + len(groups) * (_DOWN * step + 0.5) - 0.05,
        f"What augmentation makes of one {train.labels[row]}",
        note,
    )
    top = 1.0
    _caption(made, 0.3, top, "as it was written", color=QUIET)
    digit(panel(made, 0.3, top + 0.14, size, size), train.images[row], TRAIN)
    for name, images in groups:
        _caption(made, left, top, name, color=QUIET)
        for place, one in enumerate(images):
            column, line = place % _ACROSS, place // _ACROSS
            axes = panel(made, left + column * step, top + 0.14 + line * step, _SIDE, _SIDE)
            digit(axes, one)
        top += _DOWN * step + 0.5
    save(made, output)


def draw_predictions(test: Images, prediction: Prediction, output: Path, title: str) -> None:
    """The first test images read right, in green, and the first read wrong, in red."""
    right = np.flatnonzero(prediction.labels == test.labels)[:20]
    wrong = np.flatnonzero(prediction.labels != test.labels)[:20]
    note = "The first test images that are read right, and the first that are read wrong: "
    note += "the label and, behind the arrow, the answer."
    lines = -(-len(wrong) // 10)
    made = figure(10.4, 3.6 + 1.2 * lines, title, note)
    _answers(made, test, prediction, right, RIGHT, 1.0)
    _answers(made, test, prediction, wrong, WRONG, 3.6)
    save(made, output)


def draw_mistakes(test: Images, prediction: Prediction, output: Path, title: str) -> None:
    """The mistakes that the model was surest of: they teach most."""
    wrong = np.flatnonzero(prediction.labels != test.labels)
    surest = wrong[np.argsort(-prediction.probabilities[wrong].max(axis=1), kind="stable")][:15]
    note = "Surest first." if len(wrong) else "There is none among these test images."
    doubted = contradicted(test)
    if doubted:
        note += " Blue frame: people contradict the label as well."
    size, across = 1.35, 5
    rows = max(1, -(-len(surest) // across))
    made = figure(0.3 + across * 1.95 + 0.1, 1.0 + rows * 2.15, title, note)
    for place, row in enumerate(surest):
        left, top = 0.3 + place % across * 1.95, 0.95 + place // across * 2.15
        frame = TRAIN if int(row) in doubted else None
        digit(panel(made, left, top, size, size), test.images[row], frame)
        said, sure = prediction.labels[row], prediction.probabilities[row].max()
        label = test.labels[row]
        _caption(made, left, top + size + 0.14, f"{said}", color=WRONG, weight="bold", fontsize=13)
        _caption(made, left + 0.2, top + size + 0.14, f"{sure:.1%} sure", color=WRONG)
        truth = f"label {label}, given {prediction.probabilities[row, label]:.1%}"
        _caption(made, left, top + size + 0.36, truth, color=QUIET)
    save(made, output)


def draw_enlarged(test: Images, prediction: Prediction, output: Path) -> None:
    """The test image that the model is least sure of, enlarged, with its ten probabilities."""
    row = int(prediction.probabilities.max(axis=1).argmin())
    probabilities, label = prediction.probabilities[row], int(test.labels[row])
    said = int(prediction.labels[row])
    verdict = "right" if said == label else f"the label is {label}"
    made = figure(
        8.6, 4.5, f"Read as {said} with {probabilities[said]:.1%}: {verdict}",
        f"Test image {row}, the one whose answer is least sure.",
    )  # fmt: skip
    digit(panel(made, 0.3, 0.95, 3.2, 3.2), test.images[row])
    axes = panel(made, 4.15, 0.95, 3.6, 3.2)
    colors = ["#c9d3e0"] * 10
    colors[label] = RIGHT
    if said != label:
        colors[said] = WRONG
    axes.barh(range(10), probabilities, color=colors, height=0.72)
    for place, one in enumerate(probabilities):
        strong = place in {said, label}
        axes.text(one + 0.012, place, f"{one:.2%}", va="center", color=INK if strong else QUIET)
    axes.set(yticks=range(10), xticks=[], xlim=(0, 1.12), ylim=(9.5, -0.5))
    axes.tick_params(length=0, labelsize=11, colors=INK)
    axes.spines["bottom"].set_visible(False)
    save(made, output)


def _answers(
    made: Any, test: Images, prediction: Prediction, rows: Int64Array, color: str, top: float
) -> None:
    """Two lines of ten images, the answer above each."""
    size, step = 0.82, 1.0
    for place, row in enumerate(rows):
        left, upper = 0.3 + place % 10 * step, top + place // 10 * 1.2
        said, label = prediction.labels[row], test.labels[row]
        text = f"{said}" if said == label else f"{label} \N{RIGHTWARDS ARROW} {said}"
        _caption(made, left, upper, text, color=color, weight="bold", fontsize=10)
        sure = f"{prediction.probabilities[row].max():.0%}"
        _caption(made, left + size, upper, sure, color=color, ha="right")
        digit(panel(made, left, upper + 0.12, size, size), test.images[row], color)


def _caption(made: Any, left: float, middle: float, text: str, **style: Any) -> None:
    """Text whose middle is `middle` inches below the figure's upper edge."""
    width, height = made.get_size_inches()
    made.text(left / width, 1 - middle / height, text, va="center", **style)

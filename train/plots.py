"""Pictures of a training, for people: curves, and what was read right and wrong."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.ticker import MaxNLocator

from edge.arrays import AnyArray
from edge.files import atomic_path
from edge.session import Prediction
from train.data import Images

mpl.use("Agg")  # before pyplot: pictures go to files, with or without a display

import matplotlib.pyplot as plt

_TRAIN, _VALIDATION = "#4c72b0", "#dd8452"
_RIGHT, _WRONG = "#2e7d32", "#c62828"


def plot_curves(history: Path, output: Path, title: str) -> None:
    """Loss and accuracy of training and validation over the epochs, from a history.csv."""
    with history.open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    epochs = [int(row["epoch"]) + 1 for row in rows]
    varied = "probabilities_accuracy" in rows[0]
    accuracy = "probabilities_accuracy" if varied else "accuracy"
    # Harder than the validation's, so that its curve lies below: no sign of underfitting.
    training = "training, on varied images" if varied else "training"
    figure, panels = plt.subplots(1, 2, figsize=(10, 3.8), layout="constrained")
    for panel, key, name in zip(panels, ("loss", accuracy), ("loss", "accuracy"), strict=True):
        for prefix, label, color in (
            ("", training, _TRAIN),
            ("val_", "validation", _VALIDATION),
        ):
            values = [float(row[prefix + key]) for row in rows]
            panel.plot(epochs, values, label=label, color=color, marker="o", markersize=3)
        panel.set(xlabel="epoch", ylabel=name)
        panel.xaxis.set_major_locator(MaxNLocator(integer=True))
        panel.grid(alpha=0.3)
    panels[1].legend()
    figure.suptitle(title)
    _save(figure, output)


def plot_predictions(test: Images, prediction: Prediction, output: Path, *, title: str) -> None:
    """Twenty test images read right, in green, and up to twenty read wrong, in red."""
    said = prediction.labels
    right, wrong = (said == test.labels).nonzero()[0], (said != test.labels).nonzero()[0]
    # The mistakes that the model was surest of teach most.
    wrong = wrong[(-prediction.probabilities[wrong].max(axis=1)).argsort()]
    figure, panels = plt.subplots(4, 10, figsize=(11, 5.2), layout="constrained")
    for panel in panels.flat:
        panel.axis("off")
    for panel, row in zip(panels[:2].flat, right, strict=False):
        _show(panel, test, said, prediction, int(row), _RIGHT)
    for panel, row in zip(panels[2:].flat, wrong, strict=False):
        _show(panel, test, said, prediction, int(row), _WRONG)
    figure.suptitle(title)
    _save(figure, output)


def _show(
    panel: Any, test: Images, said: AnyArray, prediction: Prediction, row: int, color: str
) -> None:
    sure = float(prediction.probabilities[row].max())
    panel.imshow(test.images[row], cmap="gray_r")
    text = f"{said[row]}" if color == _RIGHT else f"{said[row]}, is {test.labels[row]}"
    panel.set_title(f"{text}\n{sure:.1%}", color=color, fontsize=8)


def _save(figure: Any, output: Path) -> None:
    with atomic_path(output) as temporary:
        figure.savefig(temporary, dpi=110)
    plt.close(figure)

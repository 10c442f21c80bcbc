"""Pictures of what was reached: curves and the confusion matrix."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.ticker import MaxNLocator, PercentFormatter

from edge.prediction import Prediction
from train.data import Images
from train.history import read_history
from train.style import INK, PAPER, QUIET, RIGHT, TRAIN, VALIDATION, WRONG, figure, panel, save


def plot_curves(history: Path, output: Path, title: str) -> None:
    """Loss and accuracy of training and validation over the epochs, from a history.csv."""
    rows = read_history(history)
    epochs = [int(row["epoch"]) + 1 for row in rows]
    varied = "probabilities_accuracy" in rows[0]
    accuracy = "probabilities_accuracy" if varied else "accuracy"
    best = min(range(len(rows)), key=lambda place: rows[place]["val_loss"])
    # Varied images are harder than the validation's: the curve lies below, no underfitting.
    training = "training, on varied images" if varied else "training"
    made = figure(10, 4.4, title, f"The ring is the best validation loss, at epoch {epochs[best]}.")
    for number, (key, name) in enumerate((("loss", "loss"), (accuracy, "accuracy"))):
        axes = panel(made, 0.75 + 4.85 * number, 0.95, 4.15, 2.85)
        for prefix, label, color in (("", training, TRAIN), ("val_", "validation", VALIDATION)):
            values = [row[prefix + key] for row in rows]
            marker = "o" if len(rows) <= 40 else None
            axes.plot(epochs, values, label=label, color=color, marker=marker, ms=3.5, lw=1.6)
        ring = rows[best]["val_" + key]
        axes.plot(epochs[best], ring, "o", ms=9, mfc="none", mec=VALIDATION, mew=1.4)
        axes.set(xlabel="epoch", title=name, xlim=(epochs[0] - 0.5, epochs[-1] + 0.5))
        axes.title.set(fontsize=10, color=INK)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
        axes.grid(axis="y", visible=True)
        if key == accuracy:
            axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=1))
            axes.legend(loc="best")
    save(made, output)


def plot_confusion(test: Images, prediction: Prediction, output: Path, title: str) -> None:
    """What was read for what: a row for each true digit, a column for each answer."""
    counts = np.zeros((10, 10), np.int64)
    np.add.at(counts, (test.labels, prediction.labels), 1)
    wrong = counts.copy()
    np.fill_diagonal(wrong, 0)
    made = figure(
        7.2, 7.3, title, "Rows: the label. Columns: the answer. Right: how many of a row are right."
    )
    axes = panel(made, 0.85, 1.25, 5.5, 5.5)
    shade = LinearSegmentedColormap.from_list("wrong", [PAPER, "#f6b8b3", WRONG])
    # The square root keeps single mistakes visible beside the frequent ones.
    axes.imshow(np.sqrt(wrong), cmap=shade, vmin=0, vmax=max(1.0, float(np.sqrt(wrong.max()))))
    for (row, column), count in np.ndenumerate(counts):
        if row == column:
            axes.fill_between(
                [column - 0.5, column + 0.5], row - 0.5, row + 0.5, color="#e3f0e4", lw=0
            )
            axes.text(column, row, count, ha="center", va="center", color=RIGHT, weight="bold")
        elif count:
            dark = count > 0.5 * wrong.max()
            axes.text(column, row, count, ha="center", va="center", color=PAPER if dark else INK)
    axes.set_xticks(np.arange(9) + 0.5, minor=True)
    axes.set_yticks(np.arange(9) + 0.5, minor=True)
    axes.grid(which="minor", visible=True, color="#eceef1", lw=0.8)
    axes.tick_params(which="both", length=0, labelsize=10, colors=INK)
    axes.set(xticks=range(10), yticks=range(10), xlim=(-0.5, 9.5), ylim=(9.5, -0.5))
    axes.xaxis.tick_top()
    for row in np.flatnonzero(counts.sum(axis=1)):
        share = counts[row, row] / counts[row].sum()
        axes.text(9.65, row, f"{share:.1%}", va="center", color=QUIET)
    save(made, output)

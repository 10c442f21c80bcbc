"""Names of what a training leaves in its folder, for those who look for it."""

MODEL_NAME = "model.keras"
METRICS_NAME = "metrics.json"
HISTORY_NAME = "history.csv"
CHECKPOINT_NAME = "checkpoint"
"""The folder from which an interrupted training goes on, until it ends."""

UNFINISHED_NAME = "unfinished.json"
"""The settings of a training, until it ends: another one cannot go on with it."""

BEST_NAME = "best.weights.h5"
"""The weights with the best validation loss so far, before any temperature."""

SECONDS, WAITING = "seconds", "waiting_seconds"
"""Columns of history.csv: what an epoch took, and how long its steps waited for images."""

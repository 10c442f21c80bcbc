"""Names of what a training leaves in its folder, for those who look for it."""

MODEL_NAME = "model.keras"
METRICS_NAME = "metrics.json"
HISTORY_NAME = "history.csv"

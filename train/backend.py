"""Keras, imported once and without its start-up chatter. Every other file takes it from here."""

from __future__ import annotations

from typing import Any

from train.quiet import quiet_tensorflow

with quiet_tensorflow():
    import keras as _keras
    import tensorflow as _tf  # noqa: ICN001  # `tf` is its typed name, below

keras: Any = _keras
"""Keras ships no types."""

tf: Any = _tf

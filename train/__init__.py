"""Learn: from images of digits to a Keras model."""

import os

# TensorFlow reads this when it is first imported: its start-up chatter is for its makers.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

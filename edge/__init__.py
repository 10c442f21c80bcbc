"""Run: from a camera's frame to the digits written on the paper. Never imports TensorFlow."""

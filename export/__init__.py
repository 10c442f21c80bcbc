"""Convert: from a Keras model to TFLite and ONNX files that say what they are."""

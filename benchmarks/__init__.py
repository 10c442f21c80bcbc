"""Measure: what each exported model keeps of its Keras parent, and how long it takes."""

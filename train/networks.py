"""The six networks, layer by layer: five as their authors built them, and ours."""

from __future__ import annotations

from typing import Any

from edge.normalize import FIELD
from train.backend import keras

layers = keras.layers

CLASSES = 10

Model = Any
"""A keras.Model; Keras ships no types."""


def _sequential(*stack: Any) -> Model:
    return keras.Sequential([keras.Input((FIELD, FIELD, 1), name="image"), *stack])


def _conv(filters: int, **options: Any) -> Any:
    return layers.Conv2D(filters, 3, activation="relu", **options)


def _classes(**options: Any) -> Any:
    return layers.Dense(CLASSES, activation="softmax", name="probabilities", **options)


def conv3_dropout() -> Model:
    """Three convolutions, a dense layer, half of it dropped."""
    return _sequential(
        _conv(32),
        layers.MaxPooling2D(2),
        _conv(64),
        layers.MaxPooling2D(2),
        _conv(64),
        layers.Flatten(),
        layers.Dense(64, activation="relu"),
        layers.Dropout(0.5),
        _classes(),
    )


def conv1_sgd() -> Model:
    """One convolution and a dense layer."""
    # The author's first layer reshapes 28x28 to 28x28x1; our images already have the channel.
    return _sequential(
        _conv(32),
        layers.MaxPooling2D(2),
        layers.Flatten(),
        layers.Dense(128, activation="relu"),
        _classes(),
    )


def conv2() -> Model:
    """Two convolutions and a dense layer."""
    return _sequential(
        _conv(32),
        layers.MaxPooling2D(2),
        _conv(64),
        layers.Flatten(),
        layers.Dense(64, activation="relu"),
        _classes(),
    )


def conv1_dropout() -> Model:
    """One convolution, linear, and a dense layer, a fifth of it dropped."""
    return _sequential(
        layers.Conv2D(28, 3),  # linear, as published
        layers.MaxPooling2D(2),
        layers.Flatten(),
        layers.Dense(128, activation="relu"),
        layers.Dropout(0.2),
        _classes(),
    )


def conv3_same() -> Model:
    """Three padded convolutions, each dropped from, and a dense layer."""
    same: dict[str, Any] = {"padding": "same"}
    return _sequential(
        _conv(32, kernel_initializer="he_uniform", **same),
        layers.MaxPooling2D(2),
        layers.Dropout(0.25),  # the author states no rates
        _conv(64, **same),
        layers.MaxPooling2D(2),
        layers.Dropout(0.25),
        _conv(64, **same),
        layers.Flatten(),
        layers.Dense(128, activation="relu", kernel_initializer="he_uniform"),
        layers.Dropout(0.5),
        _classes(kernel_initializer="glorot_uniform"),
    )


def edge() -> Model:
    """Six convolutions, the halvings inside two of them, and global average pooling.

    The 5x5 kernel with stride 2 leaves no layer at 28x28, where int8 kernels spend most
    of their time in networks of this size; the last two without padding end at 3x3.
    """

    def block(x: Any, filters: int, kernel: int, stride: int, padding: str = "same") -> Any:
        x = layers.Conv2D(filters, kernel, strides=stride, padding=padding, use_bias=False)(x)
        x = layers.BatchNormalization(momentum=0.9)(x)  # folded into the convolution at export
        return layers.ReLU()(x)

    image = keras.Input((FIELD, FIELD, 1), name="image")
    x = block(image, 16, 5, 2)
    x = block(x, 32, 3, 1)
    x = block(x, 32, 3, 2)
    x = block(x, 40, 3, 1)
    x = block(x, 48, 3, 1, "valid")
    x = block(x, 48, 3, 1, "valid")
    x = layers.GlobalAveragePooling2D()(x)
    probabilities = _classes()(x)
    is_digit = layers.Dense(1, activation="sigmoid", name="is_digit")(x)
    return keras.Model(image, {"probabilities": probabilities, "is_digit": is_digit}, name="edge")

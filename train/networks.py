"""The six networks, layer by layer: five as their authors built them, and ours."""

from __future__ import annotations

from typing import Any

from edge.normalize import FIELD
from train.backend import keras
from train.towers import FEATURES, SHARES

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
    """Two towers of six convolutions each and a gate between them, as `train.towers` has them.

    Two convolutions of a tower halve the picture, in the pen's later than in the camera's,
    and global average pooling ends it. The 5x5 kernel with stride 2 leaves no layer at
    28x28, where int8 kernels spend most of their time in networks of this size; filters come
    by the sixteen, as such kernels take them. The first has no padding, for the border is
    empty paper, and leaves 12x12; the last two have none and end at 2x2. Whether it is a digit
    says the tower that knows all images, and whether a camera has spoilt it that tower's first
    layer, which is nearest to the pixels.
    """
    image = keras.Input((FIELD, FIELD, 1), name="image")
    first, camera = _tower(image, 2)
    _, pen = _tower(image, 3)
    spoilt = layers.GlobalAveragePooling2D()(first)
    shares = layers.Dense(2, activation="sigmoid", name=SHARES)(spoilt)
    features = layers.Concatenate(axis=1, name=FEATURES)([camera, pen])
    shown = layers.Multiply()([features, layers.Reshape((2, 1, 1))(shares)])
    probabilities = _classes()(layers.Flatten()(shown))
    is_digit = layers.Dense(1, activation="sigmoid", name="is_digit")(layers.Flatten()(camera))
    return keras.Model(image, {"probabilities": probabilities, "is_digit": is_digit}, name="edge")


def _tower(image: Any, halving: int) -> tuple[Any, Any]:
    """What a tower's first layer sees, and its features, (n, 1, 1, 32).

    Args:
        image: (n, 28, 28, 1).
        halving: the convolution, counted from 0, that halves what the first has left.
    """
    outputs = []
    x = image
    for number, filters in enumerate((16, 16, 16, 32, 32, 32)):
        x = layers.Conv2D(
            filters,
            5 if number == 0 else 3,
            strides=2 if number in (0, halving) else 1,
            padding="same" if 0 < number < 4 else "valid",
            use_bias=False,
        )(x)
        x = layers.BatchNormalization(momentum=0.9)(x)  # folded into the convolution at export
        x = layers.ReLU()(x)
        outputs.append(x)
    return outputs[0], layers.GlobalAveragePooling2D(keepdims=True)(x)

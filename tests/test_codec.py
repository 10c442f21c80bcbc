"""Pixels in, real values out: the tables are the definition, value by value."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.artifact import Preprocessing
from edge.codec import image_encoder, probability_decoder
from edge.quantization import QuantizationParams
from edge.session import DEFAULT_MODEL, open_session
from edge.tensors import TensorSpec
from tests.support import SHIPPED

SHAPE = (1, 16, 16, 1)
EVERY_PIXEL = np.arange(256, dtype=np.uint8).reshape(SHAPE)


@st.composite
def quantizations(draw: st.DrawFn) -> QuantizationParams:
    dtype = draw(st.sampled_from(["int8", "uint8", "int16"]))
    limits = np.iinfo(dtype)
    zero = draw(st.integers(int(limits.min), int(limits.max)))
    return QuantizationParams(draw(st.floats(1e-4, 10)), zero, dtype)


@given(quantizations(), st.floats(1e-3, 10), st.floats(-10, 10))
def test_an_integer_input_is_fed_the_quantized_real_value(
    params: QuantizationParams, scale: float, offset: float
) -> None:
    encode = image_encoder(
        TensorSpec("in", SHAPE, params.dtype, params), Preprocessing(scale, offset)
    )
    real = (EVERY_PIXEL.astype(np.float64) * scale + offset).astype(np.float32)
    encoded = encode(EVERY_PIXEL[0, ..., 0])
    assert encoded.dtype == params.dtype
    assert encoded.shape == SHAPE
    assert np.array_equal(encoded, params.quantize(real))


@pytest.mark.parametrize("dtype", ["float32", "float16"])
def test_a_float_input_is_fed_the_scaled_pixels(dtype: str) -> None:
    encoded = image_encoder(TensorSpec("in", SHAPE, dtype), Preprocessing())(EVERY_PIXEL)
    assert encoded.dtype == dtype
    assert np.array_equal(encoded.ravel(), (np.arange(256) / 255).astype(np.float32).astype(dtype))


@given(quantizations())
def test_an_output_is_dequantized_by_the_one_definition(params: QuantizationParams) -> None:
    limits = np.iinfo(params.dtype)
    values = np.linspace(limits.min, limits.max, 256).astype(params.dtype)[None]
    decode = probability_decoder(TensorSpec("out", (1, 256), params.dtype, params))
    # All but the topmost, of which the next test tells.
    assert np.array_equal(decode(values)[:, :-1], params.dequantize(values)[:, :-1])


@pytest.mark.parametrize(
    ("params", "most"),
    [
        pytest.param(QuantizationParams(1 / 256, -128), 1.0, id="TFLite's softmax"),
        pytest.param(QuantizationParams(1 / 256, 0, "uint8"), 1.0, id="the same without a sign"),
        pytest.param(QuantizationParams(1 / 255, -128), 1.0, id="onnxruntime's: it says 1"),
        pytest.param(QuantizationParams(1 / 512, -128), 255 / 512, id="never sure"),
        pytest.param(QuantizationParams(1 / 200, -128), 255 / 200, id="more than 1"),
        pytest.param(QuantizationParams(1 / 32768, 0, "int16"), 32767 / 32768, id="16 bits"),
    ],
)
def test_the_most_that_eight_bits_say_is_certainty(params: QuantizationParams, most: float) -> None:
    spec = TensorSpec("out", (1, 256), params.dtype, params)
    limits = np.iinfo(params.dtype)
    values = np.linspace(limits.min, limits.max, 256).astype(params.dtype)
    probabilities = probability_decoder(spec)(values)
    assert probabilities[-1] == np.float32(most)
    assert np.array_equal(probabilities[:-1], params.dequantize(values)[:-1])


@pytest.mark.parametrize("name", ["digits-int8.tflite", "digits-float32.tflite"])
def test_an_answer_stays_when_the_next_image_is_run(name: str, rng: np.random.Generator) -> None:
    session = open_session(SHIPPED / name)
    images = rng.integers(0, 256, (2, 28, 28), np.uint8)
    first = session.run(images[:1])
    probabilities, is_digit = first.probabilities.copy(), first.is_digit
    kept = None if is_digit is None else is_digit.copy()
    session.run(images[1:])
    assert np.array_equal(first.probabilities, probabilities)
    assert kept is not None
    assert np.array_equal(is_digit, kept)
    # Nor can a caller who writes into an answer change the next one.
    first.probabilities[:] = 7
    is_digit[:] = 7
    assert np.array_equal(session.run(images[:1]).probabilities, probabilities)


@pytest.mark.parametrize("name", ["digits-int8.tflite", "digits-float32.tflite"])
def test_one_image_and_many_get_the_same_answers(name: str, rng: np.random.Generator) -> None:
    session = open_session(SHIPPED / name)
    wide = rng.integers(0, 256, (5, 28, 56), np.uint8)
    views = wide[::-1, :, ::2].transpose(0, 2, 1)  # neither contiguous nor in C's order
    together = session.run(views)
    alone = [session.run(np.ascontiguousarray(views[at : at + 1])) for at in range(5)]
    assert np.array_equal(together.probabilities, np.concatenate([a.probabilities for a in alone]))
    assert together.is_digit is not None
    assert together.is_digit.tolist() == [float(a.is_digit[0]) for a in alone]


def test_pixels_become_bytes_faster_than_numpys_own_look_up_makes_them() -> None:
    """NumPy widens every index to 64 bits first; 0.73 of its time when this was written."""
    spec = TensorSpec("in", (1, 28, 28, 1), "int8", QuantizationParams(1 / 255, -128))
    encode = image_encoder(spec, Preprocessing())
    table = encode(np.arange(784).astype(np.uint8)).ravel()[:256]
    image = np.random.default_rng(3).integers(0, 256, (1, 28, 28), np.uint8)
    pairs = [
        (_taken_s(lambda: encode(image)), _taken_s(lambda: table.take(image).reshape(spec.shape)))
        for _ in range(300)
    ]
    assert np.array_equal(encode(image), table.take(image).reshape(spec.shape))
    assert min(ours for ours, _ in pairs) < 0.9 * min(numpys for _, numpys in pairs)


def test_a_session_makes_few_calls_beside_those_of_the_runtimes_tutorial() -> None:
    """Beside a network of 19 us each counts. Calls are the same on every machine, times are not.

    Its own `run` and its backend's, four to encode, three for two outputs, one answer, and the
    length of the batch.
    """
    session = open_session(DEFAULT_MODEL)
    backend = session._backend
    interpreter, given_, wanted = backend._interpreter, backend._input, backend._outputs
    image = np.random.default_rng(3).integers(0, 256, (1, 28, 28), np.uint8)
    encoded = session._encode(image)

    def bare() -> None:
        interpreter.set_tensor(given_, encoded)
        interpreter.invoke()
        for index in wanted:
            interpreter.get_tensor(index)

    assert _calls(lambda: session.run(image)) <= _calls(bare) + 11


def _taken_s(call: Callable[[], object]) -> float:
    begun = time.perf_counter()
    for _ in range(50):
        call()
    return time.perf_counter() - begun


def _calls(call: Callable[[], object]) -> int:
    """How many functions are called in Python or from it, `call` itself and the count aside."""
    events: list[str] = []
    before = sys.getprofile()
    sys.setprofile(lambda _frame, event, _argument: events.append(event))
    try:
        call()
    finally:
        sys.setprofile(before)
    return sum(event in ("call", "c_call") for event in events)

"""Quantization: the one affine map, there and back."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from edge.errors import InputError
from edge.quantization import QuantizationParams, QuantizationScheme

PARAMS = st.builds(
    QuantizationParams,
    scale=st.floats(1e-6, 1e3),
    zero_point=st.integers(-128, 127),
)


@given(PARAMS, st.data())
def test_a_value_in_range_comes_back_within_half_a_step(
    params: QuantizationParams, data: st.DataObject
) -> None:
    low, high = (params.scale * (edge - params.zero_point) for edge in params.range)
    real = np.float32(data.draw(st.floats(low, high)))
    back = params.dequantize(params.quantize(np.array([real])))[0]
    # float32 carries 24 bits: the division and the product each round once.
    slack = 4e-7 * max(abs(low), abs(high))
    assert abs(float(back) - float(real)) <= params.scale / 2 + slack


@given(PARAMS, npst.arrays(np.float32, 20, elements=st.floats(-1e6, 1e6, width=32)))
def test_quantizing_saturates_and_keeps_order(params: QuantizationParams, real: np.ndarray) -> None:
    quantized = params.quantize(np.sort(real))
    assert quantized.dtype == np.int8
    assert (np.diff(quantized.astype(int)) >= 0).all()


@given(PARAMS)
def test_every_quantized_value_survives_the_round_trip(params: QuantizationParams) -> None:
    every = np.arange(-128, 128, dtype=np.int8)
    assert (params.quantize(params.dequantize(every)) == every).all()


@given(PARAMS)
def test_zero_is_exact(params: QuantizationParams) -> None:
    quantized = params.quantize(np.zeros(1, np.float32))
    assert quantized[0] == params.zero_point
    assert params.dequantize(quantized)[0] == 0.0


@pytest.mark.parametrize(
    ("scale", "zero_point", "dtype"),
    [
        pytest.param(0.0, 0, "int8", id="no-step"),
        pytest.param(-1.0, 0, "int8", id="negative-step"),
        pytest.param(math.nan, 0, "int8", id="nan"),
        pytest.param(math.inf, 0, "int8", id="infinite"),
        pytest.param(1.0, 128, "int8", id="zero-point-beyond-int8"),
        pytest.param(1.0, -1, "uint8", id="zero-point-below-uint8"),
        pytest.param(1.0, 0, "float32", id="not-an-integer-type"),
    ],
)
def test_broken_params_are_refused(scale: float, zero_point: int, dtype: str) -> None:
    with pytest.raises(InputError):
        QuantizationParams(scale, zero_point, dtype)


def test_names_of_artifacts_follow_from_facts() -> None:
    assert [scheme.artifact_stem for scheme in QuantizationScheme] == [
        "digits-float32",
        "digits-float16",
        "digits-dynamic",
        "digits-int8",
        "digits-int16x8",
    ]

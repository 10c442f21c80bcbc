"""Names of fused tensors: short, each there once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from export.tflite_names import short_names

_PART = st.text("ab_2", max_size=3)
_NAMES = st.lists(st.lists(_PART, min_size=1, max_size=3).map(";".join), unique=True, max_size=12)


@pytest.mark.parametrize(
    ("names", "short"),
    [
        (["relu;add;conv", "conv"], ["relu", "conv"]),
        (["relu;bias", "relu;conv", "relu"], ["relu_2", "relu_3", "relu"]),
        (["serving_default_image:0"], ["serving_default_image:0"]),
    ],
)
def test_what_was_fused_is_named_by_its_first_part(names: list[str], short: list[str]) -> None:
    assert short_names(names) == short


@given(_NAMES)
def test_every_name_is_there_once_and_plain_ones_stay(names: list[str]) -> None:
    short = short_names(names)
    assert len(set(short)) == len(names)
    assert all(new == old for new, old in zip(short, names, strict=True) if ";" not in old)
    assert not any(";" in name for name in short)

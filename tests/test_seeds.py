"""A seed is a whole number that every generator takes; any other is told in one line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.errors import InputError
from tests.support import Run, one_line_error
from train.seeds import (
    LARGEST_SEED,
    batch_stream,
    epoch_order,
    read_seed,
    seed_of_going_on,
)


@given(st.integers(0, LARGEST_SEED))
def test_a_seed_is_what_is_typed(seed: int) -> None:
    assert read_seed(str(seed)) == seed


@given(
    st.one_of(
        st.integers(max_value=-1).map(str),
        st.integers(LARGEST_SEED + 1).map(str),
        st.floats().map(str),
        st.text(st.characters(exclude_characters="0123456789")),
        st.sampled_from(["", " 1", "1_0", "+1", "\u0661", "\u00b2", "9" * 5000, "1\n"]),
    )
)
def test_what_is_no_seed_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="must be a whole number from 0 to 4294967295, not"):
        read_seed(text)


@pytest.mark.parametrize(
    "command",
    [
        ("train.scenes",),
        ("train.scenes", "--every-kind"),
        ("export.tflite", "--quantize", "int8"),
        ("export.onnx",),
        ("benchmarks", "photos", "docs"),
        ("benchmarks.gate.probe",),
    ],
    ids=" ".join,
)
def test_a_command_tells_what_is_no_seed(
    run: Run, tmp_path: Path, command: tuple[str, ...]
) -> None:
    result = run(*command, "--output", tmp_path / "out", "--seed", "-1")
    assert result.returncode == 2
    assert one_line_error(result) == (
        "error: --seed must be a whole number from 0 to 4294967295, not -1"
    )
    assert not (tmp_path / "out").exists()


def test_an_epochs_order_is_a_stream_of_its_own() -> None:
    """A seed's trailing zeros do not count, so that [seed, epoch] would be its first batch's."""
    order = epoch_order(1000, 3, 5)
    assert sorted(order) == list(range(1000))
    assert np.array_equal(order, epoch_order(1000, 3, 5))
    for number in range(20):
        assert not np.array_equal(order, batch_stream(3, 5, number).permutation(1000))
    assert not np.array_equal(order, epoch_order(1000, 3, 6))
    assert not np.array_equal(order, epoch_order(1000, 4, 5))


def test_a_training_that_goes_on_sees_other_images_than_the_one_before_it() -> None:
    """It saw those of the same seed plus a constant: a third training learnt them by heart."""
    once = [np.zeros((3, 2), np.float32), np.ones(2, np.float32)]
    twice = [np.zeros((3, 2), np.float32), np.full(2, 2, np.float32)]
    assert len({0, seed_of_going_on(0, once), seed_of_going_on(0, twice)}) == 3
    assert seed_of_going_on(0, once) == seed_of_going_on(0, [a.copy() for a in once])
    assert seed_of_going_on(1, once) != seed_of_going_on(0, once)
    assert 0 <= seed_of_going_on(LARGEST_SEED, once) <= LARGEST_SEED

"""The strength of ink is the same in whatever part of a page it is asked for."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.halving import Reduced
from edge.ink import find_ink
from edge.paper import paper_of
from edge.strength import Strength, divided, known


def page() -> np.ndarray:
    """(240, 320) uint8: some digits in a falling light, in the upper left of the page."""
    light = np.linspace(230, 170, 320)[None].repeat(240, axis=0)
    sheet = light.astype(np.uint8)
    cv2.putText(sheet, "52", (30, 80), cv2.FONT_HERSHEY_SIMPLEX, 1.5, 50.0, 4, cv2.LINE_AA)
    return sheet


def strength_of(sheet: np.ndarray, channels: int) -> Strength:
    planes = [Reduced.of(sheet)] * channels
    return divided(planes, [paper_of(one.quarter) for one in planes])


@settings(deadline=None)
@given(data=st.data(), channels=st.sampled_from([1, 3]))
def test_a_part_is_cut_from_the_whole(data: st.DataObject, channels: int) -> None:
    strength = strength_of(page(), channels)
    whole = strength.part((0, 0, 320, 240))
    left, top, width, height = strength.inked if data.draw(st.booleans()) else (0, 0, 320, 240)
    if data.draw(st.booleans()):  # what is kept of that is as good
        strength.part(strength.inked)
    x, y = data.draw(st.integers(0, width - 1)), data.draw(st.integers(0, height - 1))
    w, h = data.draw(st.integers(1, width - x)), data.draw(st.integers(1, height - y))
    x, y = left + x, top + y
    assert np.array_equal(strength.part((x, y, w, h)), whole[y : y + h, x : x + w])


def test_where_half_of_the_page_is_bare_there_is_no_strength() -> None:
    strength = strength_of(page(), 1)
    x, y, w, h = strength.inked
    assert strength.is_bare
    whole = strength.whole()
    assert whole[y : y + h, x : x + w].max() > 100
    whole[y : y + h, x : x + w] = 0
    assert not whole.any()


def test_half_the_size_is_as_strong() -> None:
    strength = strength_of(page(), 1)
    again = known(strength.part((0, 0, 320, 240))).half
    assert np.abs(strength.half.astype(int) - again).max() <= 4


@pytest.mark.parametrize("shape", [(1, 1), (1, 1, 3), (1, 9, 3), (7, 2), (5, 6, 3)])
def test_the_smallest_pictures_have_paper(shape: tuple[int, ...]) -> None:
    paper = paper_of(np.zeros(shape, np.uint8))
    assert paper.shape == shape
    assert (paper == 1).all()


def test_a_mask_ends_in_paper_where_the_page_goes_on() -> None:
    ink = find_ink(page())
    x, y, w, h = ink.part.box
    assert 0 < x < x + w < 320
    assert 0 < y < y + h < 240
    edges = ink.part.mask[[0, -1]].any() or ink.part.mask[:, [0, -1]].any()
    assert ink.mask.any()
    assert not edges
    assert np.array_equal(ink.mask[y : y + h, x : x + w], ink.part.mask)
    assert np.array_equal(ink.strength[y : y + h, x : x + w], ink.part.strength)

"""The drawn camera, and pictures that are turned, mirrored and cut."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from edge.errors import InputError
from edge.reader import Reader
from edge.sources import open_source
from edge.sources.demo import PAGES, DemoScene
from edge.sources.shaped import Shape, ShapedSource


def test_the_demo_is_read_as_it_is_drawn() -> None:
    scene, reader = DemoScene(), Reader()
    moments = range(0, 40 * 25, 25)
    wrong = [
        (reader.read(scene.picture(i / 25, i)).lines, scene.text(i / 25))
        for i in moments
        if reader.read(scene.picture(i / 25, i)).lines != scene.text(i / 25)
    ]
    assert len(wrong) <= 2, wrong
    assert {scene.text(i / 5) for i in range(300)} > set(PAGES)


def test_the_demo_is_the_same_in_every_run() -> None:
    for at_s, index in [(0.5, 12), (3.4, 85), (40.0, 1000)]:
        first, second = (DemoScene().picture(at_s, index) for _ in range(2))
        assert np.array_equal(first, second)


def test_the_demo_is_a_live_source_of_the_size_asked_for() -> None:
    with open_source("demo", size=(320, 240), fps=100) as source:
        frames = list(itertools.islice(source, 3))
    assert source.live
    assert [frame.image.shape for frame in frames] == [(240, 320, 3)] * 3
    assert [a.index < b.index for a, b in itertools.pairwise(frames)] == [True, True]


# Shapes


def corner_marked() -> np.ndarray[Any, Any]:
    """(4, 6, 3): its upper left corner is 1, the upper right 2, the lower left 3."""
    image = np.zeros((4, 6, 3), np.uint8)
    image[0, 0], image[0, -1], image[-1, 0] = 1, 2, 3
    return image


@pytest.mark.parametrize(
    ("shape", "size", "corners"),
    [
        pytest.param(Shape(90), (6, 4), (3, 1, 0), id="a quarter clockwise"),
        pytest.param(Shape(180), (4, 6), (0, 3, 2), id="upside down"),
        pytest.param(Shape(270), (6, 4), (2, 0, 1), id="a quarter anticlockwise"),
        pytest.param(Shape(0, "horizontal"), (4, 6), (2, 1, 0), id="left and right change"),
        pytest.param(Shape(0, "vertical"), (4, 6), (3, 0, 1), id="above and below change"),
        pytest.param(Shape(0, "both"), (4, 6), (0, 3, 2), id="both"),
        pytest.param(Shape(90, "horizontal"), (6, 4), (1, 3, 2), id="turned, then mirrored"),
        pytest.param(Shape(0, None, (5, 0, 1, 4)), (4, 1), (2, 2, 0), id="a part"),
        pytest.param(Shape(0, None, (0, 0, 99, 99)), (4, 6), (1, 2, 3), id="a part cut off"),
    ],
)
def test_pictures_are_turned_mirrored_and_cut(
    shape: Shape, size: tuple[int, int], corners: tuple[int, int, int]
) -> None:
    image = shape.apply(corner_marked())
    assert image.shape == (*size, 3)
    assert image.flags["C_CONTIGUOUS"]
    assert (image[0, 0, 0], image[0, -1, 0], image[-1, 0, 0]) == corners


def test_a_part_outside_the_picture_is_told() -> None:
    with pytest.raises(InputError, match="outside the 6x4 picture"):
        Shape(roi=(6, 0, 1, 1)).apply(corner_marked())


@pytest.mark.parametrize(
    "wrong", [{"rotate_deg": 45}, {"flip": "twice"}, {"roi": (-1, 0, 2, 2)}, {"roi": (0, 0, 0, 2)}]
)
def test_a_shape_is_valid_from_birth(wrong: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        Shape(**wrong)


def test_a_shaped_source_is_the_other_one_reshaped(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "a.png"), corner_marked())
    inner = open_source(str(tmp_path / "a.png"))
    with ShapedSource(inner, Shape(90)) as source:
        [frame] = source
    assert frame.image.shape == (6, 4, 3)
    assert (source.name, source.live, source.film, source.fps) == (
        inner.name,
        inner.live,
        inner.film,
        inner.fps,
    )


def test_a_part_that_reaches_beyond_the_picture_is_cut_and_told_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in "ab":
        cv2.imwrite(str(tmp_path / f"{name}.png"), corner_marked())
    height, width = corner_marked().shape[:2]

    def shapes(roi: tuple[int, int, int, int]) -> list[tuple[int, ...]]:
        with ShapedSource(open_source(str(tmp_path)), Shape(roi=roi)) as source:
            return [frame.image.shape for frame in source]

    assert shapes((1, 0, width, 2)) == [(2, width - 1, 3)] * 2
    assert capsys.readouterr().err == (
        f"--roi reaches beyond the picture: {width - 1}x2 of {width}x2 are read\n"
    )
    shapes((0, 0, width, height))
    assert capsys.readouterr().err == ""

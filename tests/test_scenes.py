"""Pages of every kind: seeded, inside the frame, with a truth that holds."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from edge.arrays import Float64Array
from edge.errors import InputError
from tests.support import ROOT, Run, one_line_error
from train.data import Images
from train.scenes import Scene, SceneKind, draw_page, draw_text
from train.scenes.kinds import LOOKS
from train.scenes.text import plain_text, signed_text

KINDS = list(SceneKind)


SIZE = (480, 360)
"""Small pages are drawn four times as fast."""


def draw(kind: SceneKind, seed: int = 0, **options) -> Scene:
    rng = np.random.default_rng([seed, 31])
    return draw_page(None, rng, kind=kind, **({"size": SIZE} | options))


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_a_page_of_any_kind_knows_what_stands_in_it(kind: SceneKind) -> None:
    scene = draw(kind)
    assert scene.image.shape == (360, 480, 3)
    assert scene.image.dtype == np.uint8
    written = "".join(scene.lines).replace(" ", "")
    assert written == "".join(str(label) for label, _ in scene.digits)
    assert bool(written) == (kind is not SceneKind.NO_DIGITS)
    for x, y, w, h in (*(box for _, box in scene.digits), *scene.nondigits):
        assert 0 <= x < x + w <= 480
        assert 0 <= y < y + h <= 360
    has_others = kind in (SceneKind.OPERATORS, SceneKind.PRINT, SceneKind.NO_DIGITS)
    assert bool(scene.nondigits) == has_others


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_ink_lies_in_its_box_and_paper_around_it(kind: SceneKind) -> None:
    """In the box of a digit pixels differ from the paper more than just beside it."""
    scene = draw(kind, seed=1, noise=0.0)
    grey = cv2.GaussianBlur(cv2.cvtColor(scene.image, cv2.COLOR_BGR2GRAY), (0, 0), 1).astype(float)
    if kind is SceneKind.DARK_BOARD:
        grey = 255 - grey
    for _, (x, y, w, h) in scene.digits:
        around = grey[max(0, y - 4) : y + h + 4, max(0, x - 4) : x + w + 4]
        assert grey[y : y + h, x : x + w].min() <= np.median(around) - 12


def test_a_page_depends_on_its_seed_alone() -> None:
    for kind in (SceneKind.CLUTTER, SceneKind.PRINT):
        first, again, other = draw(kind, 3), draw(kind, 3), draw(kind, 4)
        assert np.array_equal(first.image, again.image)
        assert (first.digits, first.lines) == (again.digits, again.lines)
        assert not np.array_equal(first.image, other.image)


def test_every_kind_looks_unlike_the_plain_page() -> None:
    lines = ["31", "92"]
    plain = draw_page(lines, np.random.default_rng(2), size=SIZE).image.astype(float)
    for kind in KINDS[1:]:
        image = draw_page(lines, np.random.default_rng(2), kind=kind, size=SIZE).image
        assert np.abs(image - plain).mean() > 0.5, kind


def test_kinds_are_as_difficult_as_they_say() -> None:
    lines = ["314 15", "92"]

    def measure(kind: SceneKind) -> Float64Array:
        """Brightness, sharpness of edges, share of pixels that are ink: means of seven pages."""
        pages = []
        for seed in range(1, 8):
            scene = draw_page(lines, np.random.default_rng(seed), kind=kind)
            grey = cv2.cvtColor(scene.image, cv2.COLOR_BGR2GRAY)
            small = cv2.resize(grey, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
            edges = np.percentile(np.abs(cv2.Laplacian(small, cv2.CV_32F)), 99.5)
            ground = np.median(grey)
            pages.append((ground, edges, (grey < 0.6 * ground).mean()))
        means: Float64Array = np.mean(pages, axis=0)
        return means

    plain = measure(SceneKind.PLAIN)
    assert measure(SceneKind.DARK_BOARD)[0] < 110 < plain[0]
    assert measure(SceneKind.BLUR)[1] < 0.6 * plain[1]
    assert measure(SceneKind.THIN_PEN)[2] < 0.5 * plain[2] < 0.5 * measure(SceneKind.MARKER)[2]
    assert measure(SceneKind.LOW_CONTRAST)[2] < 0.1 * plain[2]


def test_touching_digits_touch() -> None:
    def columns_between(kind: SceneKind) -> list[int]:
        """Columns from each digit's box to the next one's, negative where they overlap."""
        scene = draw_page(["88888888"], np.random.default_rng(5), kind=kind, tilt_deg=0)
        boxes = [box for _, box in scene.digits]
        return [b[0] - a[0] - a[2] for a, b in itertools.pairwise(boxes)]

    assert min(columns_between(SceneKind.PLAIN)) >= 4
    assert sum(gap <= 1 for gap in columns_between(SceneKind.TOUCHING)) >= 3


def test_a_hand_that_writes_wide_stays_on_the_page() -> None:
    for seed in range(6):
        rng = np.random.default_rng([seed, 2])
        scene = draw_page(["8888888888"], rng, tilt_deg=0, size=SIZE)
        boxes = [box for _, box in scene.digits]
        lefts = [box[0] for box in boxes]
        assert lefts == sorted(lefts)
        assert len({box[0] + box[2] for box in boxes}) == len(boxes)


def test_digits_can_be_given(drawn: Images) -> None:
    only = Images(drawn.images[drawn.labels == 7][:1].repeat(10, axis=0), np.arange(10))
    scene = draw_page(["07"], np.random.default_rng(1), digits=only, tilt_deg=0, noise=0.0)
    (_, zero), (_, seven) = scene.digits
    # Both labels were given the same picture.
    assert abs(zero[2] / zero[3] - seven[2] / seven[3]) < 0.15


@pytest.mark.parametrize(
    ("line", "plain", "signed"),
    [
        ("314 15", ("314 15",), ("314 15",)),
        ("-3.14", ("314",), ("-3.14",)),
        ("8,25 -7", ("825 7",), ("8.25 -7",)),
        ("3-5", ("3 5",), ("3 5",)),
        ("12 - 5 = 7", ("12 5 7",), ("12 5 7",)),
        ("( -4 + x )", ("4",), ("-4",)),
        ("24.12.2026", ("24122026",), ("24122026",)),
        ("Tante", (), ()),
    ],
)
def test_what_a_reader_may_say(line: str, plain: tuple[str, ...], signed: tuple[str, ...]) -> None:
    assert (plain_text([line]), signed_text([line])) == (plain, signed)


def test_what_cannot_be_written_is_refused() -> None:
    with pytest.raises(InputError, match="not '€'"):
        draw_page(["3 €"], np.random.default_rng(0))


def test_every_kind_has_a_look_and_suitable_text(rng: np.random.Generator) -> None:
    assert list(LOOKS) == KINDS
    assert any("=" in line for line in draw_text(rng, SceneKind.OPERATORS))
    assert not any(c.isdigit() for line in draw_text(rng, SceneKind.NO_DIGITS) for c in line)


def test_the_command_draws_every_kind(run: Run, tmp_path: Path) -> None:
    result = run("train.scenes", "--output", tmp_path, "--every-kind", "--size", "320", "240")
    assert result.returncode == 0, result.stderr
    names = {kind.replace(" ", "-") for kind in KINDS}
    assert {path.name for path in tmp_path.iterdir()} == {
        name + end for name in names for end in (".png", "-truth.json")
    }
    for name in names:
        truth = json.loads((tmp_path / f"{name}-truth.json").read_text("utf-8"))
        assert set(truth) == {"lines", "signed", "digits", "nondigits"}
        written = "".join(one["digit"] for one in truth["digits"])
        assert written == "".join(truth["lines"]).replace(" ", "")
        assert bool(written) == (name != "no-digits")


def test_a_truth_is_of_the_page_beside_it(run: Run, tmp_path: Path) -> None:
    options = ("--every-kind", "--seed", "5", "--size", "480", "360")
    assert run("train.scenes", "--output", tmp_path, *options).returncode == 0
    for place, kind in enumerate(KINDS[:3]):
        scene = draw_page(None, np.random.default_rng([5, place]), kind=kind, size=SIZE)
        name = kind.value.replace(" ", "-")
        truth = json.loads((tmp_path / f"{name}-truth.json").read_text("utf-8"))
        assert truth["lines"] == list(scene.lines)
        assert [tuple(one["box"]) for one in truth["digits"]] == [box for _, box in scene.digits]
        assert np.array_equal(cv2.imread(str(tmp_path / f"{name}.png")), scene.image)


@pytest.mark.parametrize(
    "option", [("--lines", "3 14"), ("--kind", "plain"), ("--frames", "2")], ids=lambda one: one[0]
)
def test_what_a_page_of_every_kind_has_no_use_for_is_refused(
    run: Run, tmp_path: Path, option: tuple[str, str]
) -> None:
    result = run("train.scenes", "--output", tmp_path / "out", "--every-kind", *option)
    assert result.returncode == 2
    assert option[0] in one_line_error(result)
    assert not (tmp_path / "out").exists()


def test_the_command_writes_signs(run: Run, tmp_path: Path) -> None:
    result = run("train.scenes", "--output", tmp_path, "--frames", "1", "--lines=-3.14 + 2")
    assert result.returncode == 0, result.stderr
    assert '"-3.14 2"' in (tmp_path / "truth.json").read_text("utf-8")


def test_data_that_is_not_there_is_one_line(run: Run, tmp_path: Path) -> None:
    result = run("train.scenes", "--output", tmp_path, "--data", "no/such.npz")
    assert result.returncode == 2
    assert "no/such.npz" in one_line_error(result)


def test_scenes_need_no_training_tools() -> None:
    program = (
        "import sys, train.scenes.__main__\n"
        "from train.scenes import *\n"
        "import numpy as np\n"
        "draw_page(None, np.random.default_rng(0), kind=SceneKind.PRINT)\n"
        "sys.exit(str(sorted({'tensorflow', 'keras', 'tqdm', 'matplotlib'} & set(sys.modules))))"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stderr.strip() == "[]"

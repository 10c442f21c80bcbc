"""Percent signs: told from digits by their whole shape; digits beside them stay."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from edge.acceptance import Acceptance, Verdict
from edge.arrays import UInt8Array
from edge.context import judge
from edge.hypotheses import hypotheses
from edge.percent import is_percent_sign, percent_signs
from edge.prediction import Prediction
from edge.reader import Reader
from edge.segment import Box, Candidate
from train.forms.marks import MARKS
from train.scenes import draw_page
from train.strokes import draw_form, draw_hand

TALL = 60


def slash(lean: float = 0.6) -> UInt8Array:
    """(60, w) uint8: a stroke from the upper right to the lower left."""
    ink = np.zeros((TALL, int(lean * TALL) + 8), np.uint8)
    cv2.line(ink, (int(lean * TALL) + 3, 3), (3, TALL - 4), 255, 6, cv2.LINE_AA)
    return ink


def ring(tall: int = 20) -> UInt8Array:
    """(tall, tall) uint8: a ring."""
    ink = np.zeros((tall, tall), np.uint8)
    cv2.circle(ink, (tall // 2, tall // 2), tall // 2 - 3, 255, 5, cv2.LINE_AA)
    return ink


def at(left: int, top: int, ink: UInt8Array) -> Candidate:
    return Candidate((left, top, ink.shape[1], ink.shape[0]), ink, 200.0, 0.8)


def sign(before: tuple[int, int] = (-12, 2), behind: tuple[int, int] = (34, 38)) -> list[Candidate]:
    """A slash at (100, 100), and two rings set off from there."""
    rings = [at(100 + x, 100 + y, ring()) for x, y in (before, behind)]
    return [at(100, 100, slash()), *rings]


@pytest.mark.parametrize(
    ("parts", "is_sign"),
    [
        pytest.param(sign(), True, id="a-percent-sign"),
        pytest.param(sign(before=(34, 0), behind=(-12, 40)), False, id="rings-on-the-other-sides"),
        pytest.param(sign()[:2], False, id="one-ring"),
        pytest.param(sign()[:1], False, id="a-slash"),
        pytest.param(sign(behind=(200, 38)), False, id="a-ring-far-off"),
        pytest.param([*sign(), at(85, 120, ring(16))], False, id="a-third-ring"),
        pytest.param([], False, id="nothing"),
    ],
)
def test_a_percent_sign_is_a_slash_between_two_rings(parts: list[Candidate], is_sign: bool) -> None:
    assert percent_signs(parts).tolist() == [is_sign] * len(parts)


def test_its_slash_is_no_1_though_the_network_says_so() -> None:
    labels = np.zeros((4, 10), np.float32)
    labels[:, [1, 0, 0, 7]] = np.eye(4, dtype=np.float32)[:, [0, 1, 2, 3]]
    labels[[0, 1, 2, 3], [1, 0, 0, 7]] = 1.0
    said = Prediction(labels, np.ones(4, np.float32))
    digit = at(20, 100, np.pad(ring(54), 3))
    seen = [*sign(), digit]
    verdicts = judge(seen, said, Acceptance(), 1, (400, 400), 0)
    assert verdicts[0] is Verdict.SIGN
    assert verdicts[3] is Verdict.ACCEPTED


def test_a_block_is_no_percent_sign() -> None:
    """It has no paper from which the width of a slash could be told."""
    assert not is_percent_sign([at(100, 100, np.full((TALL, 50), 255, np.uint8))])


def test_what_touches_its_slash_is_neither_joined_nor_cut() -> None:
    whole = np.zeros((TALL, 66), np.uint8)
    for left, top, ink in ((12, 0, slash()), (4, 4, ring()), (38, 38, ring())):
        region = whole[top : top + ink.shape[0], left : left + ink.shape[1]]
        np.maximum(region, ink[:, : region.shape[1]], out=region)
    seen = [at(100, 100, whole), at(20, 100, np.pad(ring(54), 3))]
    assert not hypotheses(seen, np.array([0.1, 0.99]))


def test_most_percent_signs_behind_numbers_are_not_read() -> None:
    reader, read, written, lost = Reader(), 0, 0, 0
    for number in range(24):
        image, digits, signs = page_of_percents(np.random.default_rng([51, number]))
        found = [
            (x + w / 2, y + h / 2) for x, y, w, h in (d.box for d in reader.read(image).detections)
        ]
        taken = [[at for at in found if inside(at, sign)] for sign in signs]
        read += sum(map(bool, taken))
        written += len(signs)
        lost += abs(digits - (len(found) - sum(map(len, taken))))
    assert written > 100
    assert read < 0.25 * written  # a bent slash is not known for one; 47 % without the rule
    assert lost <= 4


def page_of_percents(rng: np.random.Generator) -> tuple[UInt8Array, int, list[Box]]:
    """Numbers with a percent sign behind each: the page, how many digits, the signs' boxes."""
    lines = ["  ".join("27 " for _ in range(3)), "  ".join("58 " for _ in range(3))]
    page, signs = draw_page(lines, rng), []
    image, hand = page.image.astype(np.float32), draw_hand(rng)
    for _, (x, y, w, h) in page.digits[1::2]:
        side = int(1.45 * h)
        drawn = draw_form(MARKS["percent"][0], rng, side=side, hand=hand)
        left, top = x + w + h // 8, y - int(0.2 * h)
        if top < 0 or left + side > image.shape[1] or top + side > image.shape[0]:
            continue
        image[top : top + side, left : left + side] *= 1 - 0.85 * drawn[..., None] / 255
        signs.append((left, top, side, side))
    return image.astype(np.uint8), len(page.digits), signs


def inside(at: tuple[float, float], box: Box) -> bool:
    x, y, w, h = box
    return x <= at[0] <= x + w and y <= at[1] <= y + h

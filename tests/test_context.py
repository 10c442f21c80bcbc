"""What is faint beside a page's digits, and what does not make a page's digits faint."""

from __future__ import annotations

import numpy as np
import pytest

from edge.acceptance import Acceptance, Verdict
from edge.context import judge
from edge.prediction import Prediction
from edge.segment import Candidate

FAINT, STRONG = 45.0, 190.0


def verdicts(labels: str, sizes: list[int], levels: list[float]) -> list[Verdict]:
    """What becomes of well-read digits of these heights and strengths, far from each other."""
    candidates = [
        Candidate((40 + 400 * i, 300, size // 2, size), np.full((8, 4), 255, np.uint8), level, 0.5)
        for i, (size, level) in enumerate(zip(sizes, levels, strict=True))
    ]
    probabilities = np.eye(10, dtype=np.float32)[[int(label) for label in labels]]
    said = Prediction(probabilities, np.full(len(labels), 0.99, np.float32))
    return judge(candidates, said, Acceptance(), 1, (900, 400 * len(labels) + 80), 0)


@pytest.mark.parametrize("labels", ["27183645972268354", "273645"])
def test_a_corner_of_the_desk_does_not_make_a_page_of_writing_faint(labels: str) -> None:
    said = verdicts(labels + "2", [50] * len(labels) + [260], [FAINT] * len(labels) + [STRONG])
    assert said[:-1] == [Verdict.ACCEPTED] * len(labels)


@pytest.mark.parametrize("pieces", ["111111111", "751736432"])
def test_what_shines_through_is_faint_however_many_pieces_it_has(pieces: str) -> None:
    count = len(pieces)
    said = verdicts("358" + pieces, [110] * 3 + [42] * count, [STRONG] * 3 + [FAINT] * count)
    assert said[:3] == [Verdict.ACCEPTED] * 3
    assert set(said[3:]) == {Verdict.FAINT}


def test_specks_beside_one_digit_are_faint() -> None:
    said = verdicts("3" + "1" * 9, [100] + [25] * 9, [STRONG] + [FAINT] * 9)
    assert said == [Verdict.ACCEPTED] + [Verdict.FAINT] * 9

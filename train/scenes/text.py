"""What is written on a page, and what of it a reader may say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import numpy as np

from edge.errors import InputError
from train.forms.letters import LETTER_FORMS
from train.scenes.kinds import LOOKS, SceneKind

SIGNS = {"-": "minus", "+": "plus", "x": "times", "=": "equals", ":": "divide"}
"""Operators and the names of their forms; "x" between spaces is one, in a word a letter."""

BRACKETS = {"(": 0, ")": 1}
"""Brackets and the places of their forms."""

_WRITTEN = set("0123456789 .,") | set(SIGNS) | set(BRACKETS) | set(LETTER_FORMS)
_NUMBER = re.compile(r"(?<![0-9.,])-?[0-9]+(?:[.,][0-9]+)*")
_WORDS = ("Fahrt", "May", "Kaffee", "Tante", "rank", "Peter", "we", "Karpfen", "they", "paper")


def draw_text(rng: np.random.Generator, kind: SceneKind = SceneKind.PLAIN) -> list[str]:
    """Lines that suit a kind, three to five of them, with spaces between numbers."""
    adds = LOOKS[kind].adds
    count = int(rng.integers(3, 6))
    if "words" in adds:
        return [str(rng.choice(_WORDS)) + str(rng.choice(("", " = x", " +"))) for _ in range(count)]
    if "operators" in adds:
        return [_sum(rng) for _ in range(count)]
    return [" ".join(_numbers(rng)) for _ in range(count)]


def check_text(lines: Sequence[str]) -> None:
    """Raises InputError where a line holds what cannot be written."""
    for line in lines:
        if strange := set(line) - _WRITTEN:
            raise InputError(
                "a page is written from digits and spaces, signs and some letters, not "
                f"{''.join(sorted(strange))!r} as in {line!r}"
            )


def plain_text(lines: Sequence[str]) -> tuple[str, ...]:
    """The digits of each line that holds any, a space between numbers."""
    return _without_empty(
        " ".join(re.sub("[^0-9]", "", one) for one in _NUMBER.findall(line)) for line in lines
    )


def signed_text(lines: Sequence[str]) -> tuple[str, ...]:
    """The same with minus signs and decimal points; a decimal comma becomes a point.

    Two points are a date or mark thousands: then neither is one.
    """
    return _without_empty(" ".join(map(_signed, _NUMBER.findall(line))) for line in lines)


def _signed(number: str) -> str:
    points = sum(number.count(one) for one in ".,")
    return re.sub("[.,]", "." if points == 1 else "", number)


def _without_empty(lines: Iterable[str]) -> tuple[str, ...]:
    return tuple(line for line in lines if line)


def _numbers(rng: np.random.Generator) -> list[str]:
    """One to three numbers, nine digits at most."""
    count = int(rng.integers(1, 4))
    return [_number(rng, int(rng.integers(1, 9 // count + 1))) for _ in range(count)]


def _number(rng: np.random.Generator, length: int) -> str:
    return "".join(map(str, rng.integers(0, 10, length)))


def _sum(rng: np.random.Generator) -> str:
    a, b, c = (_number(rng, int(rng.integers(1, 4))) for _ in range(3))
    sign = str(rng.choice(("+", "-", "x", ":")))
    shapes = (
        f"{a} {sign} {b} = {c}",
        f"{rng.choice(('a', 'x', 'y', 'k'))} = {a} {sign} {b}",
        f"( {a} {sign} {b} ) = {c}",
        f"{rng.choice(('kr', 'Nr', 'Haft', 'May'))} {a} {b}",
    )
    return shapes[int(rng.integers(len(shapes)))]

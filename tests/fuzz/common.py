"""What the fuzzers share: how one starts, and what every refusal must look like."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import atheris

Mutator = Callable[[bytes, int, int], bytes]


def fuzz(
    one_input: Callable[[bytes], None], seeds: Iterable[bytes], mutator: Mutator | None = None
) -> None:
    """Runs libFuzzer on `one_input` for ever; its options are the program's, and so is the corpus.

    Args:
        one_input: raises for what must not be.
        seeds: written into the corpus, the first folder that is named, where it is empty.
        mutator: bytes, most bytes, seed to other bytes.
    """
    corpus = next((Path(one) for one in sys.argv[1:] if not one.startswith("-")), None)
    if corpus is not None:
        corpus.mkdir(parents=True, exist_ok=True)
        if not any(corpus.iterdir()):
            for number, seed in enumerate(seeds):
                (corpus / f"seed-{number}").write_bytes(seed)
    if mutator is None:
        atheris.Setup(sys.argv, one_input)
    else:
        atheris.Setup(sys.argv, one_input, custom_mutator=mutator)
    atheris.Fuzz()


def check_refusal(error: Exception) -> None:
    """One line, without what moves a terminal's cursor, and not all of the file."""
    text = str(error)
    assert text, "a refusal without a word"
    assert text.isprintable(), text
    assert len(text) < 1000, text

"""Command lines that are parsed by the commands themselves, and go no further."""

from __future__ import annotations

import argparse
import importlib
import importlib.util
from collections.abc import Sequence

import pytest

from edge.errors import MachineError


class Parsed(BaseException):
    """The arguments were fine; nothing else is done."""

    def __init__(self, parser: argparse.ArgumentParser) -> None:
        super().__init__()
        self.parser = parser


def module_main(module: str):
    spec = importlib.util.find_spec(module)
    assert spec is not None, f"there is no {module}"
    name = f"{module}.__main__" if spec.submodule_search_locations else module
    try:
        return importlib.import_module(name).main
    except ModuleNotFoundError as error:
        pytest.skip(f"{error.name} is not installed (edge environment)")


def parse(words: Sequence[str], monkeypatch: pytest.MonkeyPatch) -> argparse.ArgumentParser:
    """Lets `python -m MODULE ARGUMENTS` parse its arguments, and no more; returns its parser."""
    real = argparse.ArgumentParser.parse_args

    def only_parse(parser, args=None, namespace=None):
        real(parser, args, namespace)
        raise Parsed(parser)

    main = module_main(words[2])
    monkeypatch.setattr(argparse.ArgumentParser, "parse_args", only_parse)
    return parsed_by(main, words[3:])


def parsed_by(main, words: Sequence[str]) -> argparse.ArgumentParser:
    """The parser that a command's `main` comes to, which has been made to stop there."""
    try:
        code = main(list(words))
    except Parsed as parsed:
        return parsed.parser
    if code == MachineError.exit_code:
        pytest.skip("TensorFlow is not installed (edge environment)")
    pytest.fail(f"{words} ended with {code} before its arguments were parsed")


def parser_of(
    module: str, words: Sequence[str], monkeypatch: pytest.MonkeyPatch
) -> argparse.ArgumentParser:
    """The parser of a command, whatever arguments it would need."""

    def refuse(parser, args=None, namespace=None):
        raise Parsed(parser)

    main = module_main(module)
    monkeypatch.setattr(argparse.ArgumentParser, "parse_args", refuse)
    return parsed_by(main, words)

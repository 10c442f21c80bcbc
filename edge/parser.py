"""A command line that is ready sooner than argparse's own."""

from __future__ import annotations

import argparse
from functools import partial

_ANY_WIDTH = 80


class QuickParser(argparse.ArgumentParser):
    """Asks how wide the terminal is when there is help to print, and not before.

    argparse asks for every option that is added, and to ask imports shutil with every
    compressor that there is.
    """

    def __init__(self, prog: str, description: str) -> None:
        """Takes the command as it is typed, and what it does."""
        narrow = partial(argparse.HelpFormatter, width=_ANY_WIDTH)
        super().__init__(prog=prog, description=description, formatter_class=narrow)

    def format_help(self) -> str:
        """The help, as wide as the terminal."""
        self.formatter_class = argparse.HelpFormatter
        return super().format_help()

    def format_usage(self) -> str:
        """The usage, as wide as the terminal."""
        self.formatter_class = argparse.HelpFormatter
        return super().format_usage()

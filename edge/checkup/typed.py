"""How a command must be typed here: an environment that is not active has a Python of its own."""

from __future__ import annotations

import re
import shlex
import shutil
import sys
from pathlib import Path


def typed_here(command: str) -> str:
    """The command with the Python that runs this, where a bare `python` is another one.

    >>> typed_here("pip install numpy")  # in a checkout whose .venv-pi is not active
    '.venv-pi/bin/python -m pip install numpy'
    """
    mine, found = Path(sys.executable).absolute(), shutil.which("python")
    if found is None or Path(found).absolute().parent != mine.parent:
        near = mine.relative_to(Path.cwd()) if mine.is_relative_to(Path.cwd()) else mine
        python = shlex.quote(str(near))
        command = re.sub(r"(^|; )pip ", rf"\g<1>{python} -m pip ", command)
        command = re.sub(r"(^|; )python ", rf"\g<1>{python} ", command)
    return command

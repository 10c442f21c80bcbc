"""What somebody else wrote: read within bounds, believed nothing, told on one line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from edge.errors import InputError

BROKEN = (KeyError, TypeError, ValueError, AttributeError, OverflowError, RecursionError)
"""What taking apart another's JSON can end in; OverflowError for the whole part of 1e999."""

SHOWN = 200
"""Characters of another's words in an error of ours."""

MOST_REASON = 300
"""Characters of a library's reason."""

_BLOCK = 1 << 20


def read_within(path: Path, most_bytes: int) -> bytes:
    """A file's content.

    Raises:
        OSError: it cannot be read.
        InputError: it is larger.
    """
    blocks: list[bytes] = []
    left = most_bytes
    # Block by block: a device or a pipe tells no size, and may have no end.
    with path.open("rb") as stream:
        while left >= 0 and (block := stream.read(_BLOCK)):
            blocks.append(block)
            left -= len(block)
    if left >= 0:
        return b"".join(blocks)
    raise InputError(f"{path} is larger than the {most_bytes >> 20} MB that are read of such files")


def check_file_name(name: Any, manifest: Path) -> None:
    """Refuses what is not the plain name of a file beside its manifest.

    Raises:
        InputError: it leads elsewhere, or is no name at all.
    """
    plain = isinstance(name, str) and Path(name).name == name and name.isprintable()
    if not plain or name in ("", "..") or "\\" in name or len(name) > SHOWN:
        raise InputError(
            f"{manifest} lists the file {str(name)[:SHOWN]!r}; it describes files beside it, "
            "by their names alone"
        )


def brief(error: Exception) -> str:
    """What is wrong on one line, however much of the file is in it."""
    return printable(f"{type(error).__name__}: {error}", SHOWN)


def first_line(error: BaseException) -> str:
    """A library's own reason, without its stack; some repeat what is in the file."""
    return printable((str(error).strip().splitlines() or [type(error).__name__])[0], MOST_REASON)


def printable(text: str, most: int) -> str:
    """Text that cannot move a terminal's cursor, `most` characters of it."""
    shown = " ".join(text[: 4 * most].split())
    return "".join(one if one.isprintable() else "?" for one in shown)[:most]

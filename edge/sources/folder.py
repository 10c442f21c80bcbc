"""Pictures as a source: those of a folder in natural order, or a single one."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from edge.errors import InputError
from edge.frames import Frame
from edge.pictures import load_picture

PICTURE_SUFFIXES = frozenset(
    {".bmp", ".jpeg", ".jpg", ".pbm", ".pgm", ".png", ".ppm", ".tif", ".tiff", ".webp"}
)

PICTURES_A_SECOND = 1.0
"""A folder has no time of its own; recorded or shown, each picture stands for a second."""


class PictureSource:
    """Pictures, one frame each; one that cannot be read is told on stderr and left out."""

    live = False
    film = False
    fps = PICTURES_A_SECOND

    def __init__(self, name: str, paths: Sequence[Path]) -> None:
        """Takes the pictures in the order in which they are to come."""
        self.name = name
        self._paths = tuple(paths)

    def __enter__(self) -> Self:
        """Nothing stays open between two pictures."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Nothing to close."""

    def __iter__(self) -> Iterator[Frame]:
        """All pictures that can be read.

        Raises:
            InputError: none can.
        """
        index = 0
        for path in self._paths:
            try:
                image = load_picture(path)
            except InputError as error:
                if len(self._paths) == 1:
                    raise
                print(f"skipped: {error}", file=sys.stderr)
                continue
            yield Frame(image, index, index / PICTURES_A_SECOND)
            index += 1
        if index == 0:
            raise InputError(f"no picture in {self.name} can be read; use JPEG, PNG, BMP or WebP")


def folder_source(folder: Path) -> PictureSource:
    """The pictures of a folder, page2.jpg before page10.jpg, hidden files left out.

    Raises:
        InputError: the folder cannot be read, or holds no picture.
    """
    try:
        entries = list(folder.iterdir())
    except OSError as error:
        raise InputError(f"cannot read {folder}: {error.strerror}; name another folder") from error
    pictures = [
        path
        for path in entries
        if path.suffix.lower() in PICTURE_SUFFIXES and path.name[0] != "." and path.is_file()
    ]
    if not pictures:
        raise InputError(f"{folder} holds no picture; put JPEG, PNG, BMP or WebP files there")
    return PictureSource(str(folder), sorted(pictures, key=_natural))


def _natural(path: Path) -> tuple[list[tuple[int, str]], str]:
    """Sorts numbers inside names by value; the name itself settles ties such as 1 and 01."""
    # Split by digits, the odd places are numbers in every name, so that like meets like.
    parts = re.split(r"([0-9]+)", path.name.lower())
    return [(int(part), "") if i % 2 else (0, part) for i, part in enumerate(parts)], path.name

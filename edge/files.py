"""Files that are whole or not there: written to a temporary name, then renamed."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from edge.errors import InputError


def sha256_of(path: Path) -> str:
    """The file's SHA-256 as 64 hexadecimal digits."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


@contextlib.contextmanager
def atomic_path(final: Path) -> Iterator[Path]:
    """Yields a temporary path beside `final`; renames it there when the block succeeds.

    Killed at any moment, nothing half-written stands under the final name. The
    temporary name ends like the final one, since many writers choose the format by it.

    Raises:
        InputError: the folder cannot be made or written, or the disk is full.
    """
    import tempfile  # here: whoever only reads starts without it

    temporary: Path | None = None
    try:
        final.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".writing-", suffix=final.name, dir=final.parent)
        os.close(handle)
        temporary = Path(name)
        yield temporary
        # mkstemp makes the file private; a finished artifact is as readable as any other.
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(final)
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(
            f"cannot write {final}: {reason}; choose another place or free some space"
        ) from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current


def write_bytes(final: Path, content: bytes) -> None:
    """Writes `content` to `final` atomically."""
    with atomic_path(final) as temporary:
        temporary.write_bytes(content)


def write_text(final: Path, text: str) -> None:
    """Writes UTF-8 `text` to `final` atomically."""
    write_bytes(final, text.encode("utf-8"))


def write_json(final: Path, document: Any) -> None:
    """Writes `document` as indented JSON with sorted keys, atomically."""
    write_text(final, json.dumps(document, indent=2, sort_keys=True, allow_nan=False) + "\n")

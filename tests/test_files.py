"""Files are whole under their names or not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from edge.errors import InputError
from edge.files import atomic_path, sha256_of, write_json, write_text


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def test_a_finished_file_stands_under_its_name(tmp_path: Path) -> None:
    write_text(tmp_path / "new" / "a.txt", "ink")
    assert (tmp_path / "new" / "a.txt").read_text() == "ink"
    assert names(tmp_path / "new") == ["a.txt"]


def test_a_failed_write_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    final = tmp_path / "a.txt"
    final.write_text("old")

    def fail() -> None:
        with atomic_path(final) as temporary:
            temporary.write_text("half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert final.read_text() == "old"
    assert names(tmp_path) == ["a.txt"]


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match=r"cannot write .*b\.txt"):
        write_text(tmp_path / "file" / "b.txt", "x")


def test_a_full_disk_is_told() -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full on this system")

    def fill() -> None:
        with atomic_path(Path("/tmp/edge-digits-full.txt")), Path("/dev/full").open("w") as stream:  # noqa: S108
            stream.write("x" * 100_000)

    with pytest.raises(InputError, match="No space left"):
        fill()


def test_json_takes_no_nan(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="JSON"):
        write_json(tmp_path / "a.json", {"p50_us": float("nan")})
    assert names(tmp_path) == []


def test_the_hash_is_sha256s(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    assert sha256_of(tmp_path / "a") == (
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )

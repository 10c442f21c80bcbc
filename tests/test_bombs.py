"""Pictures that claim more than they hold are refused by what they claim, undecoded."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edge.errors import InputError
from edge.picture_size import picture_size
from edge.pictures import MOST_PIXELS, PIXELS_VARIABLE, load_picture
from edge.sources import open_source
from edge.sources.folder import folder_source
from tests.support import Run, one_line_error

SUFFIXES = [".png", ".jpg", ".bmp", ".webp", ".tiff", ".pbm", ".pgm", ".ppm"]
HUGE = 50_000


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int, height: int) -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 9)) + chunk(b"IEND", b"")
    )


def bmp(width: int, height: int) -> bytes:
    return b"BM" + struct.pack("<IIIIiiHHIIIIII", 99, 0, 54, 40, width, height, 1, 24, *[0] * 6)


def jpeg(width: int, height: int) -> bytes:
    comment = b"\xff\xfe" + struct.pack(">H", 2 + 9) + b"\xff\xc0 a trap"[:9]
    frame = struct.pack(">HBHHB", 17, 8, height, width, 3) + bytes(9)
    return b"\xff\xd8" + comment + b"\xff\xff\xff\xc2" + frame + b"\xff\xda" + bytes(40)


def webp(width: int, height: int) -> bytes:
    sides = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"VP8X" + struct.pack("<I", 10) + bytes(4) + sides
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WEBP" + body


def tiff(width: int, height: int, *, tiles: bool = False) -> bytes:
    sides = [(256, 8), (257, 8), (322, width), (323, height)]
    tags = sides if tiles else [(256, width), (257, height)]
    body = b"".join(struct.pack(">HHII", tag, 4, 1, value) for tag, value in tags)
    return b"MM\0*" + struct.pack(">IH", 8, len(tags)) + body + bytes(4)


def big_tiff(width: int, height: int) -> bytes:
    body = b"".join(
        struct.pack("<HHQII", tag, 4, 1, value, 0) for tag, value in ((256, width), (257, height))
    )
    return b"II+\0" + struct.pack("<HHQQ", 8, 0, 16, 2) + body + bytes(8)


def gif(width: int, height: int) -> bytes:
    return b"GIF89a" + struct.pack("<HH", width, height) + bytes(20)


def portable(width: int, height: int) -> bytes:
    return f"P6 # {'a comment' * 3}\n{width}\n{height} 255\n".encode() + bytes(9)


BOMBS = [png, bmp, jpeg, webp, tiff, big_tiff, gif, portable]


@pytest.fixture
def nothing_decodes(monkeypatch: pytest.MonkeyPatch) -> None:
    def decode(*_: object) -> None:
        raise AssertionError("it was decoded")

    monkeypatch.setattr(cv2, "imdecode", decode)


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("size", [(31, 17), (1, 1), (640, 3)], ids=str)
def test_the_size_is_what_opencv_decodes(suffix: str, size: tuple[int, int]) -> None:
    picture = np.random.default_rng(3).integers(0, 256, (size[1], size[0], 3), np.uint8)
    if suffix in {".pbm", ".pgm"}:
        picture = picture[..., 0].copy()
    there, content = cv2.imencode(suffix, picture)
    assert there
    assert picture_size(content.tobytes()) == size
    decoded = cv2.imdecode(content, cv2.IMREAD_COLOR)
    assert decoded is not None
    assert decoded.shape[1::-1] == size


def test_lossless_webp_has_its_size() -> None:
    there, content = cv2.imencode(
        ".webp", np.zeros((33, 65, 3), np.uint8), [cv2.IMWRITE_WEBP_QUALITY, 101]
    )
    assert there
    assert content.tobytes()[12:16] == b"VP8L"
    assert picture_size(content.tobytes()) == (65, 33)


@pytest.mark.parametrize("bomb", BOMBS, ids=lambda bomb: bomb.__name__)
def test_a_bomb_is_refused_before_it_is_decoded(
    bomb: object, tmp_path: Path, nothing_decodes: None
) -> None:
    assert callable(bomb)
    content = bomb(HUGE, HUGE)
    assert len(content) <= 130
    path = tmp_path / "bomb"
    path.write_bytes(content)
    with pytest.raises(InputError, match="claims 50,000 x 50,000 pixels") as told:
        load_picture(path)
    assert "\n" not in str(told.value)
    assert PIXELS_VARIABLE in str(told.value)


def test_tiles_larger_than_their_picture_are_refused(tmp_path: Path, nothing_decodes: None) -> None:
    path = tmp_path / "tiles.tiff"
    path.write_bytes(tiff(HUGE, HUGE, tiles=True))
    with pytest.raises(InputError, match="claims"):
        load_picture(path)


@pytest.mark.parametrize("length", [0x7FFFFFFF, 0x02020202, 100])
def test_a_png_whose_chunk_claims_to_be_longer_than_the_file_is_refused(
    length: int, tmp_path: Path, nothing_decodes: None
) -> None:
    """Found by fuzzing: 67 bytes took OpenCV 3 GB and six seconds."""
    whole = png(40, 30)
    at = whole.index(b"IDAT") - 4
    path = tmp_path / "a.png"
    path.write_bytes(whole[:at] + struct.pack(">I", length) + whole[at + 4 :])
    with pytest.raises(InputError, match="not a picture"):
        load_picture(path)


def test_a_second_size_in_a_png_counts_as_well(tmp_path: Path, nothing_decodes: None) -> None:
    small, large = png(40, 30), png(HUGE, HUGE)
    head = large[8 : 8 + 25]
    path = tmp_path / "a.png"
    path.write_bytes(small[:33] + head + small[33:])
    with pytest.raises(InputError, match="claims 50,000"):
        load_picture(path)


def test_a_bitmap_upside_down_is_as_large() -> None:
    assert picture_size(bmp(HUGE, -HUGE)) == (HUGE, HUGE)


@pytest.mark.parametrize("bomb", BOMBS, ids=lambda bomb: bomb.__name__)
def test_a_head_that_is_cut_off_is_told(bomb: object, tmp_path: Path) -> None:
    assert callable(bomb)
    whole = bomb(40, 30)
    path = tmp_path / "cut"
    for length in range(len(whole)):
        assert picture_size(whole[:length]) in {None, (40, 30)}
        path.write_bytes(whole[:length])
        with pytest.raises(InputError, match="not a picture that can be read"):
            load_picture(path)


def test_what_has_no_size_that_is_known_is_not_decoded(
    tmp_path: Path, nothing_decodes: None
) -> None:
    path = tmp_path / "a.hdr"
    path.write_bytes(b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 60000 +X 60000\n" + bytes(99))
    with pytest.raises(InputError, match="not a picture"):
        load_picture(path)


@settings(deadline=None, max_examples=300, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_bytes_have_a_size_or_none(data: st.DataObject) -> None:
    head = bytearray(data.draw(st.sampled_from(BOMBS))(40, 30))
    for at, value in data.draw(st.lists(st.tuples(st.integers(2, 129), st.integers(0, 255)))):
        head[at % len(head)] = value
    size = picture_size(bytes(head))
    assert size is None or min(size) >= 0


def test_the_limit_is_opencvs_own_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.png"
    there, content = cv2.imencode(".png", np.zeros((20, 20, 3), np.uint8))
    assert there
    path.write_bytes(content.tobytes())
    monkeypatch.setenv(PIXELS_VARIABLE, "399")
    with pytest.raises(InputError, match="more than 399"):
        load_picture(path)
    monkeypatch.setenv(PIXELS_VARIABLE, "400")
    assert load_picture(path).shape == (20, 20, 3)
    monkeypatch.setenv(PIXELS_VARIABLE, "nonsense")
    assert load_picture(path).shape == (20, 20, 3)
    assert MOST_PIXELS == 200_000_000


def test_a_bomb_in_a_folder_costs_nothing_but_itself(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "1.png").write_bytes(png(HUGE, HUGE))
    there, content = cv2.imencode(".png", np.full((48, 64, 3), 255, np.uint8))
    assert there
    (tmp_path / "2.png").write_bytes(content.tobytes())
    with folder_source(tmp_path) as source:
        assert [frame.image.shape for frame in source] == [(48, 64, 3)]
    assert "claims 50,000 x 50,000" in capsys.readouterr().err


def test_a_video_that_claims_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 25.0, (64, 48))
    writer.write(np.zeros((48, 64, 3), np.uint8))
    writer.release()
    monkeypatch.setenv(PIXELS_VARIABLE, str(64 * 48 - 1))
    with pytest.raises(InputError, match="claims 64 x 48"), open_source(str(path)):
        pass


def test_a_bomb_on_the_command_line_is_one_line(tmp_path: Path, run: Run) -> None:
    bomb = tmp_path / "bomb.png"
    bomb.write_bytes(png(HUGE, HUGE))
    result = run("edge.read", bomb)
    assert result.returncode == 2
    assert "claims 50,000 x 50,000 pixels" in one_line_error(result)


def test_a_file_without_an_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edge.pictures._LARGEST_FILE", 5 << 20)
    with pytest.raises(InputError, match="larger than the 5 MB"):
        load_picture(Path("/dev/zero"))

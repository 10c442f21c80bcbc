"""How large a picture claims to be, read from its first bytes: nothing is decoded.

A hundred bytes can claim 50,000 x 50,000 pixels, and a decoder takes the memory for them
before it finds out that they are not there.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable

Size = tuple[int, int]

_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_BARE = frozenset({0x01, *range(0xD0, 0xD8)})  # markers that no length follows
_TIFF_WIDTH, _TIFF_HEIGHT, _TIFF_TILE_WIDTH, _TIFF_TILE_HEIGHT = 256, 257, 322, 323
_TIFF_TYPES = {1: "B", 3: "H", 4: "I", 16: "Q"}
_MOST_TAGS = 4096


def picture_size(content: bytes) -> Size | None:
    """Width and height in pixels that a picture file claims.

    Knows PNG, JPEG, BMP, WebP, TIFF, GIF and the portable PBM, PGM and PPM. Of a TIFF the
    first picture counts, or its tiles where they claim more.

    Args:
        content: the file's bytes.

    Returns:
        Both sides, 0 or more, or None for another kind of file or a head that is cut off.
    """
    for signature, read in _READERS:
        if signature.match(content):
            try:
                return read(content)
            except (struct.error, IndexError, ValueError, OverflowError):
                return None
    return None


def _png(content: bytes) -> Size | None:
    # OpenCV takes the memory that a chunk's length claims before it looks whether the file is
    # as long (67 bytes took 3 GB), and decodes no file that is cut off: neither is sized here.
    at, found = 8, (0, 0)
    while at < len(content):
        length, kind = struct.unpack_from(">I4s", content, at)
        if kind == b"IHDR":
            found = max(found, _two(">II", content, at + 8), key=_area)
        at += 12 + length
        if kind == b"IEND":
            return found if at <= len(content) else None
    return None


def _bmp(content: bytes) -> Size:
    (head,) = struct.unpack_from("<I", content, 14)
    if head == 12:  # OS/2's
        return _two("<HH", content, 18)
    width, height = _two("<ii", content, 18)
    return abs(width), abs(height)  # negative: from top to bottom


def _gif(content: bytes) -> Size:
    return _two("<HH", content, 6)


def _webp(content: bytes) -> Size | None:
    kind = content[12:16]
    if kind == b"VP8X":
        width, height = (int.from_bytes(content[at : at + 3], "little") for at in (24, 27))
        return (width + 1, height + 1) if len(content) >= 30 else None
    if kind == b"VP8L":
        (bits,) = struct.unpack_from("<I", content, 21)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 ":
        width, height = _two("<HH", content, 26)
        return width & 0x3FFF, height & 0x3FFF
    return None


def _jpeg(content: bytes) -> Size | None:
    at = 2
    while True:
        # Between segments any number of 0xFF may stand; what else does is skipped as libjpeg does.
        at = content.index(b"\xff", at)
        while content[at] == 0xFF:
            at += 1
        marker = content[at]
        at += 1
        if marker in _JPEG_FRAMES:
            height, width = _two(">HH", content, at + 3)
            return width, height
        if marker in (0xD9, 0xDA):  # the end, or the data, before any frame
            return None
        if marker not in _JPEG_BARE and marker != 0:
            (length,) = struct.unpack_from(">H", content, at)
            at += length


def _tiff(content: bytes) -> Size | None:
    order = "<" if content[:1] == b"I" else ">"
    (version,) = struct.unpack_from(order + "H", content, 2)
    # BigTIFF has 8-byte offsets, and a count of tags as wide.
    big = version == 43
    (at,) = struct.unpack_from(order + ("Q" if big else "I"), content, 8 if big else 4)
    (count,) = struct.unpack_from(order + ("Q" if big else "H"), content, at)
    at += 8 if big else 2
    step, value_at = (20, 12) if big else (12, 8)
    found: dict[int, int] = {}
    for place in range(at, at + step * min(count, _MOST_TAGS), step):
        tag, kind = struct.unpack_from(order + "HH", content, place)
        if _TIFF_WIDTH <= tag <= _TIFF_TILE_HEIGHT and kind in _TIFF_TYPES:
            (value,) = struct.unpack_from(order + _TIFF_TYPES[kind], content, place + value_at)
            found[tag] = max(value, found.get(tag, 0))
    if _TIFF_WIDTH not in found or _TIFF_HEIGHT not in found:
        return None
    whole = found[_TIFF_WIDTH], found[_TIFF_HEIGHT]
    tile = found.get(_TIFF_TILE_WIDTH, 0), found.get(_TIFF_TILE_HEIGHT, 0)
    return max(whole, tile, key=_area)


def _portable(content: bytes) -> Size | None:
    head = re.sub(rb"#[^\r\n]*", b" ", content[:65536])
    found = re.match(rb"P[1-6]\s+([0-9]{1,9})\s+([0-9]{1,9})\s", head)
    return (int(found[1]), int(found[2])) if found else None


def _area(size: Size) -> int:
    return size[0] * size[1]


def _two(form: str, content: bytes, at: int) -> Size:
    first, second = struct.unpack_from(form, content, at)
    return first, second


_READERS: tuple[tuple[re.Pattern[bytes], Callable[[bytes], Size | None]], ...] = (
    (re.compile(rb"\x89PNG\r\n\x1a\n"), _png),
    (re.compile(rb"\xff\xd8\xff"), _jpeg),
    (re.compile(rb"BM"), _bmp),
    (re.compile(rb"RIFF.{4}WEBP", re.DOTALL), _webp),
    (re.compile(rb"II[*+]\0|MM\0[*+]"), _tiff),
    (re.compile(rb"GIF8[79]a"), _gif),
    (re.compile(rb"P[1-6]\s"), _portable),
)

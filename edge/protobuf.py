"""The fields of a protobuf message, found in its bytes: no protobuf package on a Pi.

Source: the Protocol Buffers encoding, https://protobuf.dev/programming-guides/encoding
"""

from __future__ import annotations

from collections.abc import Iterator

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_TAG_BITS = (1 << 32) - 1


def fields(message: bytes | memoryview) -> Iterator[tuple[int, int, int, int]]:
    """Number, begin, begin of the value and end of each field.

    Raises:
        ValueError, IndexError: the message is broken, or has groups, which nobody writes.
    """
    at = 0
    while at < len(message):
        begin = at
        tag, at = varint(message, at)
        tag &= _TAG_BITS
        value, wire = at, tag & 7
        if wire == _VARINT:
            _, at = varint(message, at)
        elif wire == _BYTES:
            size, value = varint(message, at)
            at = value + size
        elif wire in (_FIXED64, _FIXED32):
            at += 8 if wire == _FIXED64 else 4
        else:
            raise ValueError(f"wire type {wire}")
        if at > len(message):
            raise ValueError("a field that ends behind the message")
        yield tag >> 3, begin, value, at


def varint(message: bytes | memoryview, at: int) -> tuple[int, int]:
    """A base-128 number and the place behind it; errors are those of `fields`."""
    number = shift = 0
    while True:
        byte = message[at]
        at += 1
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return number, at
        shift += 7
        if shift > 63:
            raise ValueError("a varint that does not end")

"""Make small recordings for tests: silence in the format Ogg Opus, with any length, channels and tags."""

import struct
from collections.abc import Iterator, Sequence

_SILENCE = b"\xf8\xff\xfe"  # 20 ms of one channel
_PACKET_SAMPLES = 960
_SKIPPED = 312
_PACKETS = 50  # at most, in one page
_FIRST, _LAST = 2, 4  # kinds of pages


def opus_file(seconds: float = 1.0, *, channels: int = 1, tags: Sequence[bytes] = (), stream: int = 7) -> bytes:
    """Return a recording of silence. A long one has only the packets of its first minute."""
    head = struct.pack("<8sBBHIhB", b"OpusHead", 1, channels, _SKIPPED, 48_000, 0, 0)
    comments = b"".join(_with_length(tag) for tag in tags)
    tag_packet = b"OpusTags" + _with_length(b"test") + struct.pack("<I", len(tags)) + comments
    pages = [_page([head], 0, stream, number=0, kind=_FIRST), _page([tag_packet], 0, stream, number=1)]
    pages += _sound(seconds, stream)
    return b"".join(pages)


def _sound(seconds: float, stream: int) -> Iterator[bytes]:
    total = max(1, round(min(seconds, 60.0) * 48_000 / _PACKET_SAMPLES))
    for at in range(0, total, _PACKETS):
        count = min(_PACKETS, total - at)
        is_last = at + count == total
        end = _SKIPPED + (round(seconds * 48_000) if is_last else (at + count) * _PACKET_SAMPLES)
        yield _page([_SILENCE] * count, end, stream, number=2 + at // _PACKETS, kind=_LAST if is_last else 0)


def _with_length(text: bytes) -> bytes:
    return struct.pack("<I", len(text)) + text


def _page(packets: Sequence[bytes], end: int, stream: int, *, number: int, kind: int = 0) -> bytes:
    lengths = b"".join(b"\xff" * (len(packet) // 255) + bytes([len(packet) % 255]) for packet in packets)
    fields = ("<4sBBqIII", b"OggS", 0, kind, end, stream, number)
    rest = bytes([len(lengths)]) + lengths + b"".join(packets)
    return struct.pack(*fields, _checksum(struct.pack(*fields, 0) + rest)) + rest


def _checksum(page: bytes) -> int:
    """Return the checksum of a page, in which the checksum itself is 0 (RFC 3533)."""
    value = 0
    for byte in page:
        value ^= byte << 24
        for _ in range(8):
            value = (value << 1 ^ 0x04C11DB7 if value & 0x80000000 else value << 1) & 0xFFFFFFFF
    return value

"""Read the properties of an Ogg Opus file: channels, length and tags (RFC 3533, RFC 7845)."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

_PAGE = struct.Struct("<4sBBqIIIB")  # mark, version, kind, end of the sound, stream, number, checksum, segments
_HEAD = struct.Struct("<8sBBHIhB")  # mark, version, channels, samples to skip, rate, gain, mapping
_LENGTH = struct.Struct("<I")
_RATE = 48_000  # in which Opus counts samples, whatever the rate of the recording was
_FULL = 255  # bytes of a segment after which its packet goes on


class NotOpus(Exception):
    """The bytes are not a valid Ogg Opus file. The message says what is wrong."""


@dataclass(frozen=True, slots=True)
class OpusFacts:
    """The facts about a recording: its channels, its length in seconds, and the names of its tags."""

    channels: int
    seconds: float
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Page:
    end: int  # of the sound in this page, in samples since the beginning; -1 when no packet ends in it
    stream: int
    segments: tuple[bytes, ...]


def read_opus(content: bytes) -> OpusFacts:
    """Return the facts about the recording `content`. Raises NotOpus if `content` is not Ogg Opus, or is cut off."""
    pages = list(_pages(content))
    if len({page.stream for page in pages}) > 1:
        raise NotOpus("it has more than one stream")
    packets = _packets(pages)
    channels, skipped = _head(next(packets, b""))
    tags = _tags(next(packets, b""))
    samples = max(page.end for page in pages) - skipped
    return OpusFacts(channels, max(samples, 0) / _RATE, tags)


def _pages(content: bytes) -> Iterator[_Page]:
    at = 0
    while at < len(content):
        if len(content) < at + _PAGE.size:
            raise NotOpus("it is cut off")
        mark, _, _, end, stream, _, _, count = _PAGE.unpack_from(content, at)
        if mark != b"OggS":
            raise NotOpus("it is damaged" if at else "it is no Ogg file")
        lengths = content[at + _PAGE.size : at + _PAGE.size + count]
        at += _PAGE.size + count
        if len(content) < at + sum(lengths):
            raise NotOpus("it is cut off")
        yield _Page(end, stream, tuple(_segments(content, at, lengths)))
        at += sum(lengths)


def _segments(content: bytes, at: int, lengths: bytes) -> Iterator[bytes]:
    for length in lengths:
        yield content[at : at + length]
        at += length


def _packets(pages: list[_Page]) -> Iterator[bytes]:
    """Yield the packets of a file from its `pages`.

    A packet consists of one or more segments, also from several pages. A segment shorter than 255 bytes is the last
    of its packet.
    """
    packet = bytearray()
    for page in pages:
        for segment in page.segments:
            packet += segment
            if len(segment) < _FULL:
                yield bytes(packet)
                packet.clear()


def _head(packet: bytes) -> tuple[int, int]:
    """Return the number of channels, and the number of samples to skip at the beginning of the recording.

    `packet` is the first packet of the file, the header. Raises NotOpus if it is not a header of Opus.
    """
    if len(packet) < _HEAD.size or not packet.startswith(b"OpusHead"):
        raise NotOpus("its sound is not in the format Opus")
    _, _, channels, skipped, _, _, _ = _HEAD.unpack_from(packet)
    return channels, skipped


def _tags(packet: bytes) -> tuple[str, ...]:
    """Return the names of the file's tags in capitals, each once.

    `packet` is the second packet of the file. Raises NotOpus if it has no tags, or damaged ones.
    """
    if not packet.startswith(b"OpusTags"):
        raise NotOpus("its tags are missing")
    try:
        texts = list(_tag_texts(packet))
    except struct.error:
        raise NotOpus("its tags are damaged") from None
    names = (text.partition(b"=")[0].decode("ascii", "replace").upper() for text in texts)
    return tuple(dict.fromkeys(names))


def _tag_texts(packet: bytes) -> Iterator[bytes]:
    at = len(b"OpusTags")
    (length,) = _LENGTH.unpack_from(packet, at)  # of the name of the program
    at += _LENGTH.size + length
    (count,) = _LENGTH.unpack_from(packet, at)
    for _ in range(count):
        at += _LENGTH.size
        (length,) = _LENGTH.unpack_from(packet, at)
        yield packet[at + _LENGTH.size : at + _LENGTH.size + length]
        at += length

"""Read the type, width and height of an image from its first bytes."""

import re
from dataclasses import dataclass

# JPEG markers of frames that carry a size, without the tables in the same range (C4, C8, CC).
_JPEG_FRAME = re.compile(rb"[\xc0-\xc3\xc5-\xc7\xc9-\xcb\xcd-\xcf]")


@dataclass(frozen=True, slots=True)
class ImageInfo:
    """The MIME type of an image, and its width and height in pixels."""

    mime: str
    width: int
    height: int


def image_info(data: bytes) -> ImageInfo | None:
    """Return the type and size of a PNG, JPEG, GIF or WebP image; None for any other data."""
    if data.startswith(b"\x89PNG\r\n\x1a\n") and len(data) >= 24:
        return ImageInfo("image/png", _big_endian(data[16:20]), _big_endian(data[20:24]))
    if data[:6] in (b"GIF87a", b"GIF89a") and len(data) >= 10:
        return ImageInfo("image/gif", _little_endian(data[6:8]), _little_endian(data[8:10]))
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP" and len(data) >= 30:
        return _webp(data)
    return _jpeg(data) if data.startswith(b"\xff\xd8") else None


def _jpeg(data: bytes) -> ImageInfo | None:
    position = 2
    while position + 9 <= len(data) and data[position] == 0xFF:
        if _JPEG_FRAME.match(data, position + 1):
            return ImageInfo(
                "image/jpeg",
                _big_endian(data[position + 7 : position + 9]),
                _big_endian(data[position + 5 : position + 7]),
            )
        position += 2 + _big_endian(data[position + 2 : position + 4])
    return None


def _webp(data: bytes) -> ImageInfo | None:
    match data[12:16]:
        case b"VP8 ":
            return ImageInfo("image/webp", _little_endian(data[26:28]) & 0x3FFF, _little_endian(data[28:30]) & 0x3FFF)
        case b"VP8L":
            bits = _little_endian(data[21:25])
            return ImageInfo("image/webp", (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
        case b"VP8X":
            return ImageInfo("image/webp", _little_endian(data[24:27]) + 1, _little_endian(data[27:30]) + 1)
    return None


def _big_endian(data: bytes) -> int:
    return int.from_bytes(data, "big")


def _little_endian(data: bytes) -> int:
    return int.from_bytes(data, "little")

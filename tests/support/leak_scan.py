"""Search files for the ids of people and for the token, in every form in which software usually writes them.

`scan(folders, ids, token)` reads every file below the folders, and its name. Forms of an id: decimal, Persian
and Arabic digits, UTF-16, hex, 5, 6 and 8 bytes in both byte orders, varint, base64 of digits and of bytes at
three alignments, SHA-256 of the digits, in hex and raw. The token is searched as text in the same forms, also
without the number before its colon.

Five bytes match by chance once in 10^12 positions: with 500 ids, once in about 300 megabytes of random bytes.
"""

import base64
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

_PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
_ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_PREFIX_SIZE = 5  # bytes by which a needle is looked up; none is shorter


@dataclass(frozen=True, slots=True)
class Finding:
    """A secret that a file holds, and the form in which it does."""

    file: Path
    secret: str
    form: str


@dataclass(frozen=True, slots=True)
class _Needle:
    """The bytes of a secret in one form."""

    content: bytes
    secret: str
    form: str


def scan(folders: Iterable[Path], ids: Iterable[int], token: str) -> list[Finding]:
    """Return every secret in every file, each form once for each file."""
    needles = _by_prefix([*(needle for number in ids for needle in _of_id(number)), *_of_token(token)])
    files = sorted({file for folder in folders for file in folder.rglob("*") if file.is_file()})
    return [finding for file in files for finding in _in_file(file, needles)]


def _by_prefix(needles: Iterable[_Needle]) -> dict[bytes, list[_Needle]]:
    by_prefix = defaultdict(list)
    for needle in needles:
        assert len(needle.content) >= _PREFIX_SIZE, needle
        by_prefix[needle.content[:_PREFIX_SIZE]].append(needle)
    return dict(by_prefix)


def _in_file(file: Path, needles: dict[bytes, list[_Needle]]) -> list[Finding]:
    content = str(file).encode() + b"\0" + file.read_bytes()
    positions = [at for at in range(len(content) - _PREFIX_SIZE + 1) if content[at : at + _PREFIX_SIZE] in needles]
    findings = {
        Finding(file, needle.secret, needle.form)
        for at in positions
        for needle in needles[content[at : at + _PREFIX_SIZE]]
        if content.startswith(needle.content, at)
    }
    return sorted(findings, key=lambda finding: (finding.secret, finding.form))


def _of_id(number: int) -> Iterator[_Needle]:
    secret = str(number)
    yield from _of_text(secret, secret)
    yield _Needle(secret.translate(_PERSIAN).encode(), secret, "Persian digits")
    yield _Needle(secret.translate(_ARABIC).encode(), secret, "Arabic digits")
    for digits in (f"{number:x}", f"{number:X}"):
        yield _Needle(digits.encode(), secret, "hex of the number")
    for size in (5, 6, 8):
        if number < 1 << 8 * size:
            yield from _of_bytes(number, size, secret)
    yield _Needle(_varint(number), secret, "varint")


def _of_bytes(number: int, size: int, secret: str) -> Iterator[_Needle]:
    for order, name in (("big", "big endian"), ("little", "little endian")):
        content = number.to_bytes(size, "big" if order == "big" else "little")
        yield _Needle(content, secret, f"{size} bytes {name}")
        yield from _base64(content, secret, f"base64 of {size} bytes {name}")
        yield _Needle(content.hex().encode(), secret, f"hex of {size} bytes {name}")


def _of_token(token: str) -> Iterator[_Needle]:
    yield from _of_text(token, "the token")
    yield from _of_text(token.partition(":")[2], "the token's secret half")


def _of_text(text: str, secret: str) -> Iterator[_Needle]:
    content = text.encode()
    yield _Needle(content, secret, "text")
    yield _Needle(text.encode("utf-16-le"), secret, "UTF-16 little endian")
    yield _Needle(text.encode("utf-16-be"), secret, "UTF-16 big endian")
    yield _Needle(content.hex().encode(), secret, "hex of the text")
    yield from _base64(content, secret, "base64 of the text")
    digest = hashlib.sha256(content)
    yield _Needle(digest.digest(), secret, "SHA-256")
    yield _Needle(digest.hexdigest().encode(), secret, "SHA-256 in hex")
    yield _Needle(digest.hexdigest().upper().encode(), secret, "SHA-256 in hex")


def _base64(content: bytes, secret: str, form: str) -> Iterator[_Needle]:
    """Yield the letters of base64 that depend on `content` alone, whatever precedes and follows it."""
    for offset in range(3):
        bits = 8 * offset, 8 * (offset + len(content))
        letters = slice(-(-bits[0] // 6), bits[1] // 6)
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            needle = encode(bytes(offset) + content + b"\0\0")[letters]
            if len(needle) >= _PREFIX_SIZE:
                yield _Needle(needle, secret, form)


def _varint(number: int) -> bytes:
    """Return the number with seven bits in each byte, the lowest first (protobuf, LEB128)."""
    content = bytearray()
    while number > 0x7F:
        content.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*content, number])

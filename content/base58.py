"""Write bytes as letters and digits that people can copy from one app to another without loss.

The alphabet of base58 has no sign that a chat app would turn into formatting, such as the underscore of base64, and
no two letters that look alike. Byte strings of equal length are always encoded to texts of equal length.
"""

from math import ceil, log2

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def length_of(size: int) -> int:
    """Return the number of characters that `encode` returns for `size` bytes."""
    return ceil(size * 8 / log2(58))


def encode(data: bytes) -> str:
    """Return `data` as base58 text. Byte strings of equal length give texts of equal length."""
    number, characters = int.from_bytes(data, "big"), list[str]()
    for _ in range(length_of(len(data))):
        number, digit = divmod(number, 58)
        characters.append(ALPHABET[digit])
    return "".join(reversed(characters))


def decode(text: str, size: int) -> bytes | None:
    """Return the `size` bytes that are encoded as `text`; None if `text` is not the encoding of `size` bytes."""
    if len(text) != length_of(size) or any(character not in ALPHABET for character in text):
        return None
    number = 0
    for character in text:
        number = number * 58 + ALPHABET.index(character)
    return number.to_bytes(size, "big") if number < 1 << size * 8 else None

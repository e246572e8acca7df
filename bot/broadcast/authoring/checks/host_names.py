"""Normalize host names to the form used for DNS lookups, and detect names that imitate other names. Pure."""

import re
import unicodedata
from ipaddress import AddressValueError, IPv4Address, IPv6Address

DOTS = str.maketrans({"\u3002": "."})  # browsers read the Chinese full stop as a dot
# Cyrillic and Greek letters that look like Latin ones.
_LOOKALIKES = frozenset("асеорхуіјѕԁһԛԝӏкαεηικνορτυχωγ")

_USUAL_MIX = frozenset({"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HANGUL", "LATIN"})  # scripts


def normalized(host: str) -> str:
    """Return a host name in NFKC form and case-folded, with an ideographic full stop as a dot."""
    return unicodedata.normalize("NFKC", host).translate(DOTS).casefold()


def canonical(host: str) -> str:
    """Return a host name in the form used for DNS lookups, or an IP address in its usual notation.

    A name is returned in Punycode, without a leading `www.` and without a trailing dot.
    """
    bare = host.rstrip(".").removeprefix("www.")
    if address := ip_address(bare.strip("[]")):
        return address
    return ".".join(map(_punycode, bare.split(".")))


def _punycode(label: str) -> str:
    try:
        return label.encode("idna").decode()
    except UnicodeError:
        return label


def ip_address(host: str) -> str:
    """Return `host` as an IP address in its usual notation; "" if `host` is no IP address.

    Like browsers, accept an IPv4 address of one to four numbers, each of them decimal, octal or hexadecimal.
    """
    if ":" in host:
        try:
            return f"[{IPv6Address(host)}]"
        except AddressValueError:
            return ""
    numbers = [number for part in host.split(".") if (number := _parse_number(part)) is not None]
    if len(numbers) != host.count(".") + 1 or len(numbers) > 4 or any(number > 255 for number in numbers[:-1]):
        return ""
    *first, last = numbers
    if last >= 256 ** (5 - len(numbers)):
        return ""
    return str(IPv4Address(sum(number << (24 - 8 * index) for index, number in enumerate(first)) + last))


def _parse_number(part: str) -> int | None:
    for pattern, base in ((r"0x[0-9a-f]{0,20}", 16), (r"0[0-7]{1,20}", 8), (r"[0-9]{1,20}", 10)):
        if re.fullmatch(pattern, part, re.IGNORECASE | re.ASCII):
            return int(part.lower().removeprefix("0x") or "0", base)
    return None


def imitates_other(host: str) -> bool:
    """Return whether a label of `host` could be mistaken for another name.

    Such a label mixes scripts, or consists only of Cyrillic or Greek letters that look like Latin ones.
    """
    labels = [_decoded(label) for label in host.partition(":")[0].rstrip(".").split(".")]
    return any(_is_imitation(label, is_latin_domain=labels[-1].isascii()) for label in labels)


def _decoded(label: str) -> str:
    try:
        return label.encode("ascii").decode("idna") if label.startswith("xn--") else label
    except UnicodeError:
        return label


def _is_imitation(label: str, *, is_latin_domain: bool) -> bool:
    letters = [character for character in label if character.isalpha()]
    scripts = {unicodedata.name(letter, "?").partition(" ")[0] for letter in letters}
    is_cyrillic_or_greek = bool(scripts & {"CYRILLIC", "GREEK"})
    if is_cyrillic_or_greek and is_latin_domain and all(letter in _LOOKALIKES for letter in letters):
        return True
    return len(scripts) > 1 and not scripts <= _USUAL_MIX

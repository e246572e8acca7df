"""Host names in one form, as they are looked up, and those that are made to look like others. Pure."""

import re
import unicodedata
from ipaddress import AddressValueError, IPv4Address, IPv6Address

DOTS = str.maketrans({"\u3002": "."})  # browsers read the full stop of Chinese as a dot
# Letters of Cyrillic and Greek that are drawn as Latin ones.
_LOOKALIKES = frozenset("асеорхуіјѕԁһԛԝӏкαεηικνορτυχωγ")

_TOGETHER = frozenset({"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HANGUL", "LATIN"})  # as is usual there


def folded(host: str) -> str:
    return unicodedata.normalize("NFKC", host).translate(DOTS).casefold()


def canonical(host: str) -> str:
    """A host as it is looked up: in Punycode, without `www.` and a last dot, and a number in its usual form."""
    bare = host.rstrip(".").removeprefix("www.")
    if found := number(bare.strip("[]")):
        return found
    return ".".join(map(_ascii, bare.split(".")))


def _ascii(label: str) -> str:
    try:
        return label.encode("idna").decode()
    except UnicodeError:
        return label


def number(host: str) -> str:
    """An IP address in its usual form, '' for a name. Browsers read one to four parts, in decimal, octal and hex."""
    if ":" in host:
        try:
            return f"[{IPv6Address(host)}]"
        except AddressValueError:
            return ""
    parts = host.split(".")
    numbers = [_part(part) for part in parts]
    if not 1 <= len(parts) <= 4 or None in numbers or any(one > 255 for one in numbers[:-1] if one is not None):
        return ""
    *first, last = [one for one in numbers if one is not None]
    if last >= 256 ** (5 - len(parts)):
        return ""
    return str(IPv4Address(sum(one << (24 - 8 * at) for at, one in enumerate(first)) + last))


def _part(part: str) -> int | None:
    for pattern, base in ((r"0x[0-9a-f]{0,20}", 16), (r"0[0-7]{1,20}", 8), (r"[0-9]{1,20}", 10)):
        if re.fullmatch(pattern, part, re.IGNORECASE | re.ASCII):
            return int(part.lower().removeprefix("0x") or "0", base)
    return None


def is_mixed(host: str) -> bool:
    """Whether a label mixes scripts, or is of letters that are drawn as Latin ones: it looks like another host."""
    labels = [_decoded(label) for label in host.partition(":")[0].rstrip(".").split(".")]
    return any(_deceives(label, is_latin=labels[-1].isascii()) for label in labels)


def _decoded(label: str) -> str:
    try:
        return label.encode("ascii").decode("idna") if label.startswith("xn--") else label
    except UnicodeError:
        return label


def _deceives(label: str, is_latin: bool) -> bool:
    scripts = {unicodedata.name(one, "?").partition(" ")[0] for one in label if one.isalpha()}
    if scripts & {"CYRILLIC", "GREEK"} and (is_latin and all(one in _LOOKALIKES for one in label if one.isalpha())):
        return True
    return len(scripts) > 1 and not scripts <= _TOGETHER

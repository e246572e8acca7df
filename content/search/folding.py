"""Folding: the one spelling behind the many in which people type English, Dari, Pashto and Latin-letter Dari.

Only for comparing; nobody is shown folded text.
"""

import re
import unicodedata

# Letters that keyboards and habits interchange, each folded to one. The Pashto yehs and the Arabic ones are told
# apart by few people who type in haste; so are ک/ك, ه/ة, گ/ګ. ښ/ش in eastern spelling is not folded: it differs.
_LETTERS = {
    **dict.fromkeys("يىېۍئےێۑېۓ", "ی"),
    **dict.fromkeys("كڪګگڭ", "ک"),
    **dict.fromkeys("ةۀەھہۂۃۿ", "ه"),
    **dict.fromkeys("أإآٱ", "ا"),
    **dict.fromkeys("ؤۇۆۈۋ", "و"),
    **dict.fromkeys("ټطٹ", "ت"),
    **dict.fromkeys("ډڈ", "د"),
    **dict.fromkeys("ړڑ", "ر"),
    **dict.fromkeys("ڼں", "ن"),
    **dict.fromkeys("’‘`´'ʼءـ", ""),
    # Latin look-alikes from the Cyrillic and Greek keyboards, and letters that NFKD leaves whole.
    **dict(zip("аеорсухіѕјԁһӏкмтнвқ", "aeopcyxisjdhlkmthbk", strict=True)),
    **dict(zip("αοειρκτυχνв", "aoeipktuxvb", strict=True)),
    **dict(zip("øłđıɑɡ", "oldiag", strict=True)),
    **dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnoprstuvwyz", strict=True)),
}
_HALF_SPACE = "\u200c"  # between Arabic letters it parts a word from its ending, elsewhere it means nothing
_GAP = re.compile(r"(?<=[a-z0-9])\u200c+(?=[a-z0-9])")
_LONG = re.compile(r"([^\W\d_])\1{2,}")
_WORD = re.compile(r"[^\W_]+")
_KEPT = 4096  # code points whose folding is remembered; hostile text cannot make it more


class _Folding(dict[int, str]):
    """What each code point folds to, found when first met: `str.translate` then runs at C speed."""

    def __missing__(self, code: int) -> str:
        folded = _settled(chr(code))
        if len(self) < _KEPT:
            self[code] = folded
        return folded


def _settled(text: str) -> str:
    """`text` folded again and again until it stays as it is."""
    folded = "".join(_plain(letter) for letter in unicodedata.normalize("NFKD", text).casefold())
    return text if folded == text else _settled(folded)


def _plain(letter: str) -> str:
    """One decomposed letter; zero-width and other unseen signs vanish, all but the half-space."""
    if letter in _LETTERS:
        return _LETTERS[letter]
    category = unicodedata.category(letter)
    if category in ("Mn", "Me", "Cf", "Cs"):
        return _HALF_SPACE if letter in "\u200b\u200c" else ""
    digit = unicodedata.digit(letter, None)
    return str(digit) if digit is not None else _boxed(letter) if category == "So" else letter


def _boxed(letter: str) -> str:
    """The letter inside a sign such as 🅦, which NFKD leaves whole."""
    name = unicodedata.name(letter, "")
    return name[-1].lower() if re.search(r"NEGATIVE \w+ LATIN CAPITAL LETTER [A-Z]$", name) else letter


_FOLDING = _Folding()


def fold(text: str) -> str:
    """`text` in one spelling: NFKC, digits as 0-9, letters unified, marks and elongation gone, words spaced once.

    Idempotent: folding twice is folding once.
    """
    if text.isascii():
        plain = text.casefold().replace("'", "").replace("`", "")
    else:
        plain = _GAP.sub("", text.translate(_FOLDING))
    return " ".join(_WORD.findall(_LONG.sub(r"\1\1", plain)))


def words(text: str) -> list[str]:
    """The folded words of `text`."""
    return fold(text).split()

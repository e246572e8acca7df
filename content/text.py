"""Folding: the one spelling behind the many in which people type English, Dari, Pashto and Latin-letter Dari.

Only for comparing; nobody is shown folded text.
"""

import re
import unicodedata

# Letters that keyboards and habits interchange, each folded to one. The Pashto yehs and the Arabic ones are told
# apart by few people who type in haste; so are ک/ك, ه/ة, گ/ګ, ښ/ش in eastern spelling is not folded: it differs.
_FOLD = {
    **dict.fromkeys("يىېۍئےێ", "ی"),
    **dict.fromkeys("كڪګگ", "ک"),
    **dict.fromkeys("ةۀەھہۂۃ", "ه"),
    **dict.fromkeys("أإآٱ", "ا"),
    **dict.fromkeys("ؤۇۆۈ", "و"),
    **dict.fromkeys("ټط", "ت"),
    **dict.fromkeys("ډ", "د"),
    **dict.fromkeys("ړ", "ر"),
    **dict.fromkeys("ڼ", "ن"),
    "ﻻ": "لا",
    "ء": "",
    "ـ": "",
    **dict.fromkeys("’‘`´'ʼ", ""),
}
_LETTERS = str.maketrans(_FOLD)
_ZERO_WIDTH = str.maketrans(dict.fromkeys("\u200c\u200d\u00ad\u2060\ufeff\u200e\u200f\u061c", " "))
_LONG = re.compile(r"(\w)\1{2,}")
_WORD = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """`text` in one spelling: NFKC, digits as 0-9, letters unified, marks and elongation gone, words spaced once.

    Idempotent: folding twice is folding once.
    """
    decomposed = unicodedata.normalize("NFKD", text.translate(_ZERO_WIDTH).translate(_LETTERS)).casefold()
    bare = "".join(_plain(letter) for letter in unicodedata.normalize("NFKD", decomposed).translate(_LETTERS))
    return " ".join(_WORD.findall(_LONG.sub(r"\1\1", bare)))


def _plain(letter: str) -> str:
    if unicodedata.combining(letter) or unicodedata.category(letter) == "Mn":
        return ""
    digit = unicodedata.digit(letter, None)
    return letter if digit is None else str(digit)


def words(text: str) -> list[str]:
    """The folded words of `text`."""
    return fold(text).split()

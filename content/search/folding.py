"""Fold texts: convert the many ways to type a word to one. This is for English, Pashto, and Dari in both scripts.

Folded text is only compared, never shown.
"""

import re
import unicodedata

# Letters that keyboards and habits interchange, each folded to one. Few people who type in haste distinguish the
# Pashto yehs from the Arabic ones, ک from ك, ه from ة or گ from ګ. ښ and ش stay apart: eastern Pashto pronounces
# them differently.
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
    # Latin look-alikes from the Cyrillic and Greek keyboards, and letters that NFKD does not decompose.
    **dict(zip("аеорсухіѕјԁһӏкмтнвқ", "aeopcyxisjdhlkmthbk", strict=True)),
    **dict(zip("αοειρκτυχνв", "aoeipktuxvb", strict=True)),
    **dict(zip("øłđıɑɡ", "oldiag", strict=True)),
    **dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnoprstuvwyz", strict=True)),
}
_HALF_SPACE = "\u200c"  # separates a word from its ending between Arabic letters, and means nothing elsewhere
_LATIN_HALF_SPACE = re.compile(r"(?<=[a-z0-9])\u200c+(?=[a-z0-9])")
_ELONGATION = re.compile(r"([^\W\d_])\1{2,}")
_WORD = re.compile(r"[^\W_]+")
_CACHE_SIZE = 4096  # code points whose folding is remembered: a limit, so that hostile text cannot fill the memory


class _FoldingTable(dict[int, str]):
    """A dict from code points to their folding, which is computed on first use.

    `str.translate` with this dict runs at C speed.
    """

    def __missing__(self, code_point: int) -> str:
        folded = _fold_completely(chr(code_point))
        if len(self) < _CACHE_SIZE:
            self[code_point] = folded
        return folded


def _fold_completely(text: str) -> str:
    """Fold the letters of `text` until nothing changes any more."""
    folded = "".join(_fold_letter(letter) for letter in unicodedata.normalize("NFKD", text).casefold())
    return text if folded == text else _fold_completely(folded)


def _fold_letter(letter: str) -> str:
    """Fold one decomposed letter. Invisible signs vanish, except for the half-space."""
    if letter in _LETTERS:
        return _LETTERS[letter]
    category = unicodedata.category(letter)
    if category in ("Mn", "Me", "Cf", "Cs"):
        return _HALF_SPACE if letter in "\u200b\u200c" else ""
    digit = unicodedata.digit(letter, None)
    return str(digit) if digit is not None else _unboxed(letter) if category == "So" else letter


def _unboxed(letter: str) -> str:
    """Return the letter inside a symbol such as 🅦. Unicode's NFKD does not decompose these symbols."""
    name = unicodedata.name(letter, "")
    return name[-1].lower() if re.search(r"NEGATIVE \w+ LATIN CAPITAL LETTER [A-Z]$", name) else letter


_FOLDING = _FoldingTable()


def fold(text: str) -> str:
    """Fold `text`: NFKC, digits as 0-9, letters unified, marks and elongation removed, one space between words.

    Folding a folded text changes nothing.
    """
    if text.isascii():
        plain = text.casefold().replace("'", "").replace("`", "")
    else:
        plain = _LATIN_HALF_SPACE.sub("", text.translate(_FOLDING))
    return " ".join(_WORD.findall(_ELONGATION.sub(r"\1\1", plain)))


def folded_words(text: str) -> list[str]:
    """Return the words of the folded `text`."""
    return fold(text).split()

"""Fold texts: map all ways to type a word to a single one, by the rules of Unicode for every script.

Folded text is only compared, never shown.
"""

import re
import unicodedata

# Letters of the Arabic script that keyboards and habits interchange, each folded to one. Few people who type in haste
# distinguish the Pashto yehs from the Arabic ones, ک from ك, ه from ة or گ from ګ. ښ and ش stay apart: eastern Pashto
# pronounces them differently.
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
    # Latin letters that NFKD does not decompose.
    **dict(zip("øłđıɑɡ", "oldiag", strict=True)),
    **dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnoprstuvwyz", strict=True)),
}
# Cyrillic and Greek letters that look like a Latin letter in one of the two cases.
_LOOK_ALIKES = {
    **dict(zip("аеорсухіѕјԁһӏкмтнвқ", "aeopcyxisjdhlkmthbk", strict=True)),
    **dict(zip("αοειρκτυχνв", "aoeipktuxvb", strict=True)),
}
_TO_LATIN = str.maketrans(_LOOK_ALIKES)
_HAS_CYRILLIC_TWIN = frozenset("aeopcyxi")
_TO_CYRILLIC = str.maketrans("aeopcyxi", "аеорсухі")
_CYRILLIC_OR_GREEK = re.compile("[\u0370-\u052f]")
_REAL = re.compile(f"[\u0370-\u052f](?<![{''.join(_LOOK_ALIKES)}])")  # a letter that has no Latin look-alike
_LATIN = re.compile("[a-z]")
_LATIN_WORD = re.compile(r"(?<![^\W_])[a-z]{2,}(?![^\W_])")
_NON_JOINER = "\u200c"  # separates a word from its ending between Arabic letters, and means nothing elsewhere
_NON_JOINER_IN_LATIN = re.compile(r"(?<=[a-z0-9])\u200c+(?=[a-z0-9])")
_ELONGATION = re.compile(r"([^\W\d_])\1{2,}")
_WORD = re.compile(r"[^\W_]+")
# Marks and invisible signs. Vowel signs are marks in some scripts of Asia: their words are compared by consonants.
_DROPPED = frozenset({"Mn", "Me", "Mc", "Cf", "Cs"})
_CACHE_SIZE = 4096  # code points whose folding is remembered: a limit, so that hostile text cannot fill the memory


class _FoldingTable(dict[int, str]):
    """A dict from code points to their folded text, which is computed on first use.

    `str.translate` with this dict runs at the speed of C.
    """

    def __missing__(self, code_point: int) -> str:
        folded = _fold_completely(chr(code_point))
        if len(self) < _CACHE_SIZE:
            self[code_point] = folded
        return folded


def _fold_completely(text: str) -> str:
    """Fold the letters of `text`, and the folded letters again, until nothing changes."""
    folded = "".join(_fold_letter(letter) for letter in unicodedata.normalize("NFKD", text).casefold())
    return text if folded == text else _fold_completely(folded)


def _fold_letter(letter: str) -> str:
    """Fold one decomposed letter. Drop invisible characters, but keep a zero-width non-joiner (U+200C).

    A zero-width space (U+200B) becomes a zero-width non-joiner.
    """
    if letter in _LETTERS:
        return _LETTERS[letter]
    category = unicodedata.category(letter)
    if category in _DROPPED:
        return _NON_JOINER if letter in "\u200b\u200c" else ""
    digit = unicodedata.digit(letter, None)
    return str(digit) if digit is not None else _unboxed(letter) if category == "So" else letter


def _unboxed(letter: str) -> str:
    """Return the letter inside a symbol such as 🅦, which Unicode's NFKD does not decompose; else `letter` itself."""
    name = unicodedata.name(letter, "")
    return name[-1].lower() if re.search(r"NEGATIVE \w+ LATIN CAPITAL LETTER [A-Z]$", name) else letter


_FOLDING = _FoldingTable()


def fold(text: str) -> str:
    """Fold `text`: map all ways to type a word to one. The result is in lower case, with one space between words.

    Digits become 0-9, letters that people interchange become one, and accents, elongation and punctuation are
    removed. Folding a folded text changes nothing.
    """
    if text.isascii():
        plain = text.casefold().replace("'", "").replace("`", "")
    else:
        plain = _NON_JOINER_IN_LATIN.sub("", text.translate(_FOLDING))
        if _CYRILLIC_OR_GREEK.search(plain):
            plain = _without_look_alikes(plain)
    return " ".join(_WORD.findall(_ELONGATION.sub(r"\1\1", plain)))


def _without_look_alikes(text: str) -> str:
    """Replace look-alike letters so that each word has one script.

    The Latin "wоmen" with a Cyrillic о becomes all Latin, and the Cyrillic "мoва" with a Latin o all Cyrillic. A
    whole word that looks Latin, such as the Cyrillic "сор", becomes Latin only if all other words of the text are
    Latin.
    """
    text = _WORD.sub(_one_script, text)
    return text if _REAL.search(text) or not _LATIN_WORD.search(text) else text.translate(_TO_LATIN)


def _one_script(match: re.Match[str]) -> str:
    word = match[0]
    latin = _LATIN.findall(word)
    if not latin or len(latin) == len(word):
        return word
    is_cyrillic = _HAS_CYRILLIC_TWIN.issuperset(latin) and len(_CYRILLIC_OR_GREEK.findall(word)) > len(latin)
    return word.translate(_TO_CYRILLIC if is_cyrillic or _REAL.search(word) else _TO_LATIN)


def folded_words(text: str) -> list[str]:
    """Return the words of the folded `text`."""
    return fold(text).split()

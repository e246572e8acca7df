"""Compute phonetic keys: different spellings of one word have the same key.

`homophone_key` is for words in Arabic letters, some of which sound alike in Dari and Pashto. `consonant_key` is for
Dari in Latin letters. People write its vowels in many ways, but dukhtaran, dokhtaraan and دختران have the same
consonants.
"""

import re

from content.search.verbs import verb_key

_HOMOPHONES = str.maketrans(
    {
        **dict.fromkeys("سصثڅ", "س"),
        **dict.fromkeys("زذضظځ", "ز"),
        **dict.fromkeys("تط", "ت"),
        **dict.fromkeys("حه", "ه"),
        **dict.fromkeys("قغ", "غ"),
        **dict.fromkeys("کگږ", "ک"),
        **dict.fromkeys("اعآ", "ا"),
        **dict.fromkeys("بپ", "ب"),
    }
)
_DOUBLED = re.compile(r"(.)\1+")


def homophone_key(word: str) -> str:
    """Return a key for a folded word in Arabic letters: one letter for all that sound alike, and none doubled."""
    return _DOUBLED.sub(r"\1", word.translate(_HOMOPHONES))


_ENDINGS = ("ونه", "ونو", "انو", "های", "ها", "ان", "ی", "و", "ه")


def variant_key(word: str) -> str:
    """Return a key that all forms of a word inside an expression share.

    Words have the same key if they differ only in endings (ملګرو, ملګري) or Latin spelling (hoquqe, huquq). All forms
    of everyday verbs have the key "+", or "-" if negated.
    """
    if key := verb_key(word):
        return key
    if word.isascii():
        return consonant_key(word)
    fitting = (ending for ending in _ENDINGS if word.endswith(ending) and len(word) - len(ending) >= 3)
    return homophone_key(word.removesuffix(next(fitting, "")))


# The consonants of Arabic letters, in the notation to which Latin spellings are converted as well.
_CONSONANTS = str.maketrans(
    {
        **dict(zip("بپتجحخدرزسشغفقکلمنه", "bbtjhxdrzsSqfqklmnh", strict=True)),
        **dict(zip("ثذصضظطچژګگڅځښږ", "szszztCzkkszSZ", strict=True)),
        **dict.fromkeys("اعوی", ""),
    }
)
_SPELLINGS = (
    ("kh", "x"), ("gh", "q"), ("sh", "S"), ("ch", "C"), ("zh", "z"), ("ph", "f"), ("th", "t"), ("dh", "d"),
    ("ck", "k"), ("p", "b"), ("c", "k"), ("g", "k"),
)  # fmt: skip
_VOWELS = str.maketrans(dict.fromkeys("aeiouyvw", ""))


def consonant_key(word: str) -> str:
    """Return the consonants of a folded word in Latin or Arabic letters, after a sign for its first vowel.

    A silent h at the end is dropped, so that maktaba, maktabah and مکتبه have the same key.
    """
    if not word.isascii():
        key = word.translate(_CONSONANTS)
        return _DOUBLED.sub(r"\1", _initial_sign(word) + key.removesuffix("h"))
    key = word
    for spelling, sound in _SPELLINGS:
        key = key.replace(spelling, sound)
    return _DOUBLED.sub(r"\1", _initial_sign(word) + key.translate(_VOWELS).removesuffix("h"))


def _initial_sign(word: str) -> str:
    first = word[:1]
    return "V" if first in "vwو" else "Y" if first in "yی" else "A" if first in "aeiouاع" else ""

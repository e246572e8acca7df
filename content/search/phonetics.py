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
    """Return a key for the folded `word` in Arabic letters. Words that sound alike have the same key.

    In the key, letters that sound alike are replaced by one of them, and a doubled letter is written once.
    """
    return _DOUBLED.sub(r"\1", word.translate(_HOMOPHONES))


_ENDINGS = ("ونه", "ونو", "انو", "های", "ها", "ان", "ی", "و", "ه")


def variant_key(word: str) -> str:
    """Return a key that all forms of a word share. It is used for the words of expressions.

    Two words have the same key if only their endings (ملګرو, ملګري) or Latin spellings (hoquqe, huquq) differ. All
    everyday verbs have the key "+", or "-" if they are negated.
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
    """Return a key for a folded word in Latin or Arabic letters: a sign for the first vowel, and the consonants.

    The key has no silent h at the end, so that maktaba, maktabah and مکتبه have the same key.
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

"""How words sound, roughly: keys under which different spellings of one word meet.

`loose` is for Arabic letters that sound alike in Dari and Pashto; `skeleton` is for Latin-letter Dari, where
dukhtaran, dokhtaraan and دختران have the same consonants and everybody chooses vowels anew.
"""

import re

from content.search.verbs import light

_ALIKE = str.maketrans(
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
_TWICE = re.compile(r"(.)\1+")


def loose(word: str) -> str:
    """A key for a folded word in Arabic letters: homophones are one letter, doubled letters single."""
    return _TWICE.sub(r"\1", word.translate(_ALIKE))


_LIGHT = ("ونه", "ونو", "انو", "های", "ها", "ان", "ی", "و", "ه")


def bones(word: str) -> str:
    """A key under which the forms of a word inside an expression meet: ملګرو and ملګري, hoquqe and huquq, verbs."""
    if verb := light(word):
        return verb
    if word.isascii():
        return skeleton(word)
    ending = next((one for one in _LIGHT if word.endswith(one) and len(word) - len(one) >= 3), "")
    return loose(word.removesuffix(ending))


# Consonants of Arabic letters in the notation that Latin spellings are brought to as well.
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


def skeleton(word: str) -> str:
    """The consonants of a folded word, after a sign for how it begins; works for Latin and Arabic letters.

    A silent h at the end is dropped: maktaba, maktabah and مکتبه are one.
    """
    if not word.isascii():
        key = word.translate(_CONSONANTS)
        return _TWICE.sub(r"\1", _start(word) + key.removesuffix("h"))
    key = word
    for spelled, sound in _SPELLINGS:
        key = key.replace(spelled, sound)
    return _TWICE.sub(r"\1", _start(word) + key.translate(_VOWELS).removesuffix("h"))


def _start(word: str) -> str:
    first = word[:1]
    return "V" if first in "vwو" else "Y" if first in "yی" else "A" if first in "aeiouاع" else ""

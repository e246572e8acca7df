"""Remove endings from words: plural, ezafe, oblique and possessive forms of English, Dari and Pashto.

The vocabulary asks only for the stems of unknown words. It uses a stem only if the stem is a known word.
"""

from collections.abc import Iterator

# Folded spellings, longest first. Pashto ې, ۍ and ي are all folded to ی.
_ARABIC = (
    "هایشان", "هایمان", "هایتان", "هایش", "هایم", "هایی", "کانو", "کانی", "های", "یشان", "یمان", "یتان", "ترین",
    "وونه", "ونو", "ونه", "انو", "انی", "شان", "مان", "تان", "کان", "یان", "ها", "ان", "ات", "ین", "یی", "وی",
    "وو", "را", "ی", "و", "ه", "م", "ش", "ت",
)  # fmt: skip
# Endings that may replace the last letter of a Pashto word, ه or ی.
_REPLACING = frozenset(("ونو", "ونه", "وونه", "انو", "وو", "و", "ی", "ه"))
_ENGLISH = ("ings", "ing", "ed", "es", "ly", "s")
_MIN_STEM = 3  # letters


def stems(word: str) -> Iterator[str]:
    """Yield the possible stems of the folded `word`, likeliest first."""
    if word.isascii():
        yield from _english(word)
        return
    for ending in _ARABIC:
        shortest = _MIN_STEM + (len(ending) == 1 and ending != "ی")
        if word.endswith(ending) and len(word) - len(ending) >= shortest:
            stem = word[: -len(ending)]
            yield stem
            if ending in _REPLACING:
                yield stem + "ه"
                yield stem + "ی"


def _english(word: str) -> Iterator[str]:
    if word.endswith("ies"):
        yield word[:-3] + "y"
    for ending in _ENGLISH:
        if word.endswith(ending) and len(word) - len(ending) >= _MIN_STEM:
            stem = word[: -len(ending)]
            yield stem
            yield stem + "e"
            if stem[-1] == stem[-2]:
                yield stem[:-1]

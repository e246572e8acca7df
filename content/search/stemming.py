"""Words without their endings: plural, ezafe, oblique and possessive forms of English, Dari and Pashto.

Only asked about words that the vocabulary does not know, and only believed when it knows what is left.
"""

from collections.abc import Iterator

# Folded spellings, longest first. Pashto ې ۍ ي are all ی here.
_ARABIC = (
    "هایشان", "هایمان", "هایتان", "هایش", "هایم", "هایی", "کانو", "کانی", "های", "یشان", "یمان", "یتان", "ترین",
    "وونه", "ونو", "ونه", "انو", "انی", "شان", "مان", "تان", "کان", "یان", "ها", "ان", "ات", "ین", "یی", "وی",
    "وو", "را", "ی", "و", "ه", "م", "ش", "ت",
)  # fmt: skip
_TURNING = frozenset(
    ("ونو", "ونه", "وونه", "انو", "وو", "و", "ی", "ه")
)  # after these a Pashto word may end otherwise
_ENGLISH = ("ings", "ing", "ed", "es", "ly", "s")
_SHORTEST = 3  # letters that must be left


def stems(word: str) -> Iterator[str]:
    """What `word` may be a form of, likeliest first."""
    if word.isascii():
        yield from _english(word)
        return
    for ending in _ARABIC:
        shortest = _SHORTEST + (len(ending) == 1 and ending != "ی")
        if word.endswith(ending) and len(word) - len(ending) >= shortest:
            left = word[: -len(ending)]
            yield left
            if ending in _TURNING:
                yield left + "ه"
                yield left + "ی"


def _english(word: str) -> Iterator[str]:
    if word.endswith("ies"):
        yield word[:-3] + "y"
    for ending in _ENGLISH:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
            left = word[: -len(ending)]
            yield left
            yield left + "e"
            if left[-1] == left[-2]:
                yield left[:-1]

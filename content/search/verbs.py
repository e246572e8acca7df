"""Everyday verbs of Dari and Pashto in all their forms: they say little, and there are too many forms to list.

The stems are in `words/verbs.txt`; می and its kin may stand apart or attached, in Arabic or Latin letters. The
stems of spoken Dari (میشین, میزنه, mega) are so short that they are only believed with می or ب before them.
"""

import re
from functools import cache, lru_cache

from content.paths import WORD_LISTS
from content.search.folding import fold

_ARABIC = "(?:ن?می|ب|ن)?(?:{stems})(?:م|ی|د|ه|یم|ید|ین|ند|ن|ست|ه ?ام|ه ?اند|ش|شان)?"
_SPOKEN = "(?:ن?می(?:{stems})(?:م|ی|د|ه|یم|ید|ین|ند|ن|ت|تان|ش)?|ب(?:{stems})(?:م|ه|یم|ین|ن|ش|شان))"
_PASHTO = "(?:و|ون|ونه|ن|نه)?(?:{stems})(?:ی|و|ه|م|ل|لی|له|لو|لم|لای|وی|وو|وم|ول|ولی)?"
_LATIN = "(?:na|ne)?(?:me|mi|be|bo|bu)?(?:{stems})(?:am|i|ad|a|e|em|im|ed|id|een|in|en|and|an|end|ast|as|ist|sh)?"
_SPOKEN_LATIN = (
    "(?:(?:na|ne|n)?(?:me|mi|may)(?:{stems})(?:am|om|a|e|em|im|ed|id|in|een|en|and|an|end|i|ad)"
    "|(?:be|bo|bu)(?:{stems})(?:am|om|a|e|em|im|in|een|en|an|and|esh|et))"
)

# Derived verbs end alike: Pashto -awəl and -edəl, Dari infinitives.
_DERIVED = re.compile("\\w{2,}(?:ول|ولو|یدل|یدلو|یدو|یږی|یږو|وستل|وستلو)|\\w{4,}(?:دن|تن)")


def looks_like_a_verb(word: str) -> bool:
    """Whether an unknown folded word has the ending of a derived verb."""
    return _DERIVED.fullmatch(word) is not None


def is_verb(word: str) -> bool:
    """Whether a folded word is a form of an everyday verb."""
    return _forms().fullmatch(word) is not None


@lru_cache(maxsize=8192)
def light(word: str) -> str:
    """A key under which all forms of everyday verbs meet, those with "not" apart; empty for other words."""
    if word == "بین" or not is_verb(word):  # "between", the first word of "international"
        return ""
    rest = word[2:] if word.startswith(("na", "ne", "نه")) else word[1:] if word.startswith("ن") else ""
    return "-" if rest and is_verb(rest) else "+"


@cache
def _forms() -> re.Pattern[str]:
    listed = _stems()
    shapes = (
        (_ARABIC, listed["fa"]),
        (_SPOKEN, listed["fa-spoken"]),
        (_PASHTO, listed["ps"]),
        (_LATIN, listed["latin"]),
        (_SPOKEN_LATIN, listed["latin-spoken"]),
    )
    return re.compile("|".join(shape.format(stems="|".join(map(fold, stems))) for shape, stems in shapes))


def _stems() -> dict[str, list[str]]:
    """The stems of each kind. Plain text, since the process that serves reads them and holds no YAML."""
    listed: dict[str, list[str]] = {}
    for line in (WORD_LISTS / "verbs.txt").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            kind, _, stems = line.partition(":")
            listed.setdefault(kind, []).extend(stems.split())
    return listed

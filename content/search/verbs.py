"""Recognise everyday verbs of Dari and Pashto in all their forms. There are too many forms to list.

Everyday verbs say little about the subject of a text. Their stems are in `words/verbs.txt`. The prefix می and its
variants may be attached or written apart, in Arabic or Latin letters. The stems of spoken Dari (میشین, میزنه, mega)
are so short that they are recognised only after می or ب.
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

# Endings of derived verbs: Pashto -awəl and -edəl, and the Dari infinitive.
_DERIVED = re.compile("\\w{2,}(?:ول|ولو|یدل|یدلو|یدو|یږی|یږو|وستل|وستلو)|\\w{4,}(?:دن|تن)")


def has_verb_ending(word: str) -> bool:
    """Tell whether a folded word has the ending of a derived verb."""
    return _DERIVED.fullmatch(word) is not None


def is_verb(word: str) -> bool:
    """Tell whether a folded word is a form of an everyday verb."""
    return _forms().fullmatch(word) is not None


@lru_cache(maxsize=8192)
def verb_key(word: str) -> str:
    """Return "-" for a negated form of an everyday verb, "+" for other forms, and "" for all other words."""
    if word == "بین" or not is_verb(word):  # "between", the first word of "international"
        return ""
    rest = word[2:] if word.startswith(("na", "ne", "نه")) else word[1:] if word.startswith("ن") else ""
    return "-" if rest and is_verb(rest) else "+"


@cache
def _forms() -> re.Pattern[str]:
    stems_by_kind = _stems()
    templates = (
        (_ARABIC, stems_by_kind["fa"]),
        (_SPOKEN, stems_by_kind["fa-spoken"]),
        (_PASHTO, stems_by_kind["ps"]),
        (_LATIN, stems_by_kind["latin"]),
        (_SPOKEN_LATIN, stems_by_kind["latin-spoken"]),
    )
    return re.compile("|".join(template.format(stems="|".join(map(fold, stems))) for template, stems in templates))


def _stems() -> dict[str, list[str]]:
    """Read the stems by kind. The file is plain text, because the serving process does not import YAML."""
    stems_by_kind: dict[str, list[str]] = {}
    for line in (WORD_LISTS / "verbs.txt").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            kind, _, stems = line.partition(":")
            stems_by_kind.setdefault(kind, []).extend(stems.split())
    return stems_by_kind

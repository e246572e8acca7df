"""Everyday verbs of Dari in all their forms: they say little, and there are too many forms to list.

The stems are in `words/verbs.yaml`; می and its kin may stand apart or attached, in Arabic or Latin letters.
"""

import re
from functools import cache
from pathlib import Path

from content.text import fold
from content.yaml_source import read_plain

_ARABIC = "(?:ن?می|ب|ن)?(?:{stems})(?:م|ی|د|ه|یم|ید|ین|ند|ن|ست|ه ?ام|ه ?اند|ش|شان)?"
_LATIN = "(?:na|ne)?(?:me|mi|be|bo|bu)?(?:{stems})(?:am|i|ad|a|e|em|im|ed|id|een|in|en|and|an|end|ast|as|ist|sh)?"

# Derived verbs end alike: Pashto -awəl and -edəl, Dari infinitives.
_DERIVED = re.compile("\\w{2,}(?:ول|ولو|یدل|یدلو|یدو|یږی|یږو|وستل|وستلو)|\\w{4,}(?:دن|تن)")


def looks_like_a_verb(word: str) -> bool:
    """Whether an unknown folded word has the ending of a derived verb."""
    return _DERIVED.fullmatch(word) is not None


def is_verb(word: str) -> bool:
    """Whether a folded word is a form of an everyday verb."""
    return _forms().fullmatch(word) is not None


@cache
def _forms() -> re.Pattern[str]:
    raw = read_plain(Path(__file__).with_name("words") / "verbs.yaml")
    shapes = ((_ARABIC, raw["fa"]), (_LATIN, raw["latin"]))
    return re.compile("|".join(shape.format(stems="|".join(map(fold, stems))) for shape, stems in shapes))

"""Detect the language of a text from its letters and its known words. Latin-letter Dari counts as Dari."""

import re
from collections.abc import Iterable

from content.model import Lang

EN, FA, PS = Lang("en"), Lang("fa"), Lang("ps")
_ARABIC = re.compile("[\u0620-\u065f\u066e-\u06ef\u06fa-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufeff]")
_LATIN = re.compile("[A-Za-z\uff21-\uff5a]")
_PASHTO = re.compile("[ټځڅډړږښڼېۍګ]")
_MIN_LEAD = 0.5  # votes by which a language must lead


def detect_language(text: str, word_languages: Iterable[frozenset[str]], hint: Lang | None = None) -> Lang | None:
    """Return the language of `text`, or None if it is undecided.

    `word_languages` has the possible languages of each known word in the text. If two languages are equally likely
    and `hint` is one of the two, the result is `hint`.
    """
    arabic, latin = len(_ARABIC.findall(text)), len(_LATIN.findall(text))
    if not arabic and not latin:
        return None
    votes = _votes(word_languages)
    if arabic >= latin:
        votes["ps"] += 2 * len(_PASHTO.findall(text))
        return _likelier(FA, PS, votes, hint) or FA
    return _likelier(EN, FA, votes, hint)


def _votes(word_languages: Iterable[frozenset[str]]) -> dict[str, float]:
    """Return how many votes each language gets. A word has one vote, which its possible languages share."""
    votes = {"en": 0.0, "fa": 0.0, "ps": 0.0}
    for codes in word_languages:
        languages = {"fa" if code == "latin" else code for code in codes}
        for language in languages:
            votes[language] = votes.get(language, 0) + 1 / len(languages)
    return votes


def _likelier(first: Lang, second: Lang, votes: dict[str, float], hint: Lang | None) -> Lang | None:
    if abs(votes[first] - votes[second]) >= _MIN_LEAD:
        return first if votes[first] > votes[second] else second
    return hint if hint in (first, second) else None

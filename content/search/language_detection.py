"""Which language a text is in, as far as its letters and words tell. Latin-letter Dari counts as Dari."""

import re
from collections.abc import Iterable

from content.model import Lang

EN, FA, PS = Lang("en"), Lang("fa"), Lang("ps")
_ARABIC = re.compile("[\u0620-\u065f\u066e-\u06ef\u06fa-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufeff]")
_LATIN = re.compile("[A-Za-z\uff21-\uff5a]")
_PASHTO = re.compile("[ټځڅډړږښڼېۍګ]")


def tongue_of(text: str, known: Iterable[frozenset[str]], hint: Lang | None = None) -> Lang | None:
    """The language of `text`, of whose known words the languages are given; `hint` decides where they do not."""
    arabic, latin = len(_ARABIC.findall(text)), len(_LATIN.findall(text))
    if not arabic and not latin:
        return None
    votes = {"en": 0.0, "fa": 0.0, "ps": 0.0}
    for languages in known:
        spoken = {"fa" if one == "latin" else one for one in languages}
        for one in spoken:
            votes[one] = votes.get(one, 0) + 1 / len(spoken)
    if arabic >= latin:
        votes["ps"] += 2 * len(_PASHTO.findall(text))
        return _likelier(FA, PS, votes, hint) or FA
    return _likelier(EN, FA, votes, hint)


def _likelier(one: Lang, other: Lang, votes: dict[str, float], hint: Lang | None) -> Lang | None:
    if abs(votes[one] - votes[other]) >= 0.5:
        return one if votes[one] > votes[other] else other
    return hint if hint in (one, other) else None

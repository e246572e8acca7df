"""Clauses named outright: "clause 4", "۴", "#4", "ماده ۴", "څلورمه ماده", "last paragraph", "preamble".

The words for it, in all languages, are in `words/references.yaml`. A slip of the finger and another spelling in Latin
letters are forgiven.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from content.model import Campaign, ClauseId
from content.search.folding import fold
from content.search.phonetics import skeleton
from content.search.typos import Typos

_PIECE = re.compile(r"\d+|[^\W\d]+")  # "clause4", "۴م" and "4th" are two words each
_NUMERALS = ("ii", "iii", "iv", "vi", "vii", "viii", "ix", "xi", "xii")  # folding would shorten viii
_ROMAN = re.compile(rf"\b(?:{'|'.join(_NUMERALS)})\b", re.IGNORECASE)
_LONGEST = 12  # words; who writes more does not merely name a clause
_BARE = 99  # greater numbers without a word for "clause" beside them are years and the like
CLOSING = ClauseId("closing")


@dataclass(frozen=True, slots=True)
class ClauseReference:
    """A clause that was named: `clause` is None when the campaign has no clause of that `number`."""

    clause: ClauseId | None
    number: int | None = None


@dataclass(frozen=True, slots=True)
class ReferenceFinder:
    """The folded words by which clauses are named; `last` are words that with a word for "clause" mean the closing.

    `noise` are words of code, forgiven around a clause that is called one.
    """

    clause: frozenset[str]
    around: frozenset[str]
    numbers: Mapping[str, int]
    parts: Mapping[str, ClauseId]
    last: frozenset[str] = frozenset()
    noise: frozenset[str] = frozenset()
    sounds: Mapping[str, str] = field(default_factory=dict)
    typos: Typos = field(default_factory=Typos)

    def find(self, text: str, campaign: Campaign, *, forgiving: bool = True) -> ClauseReference | None:
        """The clause that `text` names and nothing else, or None when it does not name one.

        `forgiving` takes words for misspelled ones ("sanctions" for "sections"): not for texts that mean something.
        """
        said = _PIECE.findall(fold(_ROMAN.sub(_arabic, text[:200])))
        if not said or len(said) > _LONGEST:
            return None
        exact = self._named(said, campaign)
        if exact or not forgiving:
            return exact
        return self._named([self._known(word) for word in said], campaign)

    def _named(self, said: list[str], campaign: Campaign) -> ClauseReference | None:
        return self._part(said, campaign) or self._numbered(said, campaign)

    def _known(self, word: str) -> str:
        """The word for a clause, number or part that `word` is a spelling of; else `word`."""
        if word in self.clause or word in self.around or word in self.numbers or word in self.parts:
            return word
        return self.sounds.get(skeleton(word) if word.isascii() else "", None) or self.typos.mend(word, 1) or word

    def _part(self, said: list[str], campaign: Campaign) -> ClauseReference | None:
        rest = [word for word in said if word not in self.around and word not in self.clause]
        if len(rest) != 1:
            return None
        last = rest[0] in self.last and any(word in self.clause for word in said)
        part = CLOSING if last else self.parts.get(rest[0])
        return ClauseReference(part) if part in campaign.clause_by_id else None

    def _numbered(self, said: list[str], campaign: Campaign) -> ClauseReference | None:
        number = self._only_number(said)
        if number is None:
            return None
        clause = ClauseId(str(number))
        return ClauseReference(clause if clause in campaign.clause_by_id else None, number)

    def _only_number(self, said: list[str]) -> int | None:
        """The (first) number in `said`, when all else are words around it; without "clause" the only one."""
        if any(word in self.clause for word in said):
            said = [word for word in said if word not in self.noise]
        digits = [word for word in said if word.isdecimal()]
        others = [word for word in said if word not in digits]
        named = any(word in self.clause for word in others)
        if digits:
            number = int(digits[0][:6])
            fits = all(word in self.clause or word in self.around for word in others)
            return number if fits and (named or (len(digits) == 1 and number <= _BARE)) else None
        return self._spelled(said) if named else None

    def _spelled(self, said: list[str]) -> int | None:
        """The number in words; one that is an everyday word too ("do" is two in Dari) must stand beside "clause"."""
        spelled = [word for word in said if word in self.numbers and word not in self.clause]
        spelled = (
            [word for word in spelled if word not in self.around]
            or [word for before, word in pairwise(["", *said, ""]) if word in spelled and before in self.clause]
            or [word for word, after in pairwise(said) if word in spelled and after in self.clause]
        )
        if len(spelled) != 1 or "no" in said:
            return None
        fits = all(word in self.clause or word in self.around or word in spelled for word in said)
        return self.numbers[spelled[0]] if fits else None


def _arabic(numeral: re.Match[str]) -> str:
    return str((2, 3, 4, 6, 7, 8, 9, 11, 12)[_NUMERALS.index(numeral[0].lower())])

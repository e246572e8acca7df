"""Find the clause that a text names: "clause 4", "۴", "#4", "ماده ۴", "څلورمه ماده", "last paragraph", "preamble".

The words with which people name clauses are in `words/references.yaml`, in all languages. Words with typos are
recognised as well, and so are other spellings in Latin letters.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from content.model import Campaign, ClauseId
from content.search.folding import fold
from content.search.phonetics import consonant_key
from content.search.typos import TypoCorrector

_PIECE = re.compile(r"\d+|[^\W\d]+")  # splits "clause4", "۴م" and "4th" into two pieces each
_NUMERALS = ("ii", "iii", "iv", "vi", "vii", "viii", "ix", "xi", "xii")  # read before folding, which shortens viii
_ROMAN = re.compile(rf"\b(?:{'|'.join(_NUMERALS)})\b", re.IGNORECASE)
_MAX_CHARACTERS = 200
_MAX_WORDS = 12  # a longer text does more than name a clause
_MAX_BARE_NUMBER = 99  # without a word for "clause", greater numbers are years and the like
CLOSING = ClauseId("closing")


@dataclass(frozen=True, slots=True)
class ClauseReference:
    """A clause that a text names. `number` is None for parts without a number, such as the preamble.

    `clause` is None if the text names a number that no clause of the campaign has. `others` are further clauses that
    the text names.
    """

    clause: ClauseId | None
    number: int | None = None
    others: tuple[ClauseId, ...] = ()


@dataclass(frozen=True, slots=True)
class ReferenceFinder:
    """Find the clause that a text names, with the folded words that people use for clauses.

    `clause` are words for "clause". `around` are words that may stand next to a word for "clause". `numbers` are
    words for numbers. `parts` are words for the preamble and the closing. Next to a word for "clause", the words in
    `last` mean the closing, and the words in `noise` are ignored. `sounds` has some of all these words by consonant
    key.
    """

    clause: frozenset[str]
    around: frozenset[str]
    numbers: Mapping[str, int]
    parts: Mapping[str, ClauseId]
    last: frozenset[str] = frozenset()
    noise: frozenset[str] = frozenset()
    sounds: Mapping[str, str] = field(default_factory=dict)
    typos: TypoCorrector = field(default_factory=TypoCorrector)

    def find(self, text: str, campaign: Campaign, *, accept_typos: bool = True) -> ClauseReference | None:
        """Return the clause that `text` names. Return None if the text names no clause, or also says something else.

        With `accept_typos`, misspelled words for "clause" are recognised. Then "sanctions" is taken for "sections".
        Pass False if "sanctions" or another word in the text is known to have its own meaning.
        """
        words = _PIECE.findall(fold(_ROMAN.sub(_arabic, text[:_MAX_CHARACTERS])))
        if not words or len(words) > _MAX_WORDS:
            return None
        exact = self._reference(words, campaign)
        if exact or not accept_typos:
            return exact
        return self._reference([self._corrected(word) for word in words], campaign)

    def _reference(self, words: list[str], campaign: Campaign) -> ClauseReference | None:
        return self._part(words, campaign) or self._numbered(words, campaign)

    def _corrected(self, word: str) -> str:
        """Return a known word if `word` is another spelling or a typo of it. Otherwise return `word` itself."""
        if word in self.clause or word in self.around or word in self.numbers or word in self.parts:
            return word
        by_sound = self.sounds.get(consonant_key(word) if word.isascii() else "")
        return by_sound or self.typos.correct(word, 1) or word

    def _part(self, words: list[str], campaign: Campaign) -> ClauseReference | None:
        """Return a reference to the preamble or the closing if `words` name one of them. Otherwise return None."""
        rest = [word for word in words if word not in self.around and word not in self.clause]
        if len(rest) != 1:
            return None
        is_last = rest[0] in self.last and any(word in self.clause for word in words)
        part = CLOSING if is_last else self.parts.get(rest[0])
        return ClauseReference(part) if part in campaign.clause_by_id else None

    def _numbered(self, words: list[str], campaign: Campaign) -> ClauseReference | None:
        number = self._number(words)
        if number is None:
            return None
        clause = ClauseId(str(number))
        return ClauseReference(clause if clause in campaign.clause_by_id else None, number)

    def _number(self, words: list[str]) -> int | None:
        """Return the first number in `words`, in digits or spelled out. Return None if no number names a clause.

        All other words must be words for "clause", or words that may stand next to such a word. Without a word for
        "clause" there must be one number only, in digits.
        """
        has_clause = any(word in self.clause for word in words)
        if has_clause:
            words = [word for word in words if word not in self.noise]
        digits = [word for word in words if word.isdecimal()]
        if not digits:
            return self._spelled_number(words) if has_clause else None
        number = int(digits[0][:6])
        is_clear = has_clause or (len(digits) == 1 and number <= _MAX_BARE_NUMBER)
        others = (word for word in words if not word.isdecimal())
        return number if is_clear and all(word in self.clause or word in self.around for word in others) else None

    def _spelled_number(self, words: list[str]) -> int | None:
        """Return the number that is spelled out in `words`. Return None for no such number, or for several.

        Some words for numbers are everyday words as well: "do" means two in Dari. Such a word counts only next to a
        word for "clause".
        """
        spelled = [word for word in words if word in self.numbers and word not in self.clause]
        spelled = (
            [word for word in spelled if word not in self.around]
            or [word for before, word in pairwise(["", *words, ""]) if word in spelled and before in self.clause]
            or [word for word, after in pairwise(words) if word in spelled and after in self.clause]
        )
        if len(spelled) != 1 or "no" in words:
            return None
        fits = all(word in self.clause or word in self.around or word in spelled for word in words)
        return self.numbers[spelled[0]] if fits else None


def _arabic(numeral: re.Match[str]) -> str:
    return str((2, 3, 4, 6, 7, 8, 9, 11, 12)[_NUMERALS.index(numeral[0].lower())])

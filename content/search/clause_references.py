"""Find the clause that a text names: "clause 4", "۴", "#4", "ماده ۴", "څلورمه ماده", "last paragraph", "preamble".

The language packs have the words with which people name clauses. Words with typos are recognised as well, and so are
other spellings in Latin letters. All other words of the text must be words that people use around a clause number,
such as "of" and "please". "Article 5 of NATO" names no clause, because "NATO" is not such a word.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from content.model import Campaign, ClauseId
from content.search.words.folding import fold
from content.search.words.typos import TypoCorrector
from content.search.words.word_cache import WordCache
from content.search.words.word_forms import WordForms

_PIECE = re.compile(r"\d+|[^\W\d]+")  # splits "clause4", "۴م" and "4th" into two pieces each
_ROMAN_DIGITS = {"i": 1, "v": 5, "x": 10}
_ROMAN = re.compile(r"\b(?=[ivx]{2,5}\b)(x{0,2})(ix|iv|v?i{0,3})\b", re.IGNORECASE)  # read before folding, for viii
_CYRILLIC_ROMAN = re.compile(
    r"\b[ІХVIX]{2,}\b|(?<=\w\s)[ІХ](?=\W*$)"
)  # a single letter may be a word, but not the last
_CYRILLIC_TO_LATIN = str.maketrans("ІХ", "IX")
_RANGE_SIGN = re.compile(r"(?<=\d)\s*[-–—‒−]\s*(?=\d)")
_RANGE = "qzr"  # stands for a range sign; folding does not change it
_MAX_CHARACTERS = 200
_MAX_WORDS = 12  # a longer text does more than name a clause
_MAX_BARE_NUMBER = 99  # without a word for "clause", greater numbers are years and the like
_MAX_RANGE = 20  # clauses
_MAX_NUMBER_WORDS = 3  # in a number such as "dix sept"
CLOSING = ClauseId("closing")


@dataclass(frozen=True, slots=True)
class ClauseReference:
    """A clause that a text names. `number` is None for parts without a number, such as the preamble.

    `clause` is None if the text names a number that no clause of the campaign has. `others` are the other clauses
    that the text names, such as 5 in "clause 4 and 5".
    """

    clause: ClauseId | None
    number: int | None = None
    others: tuple[ClauseId, ...] = ()


@dataclass(frozen=True, slots=True)
class ReferenceWords:
    """The words with which people name clauses, all of them folded (see `fold`).

    - `clause`: words for "clause", such as "article" and "point".
    - `digits_only`: those words for "clause" that need digits: "no 4" names a clause, but "no one" does not.
    - `counted`: plurals of words for "clause". A number before one of them is an amount: "3 points".
    - `numbers`: all words for numbers, each with its number.
    - `cardinals`: the words in `numbers` that are only used for counting: "four", but not "fourth".
    - `long_numbers`: the first words of the numbers that have several words.
    - `alone`: words for numbers that name a clause on their own, such as the German "drittens" (thirdly).
    - `joins`: words that connect numbers, such as "and" in "4 and 5".
    - `ranges`: words between the first and the last number of a range, such as "to" in "4 to 8".
    - `around`: words with which a number alone names a clause, such as "show" and "please": "show 4 please".
    - `stop`: words that say nothing about a subject. A text with a word for "clause" can have these words as well.
    - `not_around`: the words in `stop` that change the meaning: "after clause 4" does not name the clause.
    - `understand`: words such as "understand". A text with one of them names a clause in spite of a word in
      `not_around`: "I do not understand clause 4".
    - `parts`: words for the preamble and the closing, each with the id of that part.
    - `last`: words that mean the closing if the text has a word for "clause": "last paragraph".
    - `noise`: words of pasted code, which are ignored if the text has a word for "clause".
    """

    clause: frozenset[str] = frozenset()
    around: frozenset[str] = frozenset()
    numbers: Mapping[str, int] = field(default_factory=dict)
    parts: Mapping[str, ClauseId] = field(default_factory=dict)
    long_numbers: frozenset[str] = frozenset()
    stop: frozenset[str] = frozenset()
    not_around: frozenset[str] = frozenset()
    cardinals: frozenset[str] = frozenset()
    counted: frozenset[str] = frozenset()
    digits_only: frozenset[str] = frozenset()
    joins: frozenset[str] = frozenset()
    ranges: frozenset[str] = frozenset()
    last: frozenset[str] = frozenset()
    noise: frozenset[str] = frozenset()
    understand: frozenset[str] = frozenset()
    alone: frozenset[str] = frozenset()

    def names(self, word: str) -> bool:
        """Return whether `word` is a word with which people name clauses."""
        return word in self.clause or word in self.numbers or word in self.parts or word in self.last

    def is_known(self, word: str) -> bool:
        """Return whether `word` needs no correction, because texts that name a clause can have it."""
        return self.names(word) or word in self.around or word in self.stop or word in self.not_around

    def may_surround(self, word: str) -> bool:
        """Return whether a text that names a clause can also have `word`, e.g. "please", but not "after"."""
        return self.is_near(word) or (word in self.stop and word not in self.not_around)

    def may_connect(self, word: str) -> bool:
        """Return whether `word` can stand between two numbers of a list or range, as "and" in "4 and 5"."""
        return word == _RANGE or word in self.joins or word in self.ranges or word in self.clause

    def is_near(self, word: str) -> bool:
        """Return whether a text that names a clause by number, without a word for "clause", can also have `word`.

        E.g. True for "show", because "show 4" asks for clause 4, and False for "room", because "room 4" does not.
        """
        return word in self.clause or word in self.around


@dataclass(frozen=True, slots=True)
class ReferenceFinder:
    """Find the clause that a text names.

    `sounds` has the words for naming clauses that are in Latin letters, by their consonants. An unknown word with the
    same consonants as one of them is taken for another spelling of it.
    """

    words: ReferenceWords
    sounds: Mapping[str, str] = field(default_factory=dict)
    typos: TypoCorrector = field(default_factory=TypoCorrector)
    forms: WordForms = field(default_factory=WordForms)
    _bare: WordCache[str] = field(default_factory=WordCache, init=False, repr=False, compare=False)
    _corrections: WordCache[str] = field(default_factory=WordCache, init=False, repr=False, compare=False)

    def find(self, text: str, campaign: Campaign, *, accept_typos: bool = True) -> ClauseReference | None:
        """Return the clause that `text` names. Return None if the text names no clause, or also says something else.

        With `accept_typos`, misspelled words for "clause" are recognised, but "sanctions" is taken for "sections".
        Therefore pass False if the text has words of a known subject, such as "sanctions".
        """
        pieces = self._pieces(text[:_MAX_CHARACTERS])
        if not pieces or len(pieces) > _MAX_WORDS:
            return None
        pieces = self._with_joined_numbers(pieces)  # before prefixes are removed: «الحادية والعشرون» is one number
        exact = self._reference([self._without_prefix(word) for word in pieces], campaign)
        if exact or not accept_typos:
            return exact
        return self._reference([self._corrected(word) for word in pieces], campaign)

    def _pieces(self, text: str) -> list[str]:
        """Return the folded words of `text`, but no remark that the person does not understand a clause."""
        pieces = _PIECE.findall(fold(_with_digits(text)))
        if self.words.understand.isdisjoint(pieces):
            return pieces
        dropped = self.words.understand | (self.words.not_around & self.words.stop)
        return [word for word in pieces if word not in dropped or self.words.names(word)]

    def _reference(self, pieces: list[str], campaign: Campaign) -> ClauseReference | None:
        words = self._with_joined_numbers(pieces)
        if not any(word.isdecimal() or self.words.names(word) or word in self.words.alone for word in words):
            return None  # which is so for most questions
        return self._part(words, campaign) or self._numbered(words, campaign)

    def _without_prefix(self, word: str) -> str:
        """Return `word` without an article or preposition if the rest is a word for naming clauses; else `word`."""
        return self._bare.get(word) or self._bare.remember(word, self._computed_bare(word))

    def _computed_bare(self, word: str) -> str:
        if self.words.is_known(word):
            return word
        bare = self.forms.stemmer.without_prefix(word, min_left=2)
        return next((form for form in bare if self.words.is_known(form)), word)

    def _corrected(self, word: str) -> str:
        """Return the word for naming clauses of which `word` is another spelling or a typo; else `word` itself."""
        return self._corrections.get(word) or self._corrections.remember(word, self._computed_correction(word))

    def _computed_correction(self, word: str) -> str:
        known = self._without_prefix(word)
        if known != word or self.words.is_known(word):
            return known
        by_sound = self.sounds.get(self.forms.consonant_key(word) if word.isascii() else "")
        return by_sound or self.typos.correct(word, 1) or word

    def _with_joined_numbers(self, words: list[str]) -> list[str]:
        """Return `words` with each number of several words as one element: "twenty", "one" becomes "twenty one"."""
        if self.words.long_numbers.isdisjoint(words):
            return words
        joined: list[str] = []
        while words:
            sizes = range(min(_MAX_NUMBER_WORDS, len(words)), 0, -1)
            size = next((size for size in sizes if " ".join(words[:size]) in self.words.numbers), 1)
            joined.append(" ".join(words[:size]))
            words = words[size:]
        return joined

    def _part(self, words: list[str], campaign: Campaign) -> ClauseReference | None:
        """Return a reference to the preamble or the closing if `words` name one of them, else None."""
        has_clause = any(word in self.words.clause for word in words)
        may_surround = self.words.may_surround if has_clause else self.words.is_near
        rest = [word for word in words if not may_surround(word) or word in self.words.last]
        if len(rest) != 1:
            return None
        is_last = has_clause and rest[0] in self.words.last
        part = CLOSING if is_last else self.words.parts.get(rest[0])
        return ClauseReference(part) if part in campaign.clause_by_id else None

    def _numbered(self, words: list[str], campaign: Campaign) -> ClauseReference | None:
        numbers = self._numbers(words)
        if not numbers:
            return None
        first, *others = (ClauseId(str(number)) for number in numbers)
        others = [clause for clause in dict.fromkeys(others) if clause in campaign.clause_by_id and clause != first]
        return ClauseReference(first if first in campaign.clause_by_id else None, numbers[0], tuple(others))

    def _numbers(self, words: list[str]) -> list[int]:
        """Return the numbers of the clauses that `words` name, or an empty list if they name none."""
        if not any(word in self.words.clause for word in words):
            return self._bare_number(words)
        words = [word for word in words if word not in self.words.noise]
        positions = self._number_positions(words)
        if not positions or not self._fits(words, positions):
            return []
        numbers = self._series(words, positions)
        has_digits = any(words[position].isdecimal() for position in positions)
        return numbers if has_digits or len(numbers) >= len(positions) else []

    def _bare_number(self, words: list[str]) -> list[int]:
        """Return a list with the only number in `words`, such as [4] for "show 4", if they name a clause.

        Return an empty list unless all other words are in `ReferenceWords.around`. The number must be in digits, or
        be a word for a number that names a clause on its own.
        """
        numbers = [word for word in words if word.isdecimal() or word in self.words.alone]
        if len(numbers) != 1 or self._value(numbers[0]) > _MAX_BARE_NUMBER:
            return []
        is_rest_near = all(word in self.words.around for word in words if word not in numbers)
        return [self._value(numbers[0])] if is_rest_near else []

    def _number_positions(self, words: list[str]) -> list[int]:
        """Return the positions of the numbers in `words`, in digits or spelled out.

        Some words for numbers are everyday words as well: "do" means two in Dari. Such a word counts as a number only
        next to a word for "clause", and only if the text has no other number.
        """
        digits = [position for position, word in enumerate(words) if word.isdecimal()]
        spelled = [i for i, word in enumerate(words) if word in self.words.numbers and word not in self.words.clause]
        if not digits and not self.words.digits_only.isdisjoint(words):
            return []
        clear = [i for i in spelled if words[i] not in self.words.around and words[i] not in self.words.stop]
        after = [i for i in spelled if i and words[i - 1] in self.words.clause]
        before = [i for i in spelled if i + 1 < len(words) and words[i + 1] in self.words.clause]
        return sorted((*digits, *clear)) or after or before

    def _fits(self, words: list[str], positions: list[int]) -> bool:
        """Return whether a text with numbers at `positions` names clauses, and says nothing else.

        `words` are the words of the text. A number right before the first word for "clause" may be an amount: for
        "3 points", return False. If that word is a singular, as in «۱۱ خواست شما», return True only if each of the
        other words can stand next to a clause's name, such as "show" (see `ReferenceWords.is_near`).
        """
        first = positions[0]
        may_surround: Callable[[str], bool] = self.words.may_surround
        if self._may_count(words, first):
            if words[first + 1] in self.words.counted:
                return False
            may_surround = self.words.is_near
        others = (word for position, word in enumerate(words) if position not in positions)
        return all(may_surround(word) or self.words.may_connect(word) for word in others)

    def _may_count(self, words: list[str], position: int) -> bool:
        word, following = words[position], words[position + 1 : position + 2]
        is_cardinal = word.isdecimal() or word in self.words.cardinals
        is_first = self.words.clause.isdisjoint(words[:position])
        return is_cardinal and is_first and not self.words.clause.isdisjoint(following)

    def _series(self, words: list[str], positions: list[int]) -> list[int]:
        """Return the first number, and the numbers that follow it in a list or range: 4, 5 and 6 for "4 to 6"."""
        numbers = [self._value(words[positions[0]])]
        for position, next_position in pairwise(positions):
            between = words[position + 1 : next_position]
            if not all(map(self.words.may_connect, between)):
                break
            numbers += self._following(numbers[-1], self._value(words[next_position]), between)
        return numbers

    def _following(self, number: int, next_number: int, between: list[str]) -> Iterator[int]:
        is_range = _RANGE in between or not self.words.ranges.isdisjoint(between)
        is_short = 0 < next_number - number <= _MAX_RANGE
        return iter(range(number + 1, next_number + 1) if is_range and is_short else (next_number,))

    def _value(self, word: str) -> int:
        return int(word[:6]) if word.isdecimal() else self.words.numbers[word]


def _with_digits(text: str) -> str:
    """Return `text` with Roman numerals as digits, and with the word _RANGE for a dash between two numbers."""
    text = _CYRILLIC_ROMAN.sub(lambda numeral: numeral[0].translate(_CYRILLIC_TO_LATIN), text)
    return _RANGE_SIGN.sub(f" {_RANGE} ", _ROMAN.sub(_arabic, text))


def _arabic(numeral: re.Match[str]) -> str:
    """Return the value of a Roman numeral in digits: "9" for "IX"."""
    values = [_ROMAN_DIGITS[letter] for letter in numeral[0].lower()]
    signed = (-value if value < after else value for value, after in pairwise([*values, 0]))
    return str(sum(signed))

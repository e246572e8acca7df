"""Recognize a text that asks for a screen of the bot, such as "unsubscribe" or "who can see me".

A text is a request only if every word of it is known to the word list of one language, and if the words of a
phrasing are among them. A text with any other word is left to the search of the declaration.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from content.model import Campaign, Lang
from content.search.clause_references import ReferenceFinder
from content.search.words.folding import folded_words
from content.search.words.typos import TypoCorrector
from content.search.words.word_forms import WordForms

_MAX_CHARACTERS = 300
_MAX_WORDS = 24
_MAX_CORRECTED = 2  # words of a text that may be misspelled
_LONGEST_WITH_ONE_TYPO = 9  # letters
_MIN_PART = 3  # letters of each half of a word that is two words written as one
_MIN_SOUND = 3  # letters of a phonetic key that identifies a word

Phrase = frozenset[str]


class KnownWords(Protocol):
    """A collection of words that can be asked for one of them."""

    def __contains__(self, word: str, /) -> bool:
        """Tell whether `word` is in the collection."""


@dataclass(frozen=True, slots=True)
class BotRequest:
    """A request for the screen of `command`, which is the name of a command without the slash.

    `lang` is the language of the words. `wanted` is the language that the text asks for, or None. `is_exact` tells
    whether the text is a label or a listed text, and not one that only has the words of a phrasing.
    """

    command: str
    lang: Lang
    wanted: Lang | None = None
    is_exact: bool = False


@dataclass(frozen=True, slots=True)
class Phrasing:
    """The meanings that a text must have to request `command`, in any order. `place` is its place in the list.

    `weight` is the number of meanings that are not of small words.
    """

    meanings: Phrase
    command: str
    weight: int
    place: int


@dataclass(frozen=True, slots=True)
class WholeText:
    """The words that a whole text must have to request `command`. Each place in the text has a set of choices."""

    choices: tuple[Phrase, ...]
    command: str

    def fits(self, words: tuple[str, ...]) -> bool:
        """Tell whether `words`, which are as many as `choices`, are all among the choices of their place."""
        return all(word in choices for word, choices in zip(words, self.choices, strict=True))


@dataclass(frozen=True, slots=True)
class RequestWords:
    """The words with which people ask the bot for a screen, in one language. All words are folded.

    `polite` are words without any meaning, `small` those that say nothing on their own. `meanings` has the meanings
    of each word that is in a phrasing, and `expressions` those of several words together. `phrasings` are listed
    under the alphabetically first of their meanings. `whole` has complete texts, without polite words, by their
    number of words. `labels` maps labels of buttons, written without spaces, to commands. `languages` maps names of
    languages to codes. `is_learned` tells that the lists were made from phrasings alone: then all that fit decide
    together.
    """

    lang: Lang
    polite: frozenset[str] = frozenset()
    small: frozenset[str] = frozenset()
    meanings: Mapping[str, Phrase] = field(default_factory=dict)
    expressions: tuple[tuple[Phrase, str], ...] = ()
    phrasings: Mapping[str, tuple[Phrasing, ...]] = field(default_factory=dict)
    whole: Mapping[int, tuple[WholeText, ...]] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    languages: Mapping[str, Lang] = field(default_factory=dict)
    by_sound: Mapping[str, str] = field(default_factory=dict)
    typos: TypoCorrector = field(default_factory=TypoCorrector)
    label_typos: TypoCorrector = field(default_factory=TypoCorrector)
    forms: WordForms = field(default_factory=WordForms)
    is_learned: bool = False

    def find(self, words: list[str], unreal: frozenset[str]) -> BotRequest | None:
        """Return the request that the folded `words` of a text make, or None. Only words in `unreal` may be typos."""
        if command := self._labelled(words, unreal):
            return BotRequest(command, self.lang, self._wanted(words), is_exact=True)
        known = self._known(words, unreal)
        if known is None:
            return None
        exact = self._exact(known)
        command = exact or self._phrased(frozenset(known) - self.polite)
        return BotRequest(command, self.lang, self._wanted(known), is_exact=bool(exact)) if command else None

    def _labelled(self, words: list[str], unreal: frozenset[str]) -> str | None:
        """Return the command of the button whose label consists of `words`, perhaps with a typo."""
        label = "".join(words)
        if label in self.labels or not unreal:
            return self.labels.get(label)
        corrected = self.label_typos.correct(label, max_typos=1)
        return self.labels[corrected] if corrected else None

    def _known(self, words: list[str], unreal: frozenset[str]) -> list[str] | None:
        """Return `words` as they are listed. Return None if one of them is not listed, in any spelling."""
        unlisted = [word for word in words if not self._is_listed(word)]
        if not unreal.issuperset(unlisted) or (len(unlisted) > _MAX_CORRECTED and len(unlisted) * 2 > len(words)):
            return None
        listed = {word: self._spellings(word) for word in unlisted}
        if not all(listed.values()):
            return None
        return [known for word in words for known in listed.get(word, (word,))]

    def _is_listed(self, word: str) -> bool:
        return word in self.polite or word in self.small or word in self.meanings

    def _spellings(self, word: str) -> tuple[str, ...]:
        """Return the listed words for which the unlisted `word` stands. They are two if it is two words in one."""
        for stem in self.forms.stems(word):
            if stem in self.meanings:
                return (stem,)
        known = self.typos.correct(word, 1) or self.by_sound.get(sound_key(word, self.forms))
        return (known,) if known else self._cut(word) or self._twice_mistyped(word)

    def _cut(self, word: str) -> tuple[str, ...]:
        for at in range(_MIN_PART, len(word) - _MIN_PART + 1):
            parts = word[:at], word[at:]
            if all(map(self._is_listed, parts)):
                return parts
        return ()

    def _twice_mistyped(self, word: str) -> tuple[str, ...]:
        known = self.typos.correct(word, 2) if len(word) > _LONGEST_WITH_ONE_TYPO else None
        return (known,) if known else ()

    def _exact(self, known: list[str]) -> str | None:
        """Return the command of the listed text that consists of the `known` words and polite ones."""
        plain = tuple(word for word in known if word not in self.polite)
        fitting = (whole.command for whole in self.whole.get(len(plain), ()) if whole.fits(plain))
        return next(fitting, None)

    def _phrased(self, words: Phrase) -> str | None:
        """Return the command of the phrasing that has the most of `words`. It must have at least half of them."""
        meanings_of = {word: self.meanings.get(word, frozenset()) for word in words}
        for parts, meaning in self.expressions:
            if parts <= words:
                for word in parts:
                    meanings_of[word] |= {meaning}
        best = self._best(frozenset(meaning for meanings in meanings_of.values() for meaning in meanings))
        if best is None:
            return None
        subjects = [word for word in words if word not in self.small and word not in self.languages]
        explained = sum(not best.meanings.isdisjoint(meanings_of[word]) for word in subjects)
        has_unknown = any(not meanings_of[word] for word in subjects)
        return None if has_unknown or explained * 2 < len(subjects) else best.command

    def _best(self, meanings: Phrase) -> Phrasing | None:
        fitting = [
            phrasing
            for meaning in meanings
            for phrasing in self.phrasings.get(meaning, ())
            if phrasing.meanings <= meanings
        ]
        return min(_joined(fitting) if self.is_learned else fitting, key=_rank, default=None)

    def _wanted(self, known: Iterable[str]) -> Lang | None:
        """Return the language that is named last, as in "from Dari to English"."""
        named = [self.languages[word] for word in known if word in self.languages]
        return named[-1] if named else None


@dataclass(frozen=True, slots=True)
class RequestFinder:
    """Find requests in texts, by the words of all languages of a campaign. Without words it finds nothing.

    `real_words` are collections of words that are never taken for typos of other words. A text that names a clause of
    `campaign`, as far as `references` finds it, is not a request.
    """

    words: tuple[RequestWords, ...] = ()
    real_words: tuple[KnownWords, ...] = ()
    references: ReferenceFinder | None = None
    campaign: Campaign | None = None

    def find(self, text: str, lang_hint: Lang | None = None) -> BotRequest | None:
        """Return the request that `text` makes, or None. `lang_hint` is the language of the person who wrote it."""
        words = folded_words(text[: _MAX_CHARACTERS + 1])
        if len(text) > _MAX_CHARACTERS or not 0 < len(words) <= _MAX_WORDS:
            return None
        unreal = frozenset(word for word in words if not any(word in known for known in self.real_words))
        requests = (lexicon.find(words, unreal) for lexicon in self._in_order(lang_hint))
        request = next((request for request in requests if request), None)
        return None if request and self._names_clause(text, request) else request

    def _in_order(self, lang_hint: Lang | None) -> Iterator[RequestWords]:
        """Yield the words of the language `lang_hint` first."""
        yield from (lexicon for lexicon in self.words if lexicon.lang == lang_hint)
        yield from (lexicon for lexicon in self.words if lexicon.lang != lang_hint)

    def _names_clause(self, text: str, request: BotRequest) -> bool:
        """Tell whether `text` names a clause, as "the last clause" does. "One clause a day" is about settings."""
        if self.references is None or self.campaign is None or request.is_exact:
            return False
        is_certain = request.command == "settings"  # "a clause a day, at one" is not clause 1
        return not is_certain and self.references.find(text, self.campaign, accept_typos=False) is not None


def _joined(phrasings: Iterable[Phrasing]) -> Iterable[Phrasing]:
    """Return one phrasing for each command, with the meanings and the weights of all of its phrasings."""
    joined: dict[str, Phrasing] = {}
    for phrasing in phrasings:
        other = joined.get(phrasing.command, phrasing)
        weight = phrasing.weight + (other.weight if other is not phrasing else 0)
        meanings = phrasing.meanings | other.meanings
        joined[phrasing.command] = Phrasing(meanings, phrasing.command, weight, min(phrasing.place, other.place))
    return joined.values()


def _rank(phrasing: Phrasing) -> tuple[int, int, int]:
    return -phrasing.weight, -len(phrasing.meanings), phrasing.place


def sound_key(word: str, forms: WordForms) -> str:
    """Return the phonetic key of `word`, or "" if the key is too short to identify a word."""
    key = forms.consonant_key(word) if word.isascii() else forms.homophone_key(word)
    return key if len(key) >= _MIN_SOUND else ""

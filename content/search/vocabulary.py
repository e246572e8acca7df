"""The vocabulary: which folded words and expressions mean which concept, and how an unknown word finds a known one.

An unknown word is tried without its endings, by its sound, cut in two, and as a slip of the finger; a frequent word
of English or Persian is real and never taken for a slip.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from content.search.multiword import Expressions
from content.search.phonetics import loose, skeleton
from content.search.stemming import stems
from content.search.typos import Typos
from content.search.verbs import is_verb, light, looks_like_a_verb
from content.search.wordlist import WordList

LATIN = "latin"  # the tongue of Dari in Latin letters
ELSEWHERE = "elsewhere"  # where a concept points that tells of another subject
# The senses of common words, and their files. Later ones win a word that two claim, a campaign's concepts over all.
COMMON = ("elsewhere", "filler", "stop", "greeting", "skip")
BONES = 3  # consonants that tell a word which somebody spelled in Latin letters; one more for other words
VERB, NOT = "است", "نیست"  # stand for all forms of everyday verbs
PART = ""  # the sense of a word that only means something inside an expression
_SAYING_LITTLE = frozenset((*COMMON, PART))
_DIGITS = str.maketrans("013457", "oieast")


@dataclass(slots=True)
class Vocabulary:
    """Filled once (see `vocabulary_builder`), then only asked."""

    real: WordList
    senses: dict[str, str] = field(default_factory=dict)
    tongues: dict[str, frozenset[str]] = field(default_factory=dict)
    longer: Expressions = field(default_factory=Expressions)
    looser: Expressions = field(default_factory=Expressions)  # by the bones of their words
    sounds: dict[str, str] = field(default_factory=dict)
    typos: Typos = field(default_factory=Typos)

    def may_vary(self, word: str) -> bool:
        """Whether `word` may be another form of a word inside an expression; English words are written in one way."""
        tongues = self.tongues.get(word)
        return not word.isascii() or (word not in self.real if tongues is None else LATIN in tongues)

    def resolve(self, word: str) -> tuple[str, ...]:
        """The known words that `word` stands for: itself, its stem, ...; empty when nothing is near."""
        if word in self.senses:
            return (word,)
        if not (word.isascii() and word in self.real) and is_verb(word):
            return (NOT if light(word) == "-" else VERB,)
        for stem in stems(word):
            if self.senses.get(stem, "stop") not in ("stop", "skip", PART):
                return (stem,)
        if word in self.real:
            return (VERB,) if looks_like_a_verb(word) else ()
        found = (
            self._mended(word, 1)
            or self._by_sound(_sound(word))
            or self._cut(word)
            or self._mended(word, 2)
            or self._by_sound(*_shorter(word))
        )
        if found and self.senses.get(found[0]) == ELSEWHERE and _sound(found[0]) != _sound(word):
            found = ()  # a guess must not decide that a text is about something else
        return found or ((VERB,) if looks_like_a_verb(word) else ())

    def meaning_of_part(self, word: str) -> str:
        """The sense of a word of an expression when it stands alone: that of its stem or of its sound."""
        if is_verb(word) or looks_like_a_verb(word):
            return "stop"
        forms = (*stems(word), *(self._by_sound(_sound(word)) if self.may_vary(word) else ()))
        senses = (self.senses.get(form, PART) for form in forms)
        return next((sense for sense in senses if sense not in (PART, "stop", "skip")), PART)

    def _by_sound(self, *keys: str) -> tuple[str, ...]:
        return next(((self.sounds[key],) for key in keys if key in self.sounds), ())

    def _cut(self, word: str) -> tuple[str, ...]:
        """Two known words of some meaning written as one."""
        for i in range(3, len(word) - 2):
            parts = word[:i], word[i:]
            if all(self.senses.get(part, "stop") not in ("stop", "skip", "filler", "greeting") for part in parts):
                return parts
        return ()

    def _mended(self, word: str, slips: int) -> tuple[str, ...]:
        if any(letter.isdecimal() for letter in word):
            plain = word.translate(_DIGITS)
            return (plain,) if plain in self.senses else ()
        mended = self.typos.mend(word, slips, self._is_likely)
        return () if mended is None else (mended,)

    def _is_likely(self, word: str) -> bool:
        """Whether people ask with `word`: it wins over common words that are equally near."""
        return self.senses[word] not in _SAYING_LITTLE


def _sound(word: str) -> str:
    return skeleton(word) if word.isascii() else "~" + loose(word)


def _shorter(word: str) -> Iterator[str]:
    """The skeletons of a Latin-letter word without what may be its ending: ha, an, ra, at and their kin."""
    key = skeleton(word) if word.isascii() else ""
    for ending in ("h", "n", "r", "hr", "nr", "t", "m", "S"):
        left = key.removesuffix(ending)
        if len(left) >= BONES and left != key:
            yield left

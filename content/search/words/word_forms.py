"""Combine the endings, verbs and sounds of a campaign's languages in one object."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from content.search.words.phonetics import Sounds
from content.search.words.stemming import Stemmer
from content.search.words.verbs import VerbForms
from content.search.words.word_cache import WordCache


@dataclass(frozen=True, slots=True)
class WordForms:
    """The endings, verbs and sounds of a campaign's languages, built once from the language packs.

    `varying` are the languages in which the words of an expression can have other endings or spellings. `loose` are
    the languages that people also write in Latin letters, without a standard spelling.
    """

    stemmer: Stemmer = field(default_factory=Stemmer)
    verbs: VerbForms = field(default_factory=VerbForms)
    sounds: Sounds = field(default_factory=Sounds)
    varying: frozenset[str] = frozenset()
    loose: frozenset[str] = frozenset()
    _variant_keys: WordCache[str] = field(default_factory=WordCache, init=False, repr=False, compare=False)

    def stems(self, word: str) -> Iterator[str]:
        """Yield the possible stems of the folded `word`, likeliest first."""
        return self.stemmer.stems(word)

    def is_verb(self, word: str) -> bool:
        """Return whether a folded word is a form of an everyday verb."""
        return self.verbs.is_verb(word)

    def has_verb_ending(self, word: str) -> bool:
        """Return whether a folded word ends as the infinitive of a verb does, such as جنگیدن."""
        return self.verbs.has_verb_ending(word)

    def verb_key(self, word: str) -> str:
        """Return "-" for a negated form of an everyday verb, "+" for other forms, and "" for all other words."""
        return self.verbs.verb_key(word)

    def consonant_key(self, word: str) -> str:
        """Return a key of the consonants of a folded word. See `Sounds.consonant_key`."""
        return self.sounds.consonant_key(word)

    def homophone_key(self, word: str) -> str:
        """Return a key that words share if they sound alike. See `Sounds.homophone_key`."""
        return self.sounds.homophone_key(word)

    def sound_key(self, word: str) -> str:
        """Return the phonetic key by which the vocabulary finds words that sound like the folded `word`."""
        return self.consonant_key(word) if word.isascii() else "~" + self.homophone_key(word)

    def variant_key(self, word: str) -> str:
        """Return a key that all forms of a word share. Expressions are looked up by the keys of their words.

        Two words have the same key if only their endings (ملګرو, ملګري) or Latin spellings (hoquqe, huquq) differ.
        All everyday verbs have the key "+", or "-" if they are negated.
        """
        return self._variant_keys.get(word) or self._variant_keys.remember(word, self._computed_key(word))

    def _computed_key(self, word: str) -> str:
        if key := self.verb_key(word):
            return key
        return (self.consonant_key(word) or word) if word.isascii() else self.sounds.ending_key(word)

    def may_be_loose(self, languages: frozenset[str]) -> bool:
        """Return whether one of `languages` is also written in Latin letters without a standard spelling."""
        return not self.loose.isdisjoint(languages)

    def is_always_loose(self, languages: frozenset[str]) -> bool:
        """Return whether each of `languages` is also written in Latin letters without a standard spelling."""
        return bool(languages) and languages <= self.loose

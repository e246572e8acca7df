"""Map folded words and expressions to concepts, and find the known word that an unknown word stands for.

An unknown word is looked up without its endings, by its sound, as two words written as one, and as a typo. Frequent
words of English or Persian are called real words. A real word is never taken for a typo of another word.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from content.search.language_detection import LanguageDetector
from content.search.multiword import Expressions
from content.search.typos import TypoCorrector
from content.search.word_forms import WordForms
from content.search.wordlist import WordList

ELSEWHERE = "elsewhere"  # the sense of words of other subjects, and the target of concepts that point away
# The senses of common words, each with a file in content/words. Of two that have a word, the later one gets it.
# The concepts of a campaign come last.
COMMON = ("elsewhere", "filler", "stop", "greeting", "skip")
MIN_CONSONANTS = 3  # that identify a word spelled in Latin letters; words in Arabic letters need one more
VERB, NEGATED_VERB = "است", "نیست"  # stand for all forms of everyday verbs
EXPRESSION_PART = ""  # the sense of a word that only has a meaning inside an expression
_WITHOUT_SUBJECT = frozenset((*COMMON, EXPRESSION_PART))
_DIGITS_AS_LETTERS = str.maketrans("013457", "oieast")


@dataclass(slots=True)
class Vocabulary:
    """The words of a campaign, filled once by `vocabulary_builder` and then only read.

    `senses` maps a word to its sense, which is the id of a concept or one of COMMON. `languages` maps a word to the
    languages in which it exists. `expressions` maps expressions of several words to senses. `variants` does the same
    for expressions whose words are replaced by their variant keys. `words_by_sound` maps a phonetic key to a known
    word.
    """

    real_words: WordList
    senses: dict[str, str] = field(default_factory=dict)
    languages: dict[str, frozenset[str]] = field(default_factory=dict)
    expressions: Expressions = field(default_factory=Expressions)
    variants: Expressions = field(default_factory=Expressions)
    words_by_sound: dict[str, str] = field(default_factory=dict)
    typos: TypoCorrector = field(default_factory=TypoCorrector)
    forms: WordForms = field(default_factory=WordForms)
    detector: LanguageDetector = field(default_factory=LanguageDetector)

    def may_vary(self, word: str) -> bool:
        """Tell whether `word` may be another form of a word in an expression. It may not if it is an English word."""
        languages = self.languages.get(word)
        return not word.isascii() or (
            word not in self.real_words if languages is None else self.forms.may_be_loose(languages)
        )

    def resolve(self, word: str) -> tuple[str, ...]:
        """Return the known words that the folded `word` stands for, or an empty tuple if no known word is similar.

        The result has two words if `word` is two words written as one.
        """
        if word in self.senses:
            return (word,)
        if not (word.isascii() and word in self.real_words) and self.forms.is_verb(word):
            return (NEGATED_VERB if self.forms.verb_key(word) == "-" else VERB,)
        for stem in self.forms.stems(word):
            if self.senses.get(stem, "stop") not in ("stop", "skip", EXPRESSION_PART):
                return (stem,)
        known = () if word in self.real_words else self._nearest(word)
        return known or ((VERB,) if self.forms.has_verb_ending(word) else ())

    def sense_of_part(self, word: str) -> str:
        """Return the sense of a single word that is only listed as part of expressions.

        It is the sense of the word's stem, or of a known word that sounds like it. If there is neither, it is
        EXPRESSION_PART.
        """
        if self.forms.is_verb(word) or self.forms.has_verb_ending(word):
            return "stop"
        forms = (
            *self.forms.stems(word),
            *(self._by_sound(self.forms.sound_key(word)) if self.may_vary(word) else ()),
        )
        senses = (self.senses.get(form, EXPRESSION_PART) for form in forms)
        return next((sense for sense in senses if sense not in (EXPRESSION_PART, "stop", "skip")), EXPRESSION_PART)

    def _nearest(self, word: str) -> tuple[str, ...]:
        """Return known words that `word` may stand for. Guesses by typo, sound or cutting are tried, safest first."""
        known = (
            self._corrected(word, max_typos=1)
            or self._by_sound(self.forms.sound_key(word))
            or self._cut(word)
            or self._corrected(word, max_typos=2)
            or self._by_sound(*_shortened_keys(self.forms.consonant_key(word) if word.isascii() else ""))
        )
        if (
            known
            and self.senses.get(known[0]) == ELSEWHERE
            and self.forms.sound_key(known[0]) != self.forms.sound_key(word)
        ):
            return ()  # a guess must not decide that a text is about another subject
        return known

    def _by_sound(self, *keys: str) -> tuple[str, ...]:
        return next(((self.words_by_sound[key],) for key in keys if key in self.words_by_sound), ())

    def _cut(self, word: str) -> tuple[str, ...]:
        """Return the two known words, each with a subject, that `word` is made of. Otherwise return no words."""
        for at in range(3, len(word) - 2):
            parts = word[:at], word[at:]
            if all(self.senses.get(part, "stop") not in ("stop", "skip", "filler", "greeting") for part in parts):
                return parts
        return ()

    def _corrected(self, word: str, max_typos: int) -> tuple[str, ...]:
        if any(letter.isdecimal() for letter in word):
            plain = word.translate(_DIGITS_AS_LETTERS)
            return (plain,) if plain in self.senses else ()
        corrected = self.typos.correct(word, max_typos, self._has_subject)
        return () if corrected is None else (corrected,)

    def _has_subject(self, word: str) -> bool:
        """Tell whether the known `word` belongs to a concept, and not to the common words."""
        return self.senses[word] not in _WITHOUT_SUBJECT


def _shortened_keys(key: str) -> Iterator[str]:
    """Yield shorter forms of the consonant key of a word. In each, an ending such as ha, an, ra or at is left out."""
    for ending in ("h", "n", "r", "hr", "nr", "t", "m", "S"):
        shortened = key.removesuffix(ending)
        if len(shortened) >= MIN_CONSONANTS and shortened != key:
            yield shortened

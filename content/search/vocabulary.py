"""Map folded words and expressions to concepts, and find the known word that an unknown word stands for.

An unknown word is looked up without its endings, as two words written as one, as a typo, and by its sound. Frequent
words of English or Persian are called real words. A real word is never taken for a typo of another word.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from rapidfuzz.distance import OSA

from content.search.contrast import Contrast
from content.search.language_detection import LanguageDetector
from content.search.multiword import Expressions
from content.search.words.typos import TypoCorrector
from content.search.words.word_cache import WordCache
from content.search.words.word_forms import WordForms
from content.search.words.wordlist import WordList

ELSEWHERE = "elsewhere"  # the sense of words of other subjects, and the target of concepts that point away
DETAIL = "detail"  # the sense of words that ask for an amount, an age or the like, which a declaration seldom states
# The senses of common words: keys of the language packs in content/words. A word in two lists has the later sense.
# The concepts of a campaign come last.
COMMON = ("elsewhere", "filler", "stop", "detail", "greeting", "skip")
MIN_CONSONANTS = 3  # that identify a word spelled in Latin letters; words in Arabic letters need one more
MIN_CERTAIN = 6  # letters of a word with a subject that is not part of a longer word by chance
MIN_STEM = 4  # letters of a frequent word whose plural is a real word, too
MIN_PHRASE = 5  # letters of two words without a subject that are written as one
MIN_PART = 3  # letters of a part of two words written as one, unless the part is a particle
VERB, NEGATED_VERB = "است", "نیست"  # stand for all forms of everyday verbs
EXPRESSION_PART = ""  # the sense of a word that only has a meaning inside an expression
_WITHOUT_SUBJECT = frozenset((*COMMON, EXPRESSION_PART))
_WITHOUT_MEANING = frozenset(("filler", "stop", DETAIL, "greeting", "skip", EXPRESSION_PART))
_VOWELS = {"a": "a", "e": "i", "i": "i", "o": "u", "u": "u"}  # those that people interchange have the same value
_DIGITS_AS_LETTERS = str.maketrans("013457", "oieast")


@dataclass(slots=True)
class Vocabulary:
    """The words of a campaign, filled once by `vocabulary_builder` and then only read.

    - `senses`: the sense of each word: the id of a concept, one of COMMON, or EXPRESSION_PART.
    - `languages`: the languages in which each word exists.
    - `expressions`: the senses of expressions of several words.
    - `variants`: the senses of expressions again, with a key in place of each word. All forms of a word have the same
      key (see `WordForms.variant_key`), so the words can have other endings and spellings.
    - `words_by_sound`: a known word for each phonetic key.
    - `contrast`: the words that mark a part of a text as rejected.
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
    contrast: Contrast = field(default_factory=Contrast)
    _resolved: WordCache[tuple[str, ...]] = field(default_factory=WordCache, init=False, repr=False, compare=False)

    def may_vary(self, word: str) -> bool:
        """Return whether `word` of a text may be another form of a word in a listed expression.

        Return True for a word with letters other than a to z. A word of only these letters may be another form if it
        belongs to a language without standard spelling in them, such as Dari, or if it is unknown and not in
        `real_words`.
        """
        languages = self.languages.get(word)
        return not word.isascii() or (
            word not in self.real_words if languages is None else self.forms.may_be_loose(languages)
        )

    def resolve(self, word: str) -> tuple[str, ...]:
        """Return the known words that the folded `word` stands for, or an empty tuple if no known word is similar.

        There are two known words if `word` is two words written as one.
        """
        if word in self.senses:
            return (word,)
        resolved = self._resolved.get(word)
        return self._resolved.remember(word, self._found(word)) if resolved is None else resolved

    def _found(self, word: str) -> tuple[str, ...]:
        """Return the known words that the unknown `word` stands for, or an empty tuple."""
        if not (word.isascii() and word in self.real_words) and self.forms.is_verb(word):
            return (NEGATED_VERB if self.forms.verb_key(word) == "-" else VERB,)
        known = self._undoubled(word) or self._stem(word)
        if not known and not self.is_real(word):
            known = self._nearest(word)
        return known or ((VERB,) if self.forms.has_verb_ending(word) else ())

    def is_real(self, word: str) -> bool:
        """Return whether `word` is frequent in English or Persian, or is a frequent English word with an ending."""
        return word in self.real_words or (
            word.isascii() and any(self._is_inflected(word, stem) for stem in self.forms.stems(word))
        )

    def _is_inflected(self, word: str, stem: str) -> bool:
        """Return whether `word` is the frequent word `stem` with an ending. A long ending needs a longer stem."""
        is_long = len(stem) >= MIN_STEM + (len(word) - len(stem) > 1)
        return is_long and word.startswith(stem) and stem in self.real_words and self.senses.get(stem) != "stop"

    def _undoubled(self, word: str) -> tuple[str, ...]:
        """Return the known word that results if one of two equal neighbouring letters in `word` is removed, or ()."""
        doubled = (at for at in range(1, len(word)) if word[at] == word[at - 1])
        forms = (word[:at] + word[at + 1 :] for at in doubled)
        return next(((form,) for form in forms if len(form) > MIN_PART and form in self.senses), ())

    def _stem(self, word: str) -> tuple[str, ...]:
        """Return the known word that is a stem of `word`, as a tuple, or an empty tuple."""
        for stem in self.forms.stems(word):
            sense = self.senses.get(stem, "stop")
            if sense == ELSEWHERE and word.isascii() and not _is_plain_form(word, stem):
                continue  # "tally" and "meatings" are not about a tale and meat
            if sense not in ("stop", "skip", EXPRESSION_PART):
                return (stem,)
        return ()

    def correct_part(self, word: str) -> tuple[str, ...]:
        """Return the correct spelling of `word` as a tuple, or () if `word` is not known to be a misspelling.

        `word` is listed only within expressions. Some expressions are listed with a common misspelling: if "human
        rigths" has the same sense as "human rights", "rigths" is a misspelling of "rights".
        """
        corrected = None if self.is_real(word) else self.typos.correct(word, 1, self._has_subject, ignored=word)
        if corrected is None or not self._has_subject(corrected):
            return ()
        return (corrected,) if self.expressions.are_alike(word, corrected) else ()

    def sense_of_part(self, word: str) -> str:
        """Return the sense of `word` where it stands alone. The word lists have it only as part of expressions.

        A verb has the sense "stop". Another word has the sense of its stem, or of a known word that sounds alike. If
        there is neither, return EXPRESSION_PART.
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
        """Return the known words that `word` most probably stands for, or ().

        `word` might have a typo, be two words written as one, or be spelled by its sound. The safest guess is tried
        first.
        """
        cut, is_certain = self._cut(word)
        if is_certain:
            return cut
        guesses = self._guesses(word, cut)
        return next((guess for guess in guesses if guess and (guess == cut or self._is_plausible(word, *guess))), ())

    def _guesses(self, word: str, cut: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        """Yield guesses of the known words that `word` stands for, likeliest first. A guess can be empty.

        `cut` has the two known words of which `word` might be made, or is empty.
        """
        yield self._corrected(word, max_typos=1)
        yield cut
        yield self._by_full_sound(word)
        yield self._corrected_twice(word)
        yield self._by_sound(*_shortened_keys(self.forms.consonant_key(word) if word.isascii() else ""))
        yield self._corrected(word, max_typos=1, accept_short=True)

    def _is_plausible(self, word: str, known: str) -> bool:
        """Return whether the unknown `word` may be taken for `known`. A wrong guess changes a text's subject.

        Return False in two cases. First, `known` names a subject that the campaign does not have, and sounds
        different from `word`. Second, `known` is of a language without standard spelling in Latin letters, in which
        many short words sound alike. Then a short `word` of equal length that sounds like `known` must also have the
        same first vowel.
        """
        key = self.forms.sound_key(word)
        if self.senses.get(known) == ELSEWHERE and key != self.forms.sound_key(known):
            return False
        languages = self.languages.get(known, frozenset())
        is_identified = len(key) > MIN_CONSONANTS or not self.forms.may_be_loose(languages)
        return is_identified or key != self.forms.sound_key(known) or not _has_other_vowel(word, known)

    def _by_full_sound(self, word: str) -> tuple[str, ...]:
        """Return the known word that sounds like `word`, or ().

        In Latin letters, two words with few consonants must also have the same first vowel.
        """
        key = self.forms.sound_key(word)
        guess = self._by_sound(key)
        is_identified = not guess or not (word + guess[0]).isascii() or len(key) > MIN_CONSONANTS
        return guess if is_identified or _first_vowel(word) == _first_vowel(guess[0]) else ()

    def _by_sound(self, *keys: str) -> tuple[str, ...]:
        return next(((self.words_by_sound[key],) for key in keys if key in self.words_by_sound), ())

    def _cut(self, word: str) -> tuple[tuple[str, ...], bool]:
        """Return the two words of which `word` is made, and whether this is certain; () and False if there are none.

        Two words that are a listed expression are preferred, then two words of which at least one names a subject.
        """
        cuts = ((word[:at], word[at:]) for at in range(1, len(word)))
        ranked = [(rank, cut) for cut in cuts if (rank := self._rank_of_cut(*cut))]
        if not ranked:
            return (), False
        (is_expression, _, longest), cut = max(ranked)
        is_elsewhere = ELSEWHERE in map(self.senses.get, cut)
        return cut, is_expression or (longest >= MIN_CERTAIN and not is_elsewhere)

    def _rank_of_cut(self, first: str, second: str) -> tuple[bool, int, int] | None:
        """Return a sort key for cutting a word into two, greater for a likelier cut; None for an implausible cut."""
        if self.expressions.find((first, second)) is not None:
            return True, 2, len(first) + len(second)
        if not (self._may_be_glued(first, is_first=True) and self._may_be_glued(second, is_first=False)):
            return None
        shortest = MIN_PART + (first.isascii() and min(len(first), len(second)) < MIN_PART)
        subjects = [part for part in (first, second) if len(part) >= shortest and self._is_about_subject(part)]
        if not (subjects or self._is_phrase(first, second)) or not all(map(self._is_word, (first, second))):
            return None
        return False, len(subjects), max(map(len, subjects), default=0)

    def _is_phrase(self, first: str, second: str) -> bool:
        """Return whether two known words, at least one of them a stop word or particle, may be written as one."""
        senses = {self.senses.get(first, EXPRESSION_PART), self.senses.get(second, EXPRESSION_PART)}
        is_long = len(first) + len(second) >= MIN_PHRASE
        return is_long and not senses.isdisjoint(("stop", "skip")) and EXPRESSION_PART not in senses

    def _may_be_glued(self, part: str, *, is_first: bool) -> bool:
        """Return whether `part` can be one of two words that are written as one.

        This is so for a word of at least MIN_PART letters, and for shorter stop words and particles (words such as
        articles). The first of the two words may be shorter than the second.
        """
        if len(part) >= MIN_PART:
            return True
        shortest = 1 if is_first and not (part.isascii() and self.senses.get(part) != "skip") else 2
        return len(part) >= shortest and self.senses.get(part) in ("skip", "stop")

    def _is_word(self, part: str) -> bool:
        return part in self.senses or part in self.real_words or self.forms.is_verb(part)

    def _is_about_subject(self, part: str) -> bool:
        """Return whether `part` of a compound word names a subject, of this campaign or another."""
        return self.senses.get(part, "stop") not in _WITHOUT_MEANING

    def _corrected(self, word: str, max_typos: int, *, accept_short: bool = False) -> tuple[str, ...]:
        if any(letter.isdecimal() for letter in word):
            plain = word.translate(_DIGITS_AS_LETTERS)
            return (plain,) if plain in self.senses else ()
        corrected = self.typos.correct(word, max_typos, self._has_subject, accept_short=accept_short)
        is_bold = corrected is not None and (accept_short or corrected[0] != word[0])
        if corrected is None or (is_bold and self.senses[corrected] in ("filler", "greeting", ELSEWHERE)):
            return ()  # a bold guess must not make a word of another subject meaningless
        return (corrected,)

    def _corrected_twice(self, word: str) -> tuple[str, ...]:
        """Return the known word that differs from `word` by two typos, or ().

        If the known word has no standard spelling in Latin letters, the phonetic keys of the two words may differ by
        only one typo.
        """
        guess = self._corrected(word, max_typos=2)
        if not guess or not self.forms.is_always_loose(self.languages.get(guess[0], frozenset())):
            return guess
        return guess if OSA.distance(self.forms.sound_key(word), self.forms.sound_key(guess[0])) <= 1 else ()

    def _has_subject(self, word: str) -> bool:
        """Return whether the known `word` belongs to a concept, and not to the common words."""
        return self.senses[word] not in _WITHOUT_SUBJECT


def _is_plain_form(word: str, stem: str) -> bool:
    """Return whether `word` is `stem` with an ending of at most three letters."""
    return word.startswith(stem) and len(word) - len(stem) <= 3


def _has_other_vowel(word: str, known: str) -> bool:
    """Return whether two words of equal length have different first vowels.

    Return False for other lengths, and for words with the same letters in another order.
    """
    is_other_word = len(word) == len(known) and sorted(word) != sorted(known)
    return is_other_word and _first_vowel(word) != _first_vowel(known)


def _first_vowel(word: str) -> str:
    return next((_VOWELS[letter] for letter in word if letter in _VOWELS), "")


def _shortened_keys(key: str) -> Iterator[str]:
    """Yield `key` (the consonants of a word) without those at its end that can be an ending: "dxtr" for "dxtrn".

    Results with too few consonants are left out.
    """
    for ending in ("h", "n", "r", "hr", "nr", "t", "m", "S"):
        shortened = key.removesuffix(ending)
        if len(shortened) >= MIN_CONSONANTS and shortened != key:
            yield shortened

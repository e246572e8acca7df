"""Build the vocabulary from the language packs and a campaign's concepts."""

from collections.abc import Collection, Iterable, Iterator
from functools import cache
from sys import intern

from content.loading.concept_files import ConceptRow, common_words, expressions, real_words
from content.loading.language_packs.contrast_words import contrast_words
from content.loading.language_packs.language_builder import language_detector, word_forms
from content.loading.language_packs.pack_files import all_packs
from content.loading.language_packs.reference_builder import reference_finder
from content.search.multiword import Expression, Expressions
from content.search.vocabulary import COMMON, EXPRESSION_PART, MIN_CONSONANTS, Vocabulary
from content.search.words.word_forms import WordForms
from content.search.words.wordlist import WordList

__all__ = ["build_vocabulary", "reference_finder"]


class _ExpressionClaims:
    """The expressions of several words from all word lists, each with its sense: a concept or a kind of common word.

    `by_first` maps the first word of expressions to the expressions and their senses, in the order of the lists.
    """

    def __init__(self) -> None:
        self.by_first: dict[str, list[tuple[Expression, str]]] = {}

    def add(self, words: Expression, sense: str) -> None:
        """Add an expression of several words from a word list. `sense` is the sense of that list."""
        self.by_first.setdefault(words[0], []).append((words, sense))

    def words(self) -> Iterator[str]:
        """Yield the single words of all expressions, one expression after the other.

        Expressions with the same first word follow each other, the longest first. If two of them have the same
        length, the expression that was added later comes first.
        """
        for first, claims in self.by_first.items():
            later_first = claims[::-1]
            later_first.sort(key=_longest_first)  # a stable sort: of equal length, later ones stay first
            for words, _ in later_first:
                yield from (first, *words)

    def to_expressions(self) -> Expressions:
        """Return a table of the expressions with their senses. Of several senses of one expression, keep the last."""
        return Expressions.of(claim for claims in self.by_first.values() for claim in claims)


def build_vocabulary(rows: Iterable[ConceptRow], languages: Collection[str] | None = None) -> Vocabulary:
    """Build the vocabulary of a campaign from common words and from the words of its concepts.

    `rows` are the concepts. `languages` are the languages of the campaign; if None, all in which the concepts have
    words. A common word that is also listed under a concept belongs to the concept.
    """
    rows = list(rows)
    languages = _languages_of(rows) if languages is None else tuple(languages)
    vocabulary = Vocabulary(
        WordList.of(real_words(languages)),
        forms=word_forms(languages),
        detector=language_detector(languages),
        contrast=contrast_words(),
    )
    claims, variant_claims = _ExpressionClaims(), _ExpressionClaims()
    for sense, language, listed in _word_lists(rows, languages):
        for words in listed:
            _add_words(vocabulary, sense, language, words)
            if len(words) > 1:
                claims.add(words, sense)
                is_varying = language in vocabulary.forms.varying
                variant = tuple(map(vocabulary.forms.variant_key, words)) if is_varying else ()
                if variant and _may_vary(variant, sense):
                    variant_claims.add(variant, sense)
    vocabulary.expressions, vocabulary.variants = claims.to_expressions(), variant_claims.to_expressions()
    for word in claims.words():
        vocabulary.senses.setdefault(intern(word), EXPRESSION_PART)
    vocabulary.words_by_sound = _words_by_sound(vocabulary)
    for word in [word for word, sense in vocabulary.senses.items() if sense == EXPRESSION_PART]:
        vocabulary.senses[word] = vocabulary.sense_of_part(word)
    vocabulary.typos.add(word for word, sense in vocabulary.senses.items() if sense != "skip")
    return vocabulary


def _languages_of(rows: list[ConceptRow]) -> tuple[str, ...]:
    """Return the languages in which `rows` have words. Variants such as Dari in Latin letters are left out."""
    variants = {pack.language for pack in all_packs() if pack.is_variant}
    return tuple(dict.fromkeys(language for row in rows for language in row.words if language not in variants))


def _word_lists(rows: list[ConceptRow], languages: tuple[str, ...]) -> Iterator[tuple[str, str, list[Expression]]]:
    """Yield the sense, language and expressions of each word list: first of common words, then of concepts.

    If two lists have a word, the later list decides its sense.
    """
    yield from common_words(languages)
    for row in rows:
        for language, text in row.words.items():
            yield row.id, language, expressions(text, languages)


def _add_words(vocabulary: Vocabulary, sense: str, language: str, words: Expression) -> None:
    for word in map(intern, words):
        others = vocabulary.languages.get(word, frozenset())
        vocabulary.languages[word] = _with_language(others, language)
    if len(words) == 1:
        vocabulary.senses[intern(words[0])] = sense


def _may_vary(variant: Expression, sense: str) -> bool:
    """Return whether an expression may also be found if its words have other endings or spellings.

    `variant` has a key for each word of the expression. All forms of a word have the same key (see
    `WordForms.variant_key`). Short keys would match other texts by chance. Therefore all keys together must have at
    least MIN_CONSONANTS letters. The key of an everyday verb is only "+" or "-". An expression with an everyday verb
    must belong to a concept, and the key of its first word alone must have at least MIN_CONSONANTS letters.
    """
    if {"+", "-"} & {*variant}:
        return sense not in COMMON and variant[0] not in "+-" and len(variant[0]) >= MIN_CONSONANTS
    return len("".join(variant)) >= MIN_CONSONANTS


@cache
def _with_language(languages: frozenset[str], language: str) -> frozenset[str]:
    """Return the set `languages` with `language` added.

    The result is cached, so that all words with the same languages share one set. This halves the memory.
    """
    return languages | {language}


def _words_by_sound(vocabulary: Vocabulary) -> dict[str, str]:
    """Map each phonetic key to one of the words with this key.

    Keys that words of different senses share are left out.
    """
    senses_of_key: dict[str, set[str]] = {}
    first_word: dict[str, str] = {}
    for word, sense in vocabulary.senses.items():
        if sense in ("stop", "skip", EXPRESSION_PART) or len(word) < 3:
            continue
        for key in _sound_keys(word, vocabulary.languages[word], vocabulary.forms):
            senses_of_key.setdefault(key, set()).add(sense)
            first_word.setdefault(key, word)
    return {key: first_word[key] for key, senses in senses_of_key.items() if len(senses) == 1}


def _longest_first(claim: tuple[Expression, str]) -> int:
    return -len(claim[0])


def _sound_keys(word: str, languages: frozenset[str], forms: WordForms) -> Iterator[str]:
    """Yield the phonetic keys of `word`. Yield none if the word is too short to be recognised by its sound."""
    if not word.isascii() and len(word) > MIN_CONSONANTS:
        yield forms.sound_key(word)
    is_loose = forms.may_be_loose(languages)
    if is_loose or not word.isascii():
        key = forms.consonant_key(word)
        if len(key) >= MIN_CONSONANTS + (not is_loose):
            yield key

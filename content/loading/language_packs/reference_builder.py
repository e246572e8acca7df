"""Build the reference finder, which recognises clauses that a text names by number, from the language packs."""

from collections.abc import Collection, Iterable
from functools import cache

from content.loading.language_packs.language_builder import word_forms
from content.loading.language_packs.pack_files import LanguagePack, folded_entries, packs_for
from content.model import ClauseId
from content.search.clause_references import ReferenceFinder, ReferenceWords
from content.search.words.typos import TypoCorrector
from content.search.words.word_forms import WordForms

_MIN_TYPO_LETTERS = 5  # of a word that is recognised with a typo
_MIN_SOUNDS = 3  # of a word that is recognised by its consonants


def reference_finder(languages: Collection[str] | None = None) -> ReferenceFinder:
    """Return a finder of texts that name a clause, such as "clause 5", in `languages`.

    If `languages` is None, texts in all languages with a pack are found.
    """
    return _reference_finder(None if languages is None else tuple(languages))


@cache
def _reference_finder(languages: tuple[str, ...] | None) -> ReferenceFinder:
    packs, forms = packs_for(languages), word_forms(languages)
    words = _reference_words(packs)
    known = [*sorted(words.clause), *words.numbers, *words.parts]
    typos = TypoCorrector()
    typos.add(word for word in known if len(word) >= _MIN_TYPO_LETTERS)
    return ReferenceFinder(words, _by_sound(known, forms), typos, forms)


def _by_sound(words: list[str], forms: WordForms) -> dict[str, str]:
    """Map the consonant key of each word in Latin letters to the word. Of words with the same key, the first is kept.

    A consonant key has only the consonants, so that a misspelled word can have the same key. Short keys are left out.
    """
    keys = {word: forms.consonant_key(word) for word in reversed(words) if word.isascii()}
    return {key: word for word, key in keys.items() if len(key) >= _MIN_SOUNDS}


def _reference_words(packs: tuple[LanguagePack, ...]) -> ReferenceWords:
    cardinals, ordinals = _numbers(packs, "cardinals"), _numbers(packs, "ordinals")
    numbers = {**ordinals, **cardinals}
    joins, ranges = _words(packs, "joins"), _words(packs, "ranges")
    parts = [part for pack in packs for part in pack.section("references", "parts").items()]
    return ReferenceWords(
        clause=_words(packs, "clause"),
        around=_words(packs, "around"),
        numbers=numbers,
        long_numbers=frozenset(word.split()[0] for word in numbers if " " in word),
        parts={word: ClauseId(part) for part, listed in parts for word in folded_entries(listed)},
        stop=frozenset(word for pack in packs for listed in pack.groups("stop") for word in folded_entries(listed)),
        not_around=_words(packs, "not_around"),
        cardinals=frozenset(cardinals) - frozenset(ordinals),
        counted=_words(packs, "counted"),
        digits_only=_words(packs, "digits_only"),
        joins=joins,
        ranges=ranges,
        last=_words(packs, "last"),
        understand=_words(packs, "understand"),
        alone=frozenset(_numbers((pack for pack in packs if _may_stand_alone(pack)), "ordinals")),
        noise=_words(packs, "noise") - joins - ranges - cardinals.keys(),
    )


def _may_stand_alone(pack: LanguagePack) -> bool:
    return bool(pack.section("references", "ordinals_alone", default="") == "true")


def _numbers(packs: Iterable[LanguagePack], kind: str) -> dict[str, int]:
    return {
        word: int(number)
        for pack in packs
        for number, listed in pack.section("references", kind).items()
        for word in folded_entries(listed)
    }


def _words(packs: Iterable[LanguagePack], key: str) -> frozenset[str]:
    lists = (pack.section("references", key, default="") for pack in packs)
    return frozenset(word for listed in lists for word in folded_entries(listed))

"""Test the language packs: each has what the search needs, and its language is used for naming clauses."""

import pytest

from content.loading.language_packs.language_builder import word_forms
from content.loading.language_packs.pack_files import (
    LanguagePack,
    all_packs,
    entries,
    packs_for,
)
from content.loading.language_packs.reference_builder import reference_finder
from content.loading.vocabulary_builder import build_vocabulary
from content.model import ClauseId
from content.search.clause_references import ClauseReference
from content.search.words.folding import fold
from tests.support.shipped_campaign import CAMPAIGN

# A pack may leave out the keys of which a language has nothing.
REQUIRED_KEYS = ("language", "script", "references", "stop")
REQUIRED_REFERENCES = ("clause", "cardinals", "ordinals", "around", "last", "parts")
PACKS = {pack.language: pack for pack in all_packs()}
KNOWN_KEYS = {
    *REQUIRED_KEYS,
    *("name", "also", "variant_of", "always", "frequent", "letters", "prefixes", "endings", "doubled", "spellings"),
    *("sounds", "verbs", "filler", "greeting", "elsewhere", "detail", "skip", "weak_letters"),
}
KNOWN_REFERENCES = {*REQUIRED_REFERENCES, "digits_only", "counted", "joins", "ranges", "not_around", "noise"}
KNOWN_REFERENCES |= {"understand", "ordinals_alone"}


def serving(pack: LanguagePack) -> tuple[str, ...]:
    """Return the languages of a campaign that needs `pack`."""
    return pack.serving[:1]


def numbers_of(pack: LanguagePack) -> list[tuple[int, str]]:
    kinds = (pack.section("references", kind) for kind in ("cardinals", "ordinals"))
    return [(int(number), word) for kind in kinds for number, listed in kind.items() for word in entries(listed)]


def test_there_are_packs_for_eight_languages_and_variants() -> None:
    assert PACKS.keys() == {"en", "fa", "ps", "latin", "de", "fr", "ar", "uk"}


@pytest.mark.parametrize("language", PACKS)
def test_a_pack_has_the_required_keys_and_no_unknown_ones(language: str) -> None:
    pack = PACKS[language]
    assert set(REQUIRED_KEYS) <= pack.data.keys() <= KNOWN_KEYS
    assert set(REQUIRED_REFERENCES) <= pack.section("references").keys() <= KNOWN_REFERENCES
    assert all(pack.section("references", kind).keys() >= set("123456789") for kind in ("cardinals", "ordinals"))
    assert pack.section("references", "parts").keys() == {"preamble", "closing"}


@pytest.mark.parametrize("language", PACKS)
def test_a_pack_has_enough_stop_words(language: str) -> None:
    pack = PACKS[language]
    assert len({word for listed in pack.groups("stop") for word in entries(listed)}) >= 150


@pytest.mark.parametrize("language", PACKS)
def test_the_words_of_a_pack_have_no_letters_that_it_does_not_list(language: str) -> None:
    pack = PACKS[language]
    words = [word for number, word in numbers_of(pack)] + pack.listed("references", "clause")
    letters = set(pack.section("letters"))

    assert [word for word in words if not {letter for letter in word.lower() if letter.isalpha()} <= letters] == []


@pytest.mark.parametrize("language", PACKS)
def test_a_word_stands_for_one_number(language: str) -> None:
    pack = PACKS[language]
    numbers: dict[str, set[int]] = {}
    for number, word in numbers_of(pack):
        numbers.setdefault(fold(word), set()).add(number)

    assert {word: values for word, values in numbers.items() if len(values) > 1} == {}


@pytest.mark.parametrize(
    ("language", "number", "word"),
    [(code, number, word) for code, pack in PACKS.items() for number, word in numbers_of(pack) if number <= 12],
)
def test_every_word_for_a_number_names_the_clause(language: str, number: int, word: str) -> None:
    pack = PACKS[language]
    clause = pack.listed("references", "clause")[0]
    expected = ClauseId(str(number)) if number <= 11 else None

    reference = reference_finder(serving(pack)).find(f"{clause} {word}", CAMPAIGN)

    assert reference == ClauseReference(expected, number)


@pytest.mark.parametrize("language", PACKS)
def test_every_word_for_clause_names_a_clause_with_digits(language: str) -> None:
    pack = PACKS[language]
    finder = reference_finder(serving(pack))
    for clause in pack.listed("references", "clause"):
        assert finder.find(f"{clause} 7", CAMPAIGN) == ClauseReference(ClauseId("7"), 7), clause


@pytest.mark.parametrize("language", PACKS)
@pytest.mark.parametrize("part", ["preamble", "closing"])
def test_every_word_for_a_part_names_it(language: str, part: str) -> None:
    pack = PACKS[language]
    finder = reference_finder(serving(pack))
    for word in pack.listed("references", "parts", part):
        if fold(word) not in finder.words.around and " " not in fold(word):
            assert finder.find(word, CAMPAIGN) == ClauseReference(ClauseId(part)), word


@pytest.mark.parametrize("language", PACKS)
def test_every_word_for_last_names_the_closing(language: str) -> None:
    pack = PACKS[language]
    clause = pack.listed("references", "clause")[0]
    for word in pack.listed("references", "last"):
        assert reference_finder(serving(pack)).find(f"{word} {clause}", CAMPAIGN) == ClauseReference(
            ClauseId("closing")
        )


def test_a_campaign_loads_its_languages_their_variants_and_english() -> None:
    assert [pack.language for pack in packs_for(("fa",))] == ["latin", "fa", "en"]
    assert [pack.language for pack in packs_for(("de-AT", "uk"))] == ["de", "uk", "en"]
    assert [pack.language for pack in packs_for(("prs",))] == ["latin", "fa", "en"]
    assert [pack.language for pack in packs_for(("pt",))] == ["en"]


def test_a_vocabulary_has_only_the_words_of_its_languages() -> None:
    vocabulary = build_vocabulary((), ("de",))

    assert vocabulary.senses["nicht"] == vocabulary.senses["not"] == "stop"
    assert "نیست" not in vocabulary.senses
    assert vocabulary.senses["danke"] == "greeting"


@pytest.mark.parametrize(
    ("language", "word", "stem"),
    [
        ("en", "policies", "policy"),
        ("en", "running", "run"),
        ("de", "rechte", "recht"),
        ("de", "forderungen", "forderung"),
        ("de", "waehlen", "wahlen"),  # fold("wählen")
        ("fr", "droits", "droit"),
        ("fr", "nationaux", "national"),
        ("fr", "lecole", "ecole"),
        ("ar", "والنساء", "نساء"),
        ("ar", "المدارس", "مدارس"),
        ("ar", "معلمات", "معلمه"),
        ("uk", "школами", "школа"),
        ("uk", "школи", "школа"),
        ("uk", "прав", "прав"),
        ("uk", "виборів", "вибор"),
        ("fa", "مکتبها", "مکتب"),
        ("ps", "ښوونځیونه", "ښوونځی"),
    ],
)
def test_endings_and_prefixes_are_cut_off(language: str, word: str, stem: str) -> None:
    folded = fold(word)

    assert fold(stem) in (folded, *word_forms((language,)).stems(folded))


def test_languages_without_verbs_have_none() -> None:
    forms = word_forms(("de",))

    assert not forms.is_verb("machen")
    assert not forms.has_verb_ending("machen")
    assert word_forms(("fa",)).verb_key("نمیکند") == "-"
    assert word_forms(("fa",)).verb_key("میکند") == "+"

"""Test unknown words: merged words are cut, typos are corrected, and no guess changes the subject of a text."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from content.loading.concept_files import real_words
from content.search.concept_reader import read_concepts
from content.search.vocabulary import COMMON, EXPRESSION_PART
from content.search.words.folding import folded_words
from tests.support.damaged_queries import merged, mistyped
from tests.support.search_scoring import Query, read_queries, score
from tests.support.shipped_campaign import MATCHER

VOCABULARY = MATCHER.vocabulary
QUERIES = Path(__file__).parents[2] / "queries"


@pytest.mark.parametrize(("damage", "min_first"), [(merged, 0.88), (mistyped, 0.91)])
@pytest.mark.parametrize("name", ["invented", "near-misses"])
def test_damaged_queries_still_find_their_clauses(
    name: str, damage: Callable[[Iterable[Query]], Iterator[Query]], min_first: float
) -> None:
    """Before words were cut at particles, 64 % of the merged queries of `invented` were answered right."""
    scores = score(MATCHER, damage(read_queries(QUERIES / f"{name}.jsonl")))

    assert scores.first >= min_first * scores.asked
    assert scores.false <= 0.05 * scores.nothing


def test_near_misses_written_from_the_declaration_alone_are_not_answered() -> None:
    """Before mending, 7 of 105 were answered, and 130 of 136 real questions had the right clause first."""
    scores = score(MATCHER, read_queries(QUERIES / "near-misses.jsonl"))

    assert scores.first >= 0.95 * scores.asked, scores.misses
    assert scores.false <= 0.03 * scores.nothing, scores.misses


@pytest.mark.parametrize(
    ("word", "words"),
    [
        ("humanrights", "human rights"),
        ("womensrights", "womens rights"),
        ("dohaagreement", "doha agreement"),
        ("حقوقزنان", "حقوق زنان"),
        ("دښځو", "د ښځو"),
        ("thevienna", "the vienna"),
        ("ازمذاکره", "از مذاکره"),
        ("talibanand", "taliban and"),
    ],
)
def test_words_written_as_one_are_cut(word: str, words: str) -> None:
    reading = read_concepts(folded_words(words), VOCABULARY)

    assert read_concepts(folded_words(word), VOCABULARY).concepts == reading.concepts


def test_a_misspelling_that_is_listed_inside_an_expression_is_corrected_elsewhere() -> None:
    assert VOCABULARY.senses["rigths"] == EXPRESSION_PART
    assert read_concepts(["rigths", "of", "women"], VOCABULARY).concepts == ["right", "woman"]


def subject(word: str) -> str | None:
    """Return the concept of the campaign that the unknown `word` is taken for, or None."""
    senses = [VOCABULARY.senses[known] for known in VOCABULARY.resolve(*folded_words(word))]
    return next((sense for sense in senses if sense not in (*COMMON, EXPRESSION_PART)), None)


@pytest.mark.parametrize(
    "word",
    ["clauses", "Salah", "tally", "moqadama", "barns", "acids", "booms", "trams", "grids", "halls", "chats", "edits"],
)
def test_a_real_word_is_not_taken_for_a_subject_of_the_campaign(word: str) -> None:
    assert subject(word) in (None, VOCABULARY.senses.get(word.lower()))


def test_a_plural_of_a_real_word_is_hardly_ever_taken_for_a_subject() -> None:
    """The list has 10,000 English words without a plural. Before, 100 plurals were taken for a subject."""
    words = [word for word in real_words() if word.isascii() and len(word) > 3 and not word.endswith("s")]
    plurals = [f"{word}s" for word in words if not word.endswith("ing")]
    unknown = [word for word in plurals if word not in VOCABULARY.senses and word not in VOCABULARY.real_words]
    wrong = [
        word for word in unknown if (known := VOCABULARY.resolve(word)) and subject(word) and word[:4] != known[0][:4]
    ]

    assert len(wrong) <= 10, wrong


def test_a_war_is_not_about_girls_and_enough_is_not_a_bus() -> None:
    assert VOCABULARY.senses["جنکی"] == "armed"  # جنگی, folded
    assert VOCABULARY.senses["بس"] == EXPRESSION_PART


def test_a_typo_of_a_meeting_is_not_about_meat() -> None:
    assert VOCABULARY.resolve("meatings") == ("meetings",)

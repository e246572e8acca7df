"""Test contrasts: what a sentence rejects is not searched, and what it compares is."""

import pytest

from content.loading.language_packs.contrast_words import contrast_words
from content.search.concept_reader import read_text
from content.search.words.folding import folded_words
from tests.support.shipped_campaign import MATCHER

VOCABULARY = MATCHER.vocabulary


def wanted(text: str) -> str:
    return " ".join(contrast_words().wanted_words(text, folded_words(text)))


def concepts(text: str) -> frozenset[str]:
    return read_text(text, folded_words(text), VOCABULARY).distinct_concepts


@pytest.mark.parametrize(
    ("text", "wanted_concept", "rejected_concept"),
    [
        ("not the agreement, the meeting", "meeting", "agreement"),
        ("The meeting, not the agreement", "meeting", "agreement"),
        ("I mean the meetings and not the agreement", "meeting", "agreement"),
        ("not schools but sanctions", "sanction", "school"),
        ("sanctions rather than schools", "sanction", "school"),
        ("I am not asking about women, tell me about terrorists", "terror", "woman"),
        ("instead of the court, the sanctions please", "sanction", "court"),
        ("منظورم توافقنامه نیست، نشست است", "meeting", "agreement"),
        ("توافقنامه نه، نشست", "meeting", "agreement"),
        ("نه مکتب، بلکه تحریم", "sanction", "school"),
        ("تحریم به جای محکمه", "sanction", "court"),
        ("زما مطلب ښوونځی نه دی، بندیز دی", "sanction", "school"),
        ("ښوونځی نه، بندیز", "sanction", "school"),
        ("د محکمې پر ځای بندیزونه", "sanction", "court"),
        ("maktab na, tahrim", "sanction", "school"),
        ("manzooram maktab nist, tahrim ast", "sanction", "school"),
        ("tahrim ba jaye mahkama", "sanction", "court"),
    ],
)
def test_what_a_text_rejects_is_not_searched(text: str, wanted_concept: str, rejected_concept: str) -> None:
    assert wanted_concept in concepts(text)
    assert rejected_concept not in concepts(text)


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        ("is the agreement worse than the meetings?", "agreement", "meeting"),
        ("the agreement or the meeting, which is worse", "agreement", "meeting"),
        ("difference between sanctions and the court", "sanction", "court"),
        ("not only schools, but sanctions as well", "school", "sanction"),
        ("نه تنها مکتب، بلکه تحریم", "school", "sanction"),
        ("فرق تحریم و محکمه چیست", "sanction", "court"),
        ("نه یوازې ښوونځی، بندیز هم", "school", "sanction"),
    ],
)
def test_both_sides_of_a_comparison_are_searched(text: str, first: str, second: str) -> None:
    assert {first, second} <= concepts(text)


@pytest.mark.parametrize(
    "text", ["not recognizing the Taliban", "why are girls not allowed to study", "not yet, but soon"]
)
def test_a_text_that_only_negates_is_searched_whole(text: str) -> None:
    assert wanted(text) == " ".join(folded_words(text))


@pytest.mark.parametrize(
    "text", ["not the agreement", "not the agreement, please", "توافقنامه نه", "هوکړه نه، مهرباني"]
)
def test_rejected_words_are_searched_if_nothing_else_is_left(text: str) -> None:
    assert "agreement" in concepts(text)


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("nicht die Schule, sondern das Gericht", "das gericht"),
        ("plutôt que l'école, les sanctions", "les sanctions"),
        ("замість школи, санкції", "санкції"),
        ("ليس المدرسة، العقوبات", "العقوبات"),
    ],
)
def test_contrast_has_markers_of_further_languages(text: str, rest: str) -> None:
    assert wanted(text) == " ".join(folded_words(rest))

"""Test the detection of languages: the script, telling letters, frequent words, and the reader's own choice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.loading.vocabulary_builder import build_vocabulary
from content.model import Lang
from content.search.words.folding import folded_words
from tests.support.shipped_campaign import MATCHER


def detected(languages: str, text: str, hint: str | None) -> str | None:
    """Return the language of `text` for a campaign without concepts."""
    vocabulary = build_vocabulary((), tuple(languages.split()))
    known = [vocabulary.languages[word] for word in folded_words(text) if word in vocabulary.languages]
    return vocabulary.detector.detect(text, known, Lang(hint) if hint else None)


@pytest.mark.parametrize(
    ("languages", "text", "hint", "lang"),
    [
        ("de en", "Was wollt ihr von der Regierung?", "en", "de"),
        ("de en", "what do you want", "de", "en"),
        ("de en", "Klima", "en", "en"),
        ("de en", "Klima", None, None),
        ("de en", "Straße", None, "de"),
        ("de-AT en", "Was wollt ihr?", None, "de-AT"),
        ("de fr en", "que voulez-vous pour les femmes", "de", "fr"),
        ("de fr en", "École", None, "fr"),
        ("de", "мир", "de", None),
        ("uk en", "мир", "en", "uk"),
        ("uk en", "права людини", "en", "uk"),
        ("uk en", "что вы думаете об этом", "uk", None),
        ("uk en", "Объясните", "uk", None),
        ("uk ru", "что вы думаете об этом", "uk", "ru"),
        ("ar en", "ما موقفكم من تعليم البنات", "en", "ar"),
        ("ar fa", "شما چه می‌گویید", "ar", "fa"),
        ("ar fa", "حرية التعبير", "fa", "ar"),
        ("pt fr", "não", None, "pt"),
        ("pt", "o que vocês querem", "pt", "pt"),
        ("el en", "ελευθερία", "en", "el"),
        ("hi en", "अधिकार", "en", "hi"),
        ("en ps", "doha", "ps", None),
        ("prs ps", "حقوق زنان چیست", None, "prs"),
    ],
)
def test_the_language_of_a_text_is_detected(languages: str, text: str, hint: str | None, lang: str | None) -> None:
    assert detected(languages, text, hint) == lang


@pytest.mark.parametrize(
    ("text", "hint", "lang"),
    [
        ("لا اکراه فی الدین", "fa", "fa"),
        ("لا اکراه فی الدین", None, "fa"),
        ("لا", "fa", "fa"),
        ("hi", "fa", "fa"),
        ("اووم بند", None, "ps"),
        ("gender apartheid in the café", "en", "en"),
    ],
)
def test_a_short_word_does_not_outweigh_the_choice_of_the_reader(text: str, hint: str | None, lang: str) -> None:
    assert MATCHER.find(text, Lang(hint) if hint else None).lang == lang


@pytest.mark.parametrize("hint", ["en", "fa", "ps", None])
@pytest.mark.parametrize(
    "text",
    [
        "санкции против лидеров",
        "Kız okulları neden kapatıldı",
        "Was sagt ihr zu den Mädchenschulen?",
        "écoles de filles fermées",
        "لڑکیوں کے اسکول کیوں بند ہیں",
        "女性的权利",
    ],
)
def test_a_text_in_another_language_has_no_language(text: str, hint: str | None) -> None:
    assert MATCHER.find(text, Lang(hint) if hint else None).lang is None


@pytest.mark.parametrize("address", ["https://example.org/women/and/girls", "@taliban_watch", "someone@example.com"])
def test_addresses_do_not_count(address: str) -> None:
    assert MATCHER.find(address, Lang("fa")).lang is None
    assert MATCHER.find(f"زنان {address}", Lang("en")).lang == "fa"


@given(st.text(st.characters(), max_size=80), st.sampled_from(["en", "fa", "ps", "de", None]))
def test_any_text_has_a_language_of_the_campaign_or_none(text: str, hint: str | None) -> None:
    assert MATCHER.vocabulary.detector.detect(text, (), Lang(hint) if hint else None) in ("en", "fa", "ps", None)

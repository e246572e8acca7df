"""Test folding: different spellings become one, for any letters, and folding twice changes nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.loading.language_packs.language_builder import word_forms
from content.search.words.folding import fold, folded_words

FORMS = word_forms(("fa", "ps"))
ANY = st.text(st.characters(), max_size=60)  # lone surrogates and NUL included


@given(ANY)
def test_folding_is_idempotent(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(ANY)
def test_folded_words_are_letters_and_digits_spaced_once(text: str) -> None:
    assert all(word.isalnum() for word in folded_words(text))
    assert fold(text) == " ".join(folded_words(text))


@given(ANY)
def test_phonetic_keys_can_be_computed_for_every_folded_word(text: str) -> None:
    for word in folded_words(text):
        assert isinstance(FORMS.homophone_key(word) + FORMS.consonant_key(word) + FORMS.variant_key(word), str)


@pytest.mark.parametrize(
    ("typed", "standard"),
    [
        ("مكتب دخترانه", "مکتب دخترانه"),  # an Arabic keyboard's kaf
        ("كتابهاي درسي", "کتابهای درسی"),
        ("خـانـم‌هـا", "خانم ها"),
        ("ﻣﮑﺘﺐ", "مکتب"),
        ("زنانِ", "زنان"),
        ("سلاااااام", "سلاام"),
        ("نړۍ", "نړی"),
        ("ښځې", "ښځي"),
        ("۱۲٣4④", "12344"),
        ("ＷＯＭＥＮ 𝐰𝐨𝐦𝐞𝐧 wоmen 🅦omen", "women women women women"),
        ("wo\u200cmen wo\u00admen wo\u200bmen", "women women women"),
        ("می‌خواهیم", "می خواهیم"),
        ("women’s  RIGHTS!", "womens rights"),
        ("Émigré", "emigre"),
        ("‫حکومت‏ منتخب‏‬", "حکومت منتخب"),
        ("МОВА", "мова"),
        ("мoва", "мова"),  # with a Latin o
        ("women, рaсе", "women pace"),  # a Cyrillic word that looks Latin, in a Latin text
        ("свобода xабар", "свобода хабар"),
        ("π ἄνθρωπος", "π ανθρωποσ"),
        ("४ ৪ ４", "4 4 4"),
    ],
)
def test_different_spellings_are_folded_to_one(typed: str, standard: str) -> None:
    assert fold(typed) == fold(standard)


@pytest.mark.parametrize(
    ("latin", "dari"),
    [
        ("dukhtaran", "دختران"),
        ("dokhtaraan", "دختران"),
        ("mozakera", "مذاکره"),
        ("muzakirah", "مذاکره"),
        ("tahrim", "تحریم"),
        ("montakhab", "منتخب"),
        ("keshwar", "کشور"),
        ("maktab", "مکتب"),
        ("hokoomat", "حکومت"),
    ],
)
def test_latin_letter_dari_has_the_consonant_key_of_the_dari_word(latin: str, dari: str) -> None:
    assert FORMS.consonant_key(fold(latin)) == FORMS.consonant_key(fold(dari))


@pytest.mark.parametrize(("misspelled", "word"), [("اتهاد", "اتحاد"), ("دوهه", "دوحه"), ("عدالط", "عدالت")])
def test_homophones_have_one_key(misspelled: str, word: str) -> None:
    assert FORMS.homophone_key(fold(misspelled)) == FORMS.homophone_key(fold(word))


@pytest.mark.parametrize("text", ["мова", "сор", "оон", "права людини", "і в о", "ελλαδα"])
def test_words_of_other_scripts_are_not_made_latin(text: str) -> None:
    assert fold(text) == text


@given(st.text("aeopcyxiwмовасхіжзπα 5-ـ", max_size=30))
def test_folding_mixed_scripts_is_idempotent(text: str) -> None:
    assert fold(fold(text)) == fold(text)

"""Folding: many spellings become one, whatever the letters, and what is folded stays folded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.search.folding import fold, words
from content.search.phonetics import bones, loose, skeleton

ANY = st.text(st.characters(), max_size=60)  # lone surrogates and NUL included


@given(ANY)
def test_folding_is_idempotent(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(ANY)
def test_folded_words_are_letters_and_digits_spaced_once(text: str) -> None:
    assert all(word.isalnum() for word in words(text))
    assert fold(text) == " ".join(words(text))


@given(ANY)
def test_every_folded_word_has_a_sound(text: str) -> None:
    for word in words(text):
        assert isinstance(loose(word) + skeleton(word) + bones(word), str)


@pytest.mark.parametrize(
    ("typed", "meant"),
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
    ],
)
def test_spellings_meet(typed: str, meant: str) -> None:
    assert fold(typed) == fold(meant)


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
def test_latin_letter_dari_has_the_bones_of_the_dari_word(latin: str, dari: str) -> None:
    assert skeleton(fold(latin)) == skeleton(fold(dari))


@pytest.mark.parametrize(("slip", "word"), [("اتهاد", "اتحاد"), ("دوهه", "دوحه"), ("عدالط", "عدالت")])
def test_letters_that_sound_alike_meet(slip: str, word: str) -> None:
    assert loose(fold(slip)) == loose(fold(word))

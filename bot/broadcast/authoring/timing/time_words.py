"""Replace words in a typed time by tokens, so that the same regular expressions can parse every language. Pure.

The words are in the locales, under `times`. Months become the tokens <1> to <12>, or <s1> to <s12> in the Solar Hijri
calendar. Days of the week become <d0> (Monday) to <d6>, and number words become digits.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator

from content.calendars import SOLAR_HIJRI, WEEKDAYS
from content.model import Language

MOMENT_WORDS = frozenset(
    ("today", "tomorrow", "day_after_tomorrow", "tonight", "am", "pm", "night", "noon", "at", "filler", "and")
) | {"half_past", "minutes", *WEEKDAYS}
DURATION_WORDS = frozenset(("hours", "minutes", "half_an_hour", "and", "in", "later"))
NUMBERS = "numbers"  # words for 1 to 12
ALL_WORDS = MOMENT_WORDS | DURATION_WORDS | {NUMBERS}

_TOKENS = {"filler": "", "tonight": "<today> <night>"} | {day: f"<d{number}>" for number, day in enumerate(WEEKDAYS)}
_MONTH_PREFIX = 3  # letters with which people shorten the name of a month
# Keyboards have several characters for one letter or apostrophe, and people mix them up.
_SAME_SIGNS = str.maketrans(
    {
        **dict.fromkeys("يېۍئ", "ی"),
        **dict.fromkeys("أإآ", "ا"),
        **dict.fromkeys("ةۀ", "ه"),
        "ك": "ک",
        **dict.fromkeys("’ʼ‘`", "'"),
        **dict.fromkeys("\u200c\u00a0\u202f", " "),
        **dict.fromkeys("\u200e\u200f\u2066\u2067\u2068\u2069", ""),
    }
)


def plain(text: str) -> str:
    """Return `text` in lower case with ASCII digits, without commas and Arabic diacritics.

    Arabic letters that people use for one another, such as ي and ی, become the same letter.
    """
    digits = "".join(str(unicodedata.digit(sign, sign)) for sign in text)
    letters = "".join(sign for sign in digits.casefold().translate(_SAME_SIGNS) if not "\u064b" <= sign <= "\u0655")
    return re.sub(r"[،,\s]+", " ", letters).strip()


def with_tokens(text: str, languages: Iterable[Language], meanings: Collection[str]) -> str:
    """Return `text` in the form that `plain` returns, with tokens in place of words.

    Replace the words of `languages` whose meaning is in `meanings`, such as "today" or "pm". If two languages share a
    word, the first language counts.
    """
    tokens = _word_tokens(languages, meanings)
    written = plain(text)
    if tokens:
        longest_first = sorted(tokens, key=len, reverse=True)
        word = rf"(?<![^\W\d_])({'|'.join(map(re.escape, longest_first))})(?![^\W\d_])\.?"
        written = re.sub(word, lambda match: f" {tokens[match[1]]} ", written)
    return re.sub(r"\s+", " ", written).strip()


def _word_tokens(languages: Iterable[Language], meanings: Collection[str]) -> dict[str, str]:
    """Return a mapping from each word of `languages` with one of `meanings` to its token."""
    tokens: dict[str, str] = {}
    for language in languages:
        for word, token in _tokens_of(language, meanings):
            tokens.setdefault(word, token)
    return tokens


def _tokens_of(language: Language, meanings: Collection[str]) -> Iterator[tuple[str, str]]:
    for meaning, words in language.time_words.items():
        if meaning in meanings:
            yield from ((plain(word), _TOKENS.get(meaning, f"<{meaning}>")) for word in words)
    for number, word in enumerate(language.time_words.get(NUMBERS, ()), 1):
        yield plain(word), str(number)
    if meanings is MOMENT_WORDS:
        yield from _months(language)


def _months(language: Language) -> Iterator[tuple[str, str]]:
    """Yield the names of months in `language`, each with its token, and also ASCII names cut to three letters."""
    mark = "s" if language.moment_format.calendar == SOLAR_HIJRI else ""
    for number, name in enumerate(map(plain, language.moment_format.months), 1):
        yield name, f"<{mark}{number}>"
        if name.isascii() and len(name) > _MONTH_PREFIX:
            yield name[:_MONTH_PREFIX], f"<{mark}{number}>"

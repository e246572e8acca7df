"""Check the phrases of a campaign or a locale.

A phrase must have the placeholders that the bot fills, and no others, and keep Telegram's limits of length. Phrases
for discreet delivery must fit on the screen of a locked phone. If a campaign's phrase breaks a rule, the bot uses the
locale's phrase instead, or the English one. Therefore a campaign that was written for an earlier version still
starts.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from string import Formatter
from typing import Any

from content.loading.phrases.locales import FALLBACK, read_locale
from content.loading.problems import Problem, Severity
from content.loading.schema import flat_phrases
from content.loading.yaml_source import Document, KeyPath
from content.model import Phrase
from content.plurals import is_plural, phrase_forms
from content.screens.screen import TEXT_LIMIT, units

LOCK_SCREEN_LIMIT = 60  # UTF-16 units of a message that a locked phone shows
# Subscribers with discreet delivery get these instead of a clause and of an announcement.
_DISCREET = ("push.discreet", "broadcast.notice")
# Telegram's limits in UTF-16 units, by the start of the key. The first that fits applies.
_LIMITS = (
    ("description", 512),
    ("short_description", 120),
    ("command.", 256),
    ("toast.", 200),
    ("answer.slow_down", 200),  # also shown as a toast
    ("copying.hint", 200),
    ("copying.button", 64),
    ("letter.button", 64),
    ("letter.copy_", 64),
    ("letter.web", 64),
    ("listen.button", 64),
    ("listen.whole", 64),
    ("button.", 64),
    ("feedback.button_", 64),
    ("feedback.toast_", 200),
    ("attach_card.button", 64),
    ("feedback_team.button_", 64),
    ("feedback_team.toast_", 200),
    ("push.show", 64),
    ("", TEXT_LIMIT),
)


# Placeholders that every phrase may have. They are filled when the campaign is loaded.
CONSTANTS = frozenset({"campaign_title", "campaign_languages", "original_language"})


@cache
def required_phrases() -> Mapping[str, frozenset[str]]:
    """Return the placeholders that the bot fills in every phrase, by the key of the phrase.

    The English locale defines phrases and placeholders for all languages.
    """
    phrases = read_locale(FALLBACK).phrases
    return {key: frozenset().union(*_placeholders_of_forms(phrase)) - CONSTANTS for key, phrase in phrases.items()}


def phrase_problems(phrases: Document) -> Iterator[Problem]:
    """Yield the problems in the phrases of one language."""
    yield from _structure_problems(phrases, phrases.data, ())
    for key, phrase in flat_phrases(phrases.data).items():
        path = tuple(key.split("."))
        if key in required_phrases():
            for message, remedy in wrong_phrase(key, phrase):
                yield _replaced(phrases, path, message, remedy)
        else:
            remedy = "remove it, or correct its name"
            yield Problem(phrases.file, phrases.line(*path), f"the bot has no phrase {key}", remedy, Severity.WARNING)


def usable_phrases(phrases: Mapping[str, Phrase]) -> dict[str, Phrase]:
    """Return those of `phrases` that the bot can use: phrases that it knows and that break no rule."""
    return {
        key: phrase
        for key, phrase in phrases.items()
        if key in required_phrases() and next(wrong_phrase(key, phrase), None) is None
    }


def wrong_phrase(key: str, phrase: Phrase) -> Iterator[tuple[str, str]]:
    """Yield message and remedy for each rule that a phrase breaks, in any of its plural forms.

    Only the form "other" needs all placeholders: "one minute" need not have the number.
    """
    if isinstance(phrase, str):
        yield from _text_problems(key, phrase, required_phrases()[key])
        return
    for form, text in phrase.items():
        required = required_phrases()[key]
        yield from _text_problems(key, str(text), required if form == "other" else required & _used(str(text)))


def _replaced(phrases: Document, path: KeyPath, message: str, remedy: str) -> Problem:
    return Problem(phrases.file, phrases.line(*path), message, remedy, Severity.REPLACED)


def _used(text: str) -> frozenset[str]:
    return placeholders(text) or frozenset()


def _placeholders_of_forms(phrase: Phrase) -> Iterator[frozenset[str]]:
    return map(_used, phrase_forms(phrase))


def _structure_problems(phrases: Document, data: Any, path: KeyPath) -> Iterator[Problem]:
    """Yield a problem for each list in the phrases, and for each key that contains a dot.

    A phrase is never a list. A key `a.b` could collide with the phrase `b` below the key `a`, which is also called
    `a.b`.
    """
    if isinstance(data, list):
        yield _replaced(phrases, path, f"{'.'.join(map(str, path))} is a list", "write one text here")
    if is_plural(data):
        return
    for key, value in data.items() if isinstance(data, dict) else ():
        if "." in key:
            remedy = "write the word after the dot on the next line, indented"
            yield _replaced(phrases, (*path, key), f"the key {key} has a dot", remedy)
        yield from _structure_problems(phrases, value, (*path, key))


def _text_problems(key: str, text: str, required: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Yield message and remedy for each problem in the text of a phrase that needs the placeholders `required`."""
    limit = next(limit for start, limit in _LIMITS if key.startswith(start))
    if not text.strip():
        yield f"the phrase {key} is empty", "write its text"
    if key in _DISCREET:
        yield from _discreet_problems(key, text)
    elif units(text) > limit:
        yield f"{key} has {units(text)} UTF-16 units", f"shorten it to {limit}, Telegram's limit"
    present = placeholders(text)
    if present is None:
        yield f"the braces in {key} are invalid", "write placeholders as {name}, with nothing else in the braces"
    elif present - CONSTANTS != required:
        names = ", ".join(f"{{{name}}}" for name in sorted(required)) or "no placeholders"
        yield f"{key} has other placeholders than the bot fills", f"use {names}"


def _discreet_problems(key: str, text: str) -> Iterator[tuple[str, str]]:
    """Yield message and remedy for each problem in a text for discreet delivery.

    On a locked phone such a text must look like an ordinary message, and be shown in full.
    """
    if units(text) > LOCK_SCREEN_LIMIT:
        remedy = f"shorten it to {LOCK_SCREEN_LIMIT}, so that a locked phone shows all of it"
        yield f"{key} has {units(text)} UTF-16 units", remedy
    if "\n" in text.strip():
        yield f"{key} has several lines", "write one ordinary sentence, because a locked phone shows it"


def placeholders(text: str) -> frozenset[str] | None:
    """Return the names of the placeholders in `text`, or None if its braces are invalid.

    Braces must come in pairs and contain a plain name. Anything else is refused: `{a.b}` could read an attribute of
    an object, and `{a:>99999999}` could fill the memory.
    """
    try:
        fields = [
            (name, spec, conversion) for _, name, spec, conversion in Formatter().parse(text) if name is not None
        ]
    except ValueError:
        return None
    is_plain = all(name.isidentifier() and not spec and not conversion for name, spec, conversion in fields)
    return frozenset(name for name, _, _ in fields) if is_plain else None

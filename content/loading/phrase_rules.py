"""Check the phrases of a campaign.

A phrasebook must have the phrases that the bot uses, with the placeholders that the bot fills. Each phrase must keep
Telegram's limits. Phrases for discreet delivery must fit on the screen of a locked phone.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from string import Formatter
from typing import Any

from content.loading.problems import Problem
from content.loading.schema import flat_phrases
from content.loading.yaml_source import Document, KeyPath, read_plain
from content.paths import SHIPPED_CAMPAIGN
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
    ("button.", 64),
    ("push.show", 64),
    ("", TEXT_LIMIT),
)


@cache
def required_phrases() -> Mapping[str, frozenset[str]]:
    """Return the placeholders of every phrase that a campaign needs, by the key of the phrase.

    The shipped English phrasebook defines phrases and placeholders for all campaigns.
    """
    phrases = read_plain(SHIPPED_CAMPAIGN / "phrases.en.yaml")
    return {key: placeholders(text) or frozenset() for key, text in flat_phrases(phrases).items()}


def phrase_problems(phrases: Document) -> Iterator[Problem]:
    """Yield the problems in the phrases of one language."""
    yield from _structure_problems(phrases, phrases.data, ())
    texts = flat_phrases(phrases.data)
    for key in required_phrases().keys() - texts.keys():
        yield phrases.problem(tuple(key.split(".")), f"the phrase {key} is missing", "add it")
    for key, text in texts.items():
        path = tuple(key.split("."))
        if key not in required_phrases():
            yield phrases.problem(path, f"the bot has no phrase {key}", "remove it, or correct its name")
        else:
            for message, remedy in _text_problems(key, text):
                yield phrases.problem(path, message, remedy)


def _structure_problems(phrases: Document, data: Any, path: KeyPath) -> Iterator[Problem]:
    """Yield a problem for each list, because a phrase is never a list, and for each key that contains a dot.

    A key `a.b` could hide the phrase `b` below the key `a`, because both have the dotted key `a.b`.
    """
    if isinstance(data, list):
        yield phrases.problem(path, f"{'.'.join(map(str, path))} is a list", "write one text here")
    for key, value in data.items() if isinstance(data, dict) else ():
        if "." in key:
            remedy = "write the word after the dot on the next line, indented"
            yield phrases.problem((*path, key), f"the key {key} has a dot", remedy)
        yield from _structure_problems(phrases, value, (*path, key))


def _text_problems(key: str, text: str) -> Iterator[tuple[str, str]]:
    """Yield message and remedy for each problem in the text of a phrase."""
    limit = next(limit for start, limit in _LIMITS if key.startswith(start))
    if not text.strip():
        yield f"the phrase {key} is empty", "write its text"
    if key in _DISCREET:
        yield from _discreet_problems(key, text)
    elif units(text) > limit:
        yield f"{key} has {units(text)} UTF-16 units", f"shorten it to {limit}, Telegram's limit"
    required, present = required_phrases()[key], placeholders(text)
    if present is None:
        yield f"the braces in {key} are invalid", "write placeholders as {name}, with nothing else in the braces"
    elif present != required:
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
    """Return the names of the placeholders in `text`, or None if some braces are invalid.

    Braces must match and contain a plain name. Other contents are refused: `{a.b}` could read an attribute of an
    object, and `{a:>99999999}` could fill the memory.
    """
    try:
        fields = [
            (name, spec, conversion) for _, name, spec, conversion in Formatter().parse(text) if name is not None
        ]
    except ValueError:
        return None
    is_plain = all(name.isidentifier() and not spec and not conversion for name, spec, conversion in fields)
    return frozenset(name for name, _, _ in fields) if is_plain else None

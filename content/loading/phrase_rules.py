"""What a phrase must keep to: the keys and placeholders that the bot fills, and Telegram's limits."""

from collections.abc import Iterator, Mapping
from functools import cache
from string import Formatter
from typing import Any

from content.loading.problems import Problem
from content.loading.schema import flat
from content.loading.yaml_source import Document, Path_, read_plain
from content.paths import SHIPPED_CAMPAIGN
from content.screens.screen import TEXT_LIMIT, units

SHOWN = 60  # units of a message that a locked phone shows
# What is said to who wants it discreet, in the place of a clause and of an announcement.
_DISCREET = ("push.discreet", "broadcast.notice")
# Telegram's limits in UTF-16 units, by the beginning of the key; the first that fits counts.
_LIMITS = (
    ("description", 512),
    ("short_description", 120),
    ("command.", 256),
    ("toast.", 200),
    ("answer.slow_down", 200),  # said as a toast, too
    ("button.", 64),
    ("push.show", 64),
    ("", TEXT_LIMIT),
)


@cache
def needed() -> Mapping[str, frozenset[str]]:
    """Every phrase the bot says, with its placeholders: those of the shipped English phrasebook, in any campaign."""
    shipped = read_plain(SHIPPED_CAMPAIGN / "phrases.en.yaml")
    return {key: placeholders(text) or frozenset() for key, text in flat(shipped).items()}


def phrase_mistakes(phrases: Document) -> Iterator[Problem]:
    """The mistakes of one phrasebook."""
    yield from _shape(phrases, phrases.data, ())
    found = flat(phrases.data)
    for key in needed().keys() - found.keys():
        yield phrases.mistake(tuple(key.split(".")), f"the phrase {key} is missing", "write it")
    for key, text in found.items():
        path = tuple(key.split("."))
        if key not in needed():
            yield phrases.mistake(path, f"no phrase is called {key}", "remove it, or correct its name")
        else:
            for what, remedy in _slips(key, text):
                yield phrases.mistake(path, what, remedy)


def _shape(phrases: Document, data: Any, path: Path_) -> Iterator[Problem]:
    """Lists, and names with a dot, which would hide a phrase below another one."""
    if isinstance(data, list):
        yield phrases.mistake(path, f"{'.'.join(map(str, path))} is a list", "write one text here")
    for name, value in data.items() if isinstance(data, dict) else ():
        if "." in name:
            yield phrases.mistake((*path, name), f"{name} has a dot", "write its second word below the first")
        yield from _shape(phrases, value, (*path, name))


def _slips(key: str, text: str) -> Iterator[tuple[str, str]]:
    limit = next(limit for start, limit in _LIMITS if key.startswith(start))
    if not text.strip():
        yield f"the phrase {key} is empty", "write it"
    if key in _DISCREET:
        yield from _indiscreet(key, text)
    elif units(text) > limit:
        yield f"{key} has {units(text)} UTF-16 units", f"shorten it to {limit}, Telegram's limit"
    wanted, found = needed()[key], placeholders(text)
    if found is None:
        yield f"the braces of {key} are not right", "write placeholders as {name}, nothing else in the braces"
    elif found != wanted:
        shown = ", ".join(f"{{{name}}}" for name in sorted(wanted)) or "no placeholders"
        yield f"{key} has other placeholders than the bot fills", f"use {shown}"


def _indiscreet(key: str, text: str) -> Iterator[tuple[str, str]]:
    """It has to look like any other message, whole, on a phone that lies on the table."""
    if units(text) > SHOWN:
        yield f"{key} has {units(text)} UTF-16 units", f"shorten it to {SHOWN}, which is what a locked phone shows"
    if "\n" in text.strip():
        yield f"{key} has several lines", "write one ordinary sentence: a locked phone shows it"


def placeholders(text: str) -> frozenset[str] | None:
    """The names in braces; None when the braces do not match or hold more than a plain name.

    More could reach into objects (`{a.b}`) or fill the memory (`{a:>99999999}`).
    """
    try:
        parsed = [(name, spec, how) for _, name, spec, how in Formatter().parse(text) if name is not None]
    except ValueError:
        return None
    plain = all(name.isidentifier() and not spec and not how for name, spec, how in parsed)
    return frozenset(name for name, _, _ in parsed) if plain else None

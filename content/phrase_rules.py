"""What a phrase must keep to: the original's keys and placeholders, and Telegram's limits."""

from collections.abc import Iterator
from string import Formatter

from content.files import flat
from content.mistakes import Mistake
from content.screen import TEXT_LIMIT, units
from content.yaml_source import Document

# Telegram's limits in UTF-16 units, by the beginning of the key; the first that fits counts.
_LIMITS = (
    ("description", 512),
    ("short_description", 120),
    ("command.", 256),
    ("toast.", 200),
    ("button.", 64),
    ("", TEXT_LIMIT),
)


def phrase_mistakes(original: Document, translation: Document) -> Iterator[Mistake]:
    """Mistakes of one phrasebook beside the original's (which may be the same one)."""
    theirs, ours = flat(original.data), flat(translation.data)
    for key in theirs.keys() - ours.keys():
        yield translation.mistake(tuple(key.split(".")), f"the phrase {key} is missing", "translate it")
    for key, text in ours.items():
        path = tuple(key.split("."))
        if key not in theirs:
            yield translation.mistake(path, f"no phrase is called {key}", "remove it, or add it everywhere")
        else:
            for what, remedy in _slips(key, text, theirs[key]):
                yield translation.mistake(path, what, remedy)


def _slips(key: str, text: str, original: str) -> Iterator[tuple[str, str]]:
    limit = next(limit for start, limit in _LIMITS if key.startswith(start))
    if not text.strip():
        yield f"the phrase {key} is empty", "translate it"
    if units(text) > limit:
        yield f"{key} has {units(text)} UTF-16 units", f"shorten it to {limit}, Telegram's limit"
    wanted, found = placeholders(original), placeholders(text)
    if found is None:
        yield f"the braces of {key} do not match", "write placeholders as {name}"
    elif wanted is not None and found != wanted:
        shown = ", ".join(f"{{{name}}}" for name in sorted(wanted)) or "no placeholders"
        yield f"{key} has other placeholders than the original", f"use {shown}"


def placeholders(text: str) -> set[str] | None:
    """The names in braces; None when the braces do not match or are not plain names."""
    try:
        names = {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    except ValueError:
        return None
    return names if all(name.isidentifier() for name in names) else None

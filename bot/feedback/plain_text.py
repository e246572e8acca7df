"""Remove invisible characters from text that a person typed, so that admins get exactly what was shown. Pure."""

from bot.model.events import OtherMessage, TextMessage
from bot.model.stored_json import without_surrogates
from content.invisible import is_invisible
from content.screens.screen import TEXT_LIMIT, units

_JOINERS = "\u200c\u200d"  # Dari and Pashto words, and emoji, need them
_SPACES = " \n\u00a0\u202f"  # the last two are no-break spaces, which some languages need


def typed_text(event: TextMessage | OtherMessage) -> str:
    """Return the cleaned text of a message; "" if the person did not type it, as with a file or a forward."""
    if not isinstance(event, TextMessage) or event.is_caption or event.is_forwarded:
        return ""
    return cleaned(event.text)


def cleaned(text: str) -> str:
    """Return `text` without invisible characters, such as those that hide words or reverse their direction.

    Each tab becomes a space, and every kind of line break becomes `\\n`.
    """
    lines = "\n".join(without_surrogates(text).expandtabs(1).splitlines())
    return "".join(char for char in lines if char in _JOINERS or char in _SPACES or not is_invisible(char)).strip()


def joined(before: str, after: str) -> str | None:
    """Return a text and its continuation, separated by a line break; None if they are too long for one message."""
    text = f"{before}\n{after}" if before else after
    return text if units(text) <= TEXT_LIMIT else None

"""Clean the text that a person typed: only what can be seen is shown and sent. Pure."""

from bot.model.events import OtherMessage, TextMessage
from bot.model.stored_json import without_surrogates
from content.invisible import is_invisible
from content.screens.screen import TEXT_LIMIT, units

_JOINERS = "\u200c\u200d"  # Dari and Pashto words, and emoji, need them
_SPACES = " \n\u00a0\u202f"  # the last two become ordinary spaces in no text, as some languages need them


def typed_text(event: TextMessage | OtherMessage) -> str:
    """Return the text of a message, cleaned; "" if the person did not type it: for a file, or a forwarded message."""
    if not isinstance(event, TextMessage) or event.is_caption or event.is_forwarded:
        return ""
    return cleaned(event.text)


def cleaned(text: str) -> str:
    """Return `text` without invisible characters, such as those that hide words or reverse their direction.

    Tabs become spaces, and all kinds of line ends become the usual one.
    """
    lines = "\n".join(without_surrogates(text).expandtabs(1).splitlines())
    return "".join(char for char in lines if char in _JOINERS or char in _SPACES or not is_invisible(char)).strip()


def joined(before: str, after: str) -> str | None:
    """Return a text and its continuation as one text; None if it is longer than a message can be."""
    text = f"{before}\n{after}" if before else after
    return text if units(text) <= TEXT_LIMIT else None

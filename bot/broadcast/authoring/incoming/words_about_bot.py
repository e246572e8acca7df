"""Recognize messages of an admin that are not the text, link or time that the editor has asked for."""

from collections.abc import Iterable, Sequence

from bot.broadcast.authoring.timing.time_words import MOMENT_WORDS, plain, with_tokens
from bot.model.events import Event, ParsedCommand, TextMessage
from content.model import Language

_LIKE_TIMES = ("settings", "start", "subscribe")  # commands for which people write "every day" or "good morning"


def is_cancelling(event: Event, languages: Iterable[Language]) -> bool:
    """Return whether a message is /cancel, or only a word such as "cancel" in one of `languages`."""
    match event:
        case TextMessage(command=ParsedCommand(name=name)):
            return name == "cancel"
        case TextMessage(text=text):
            words = {plain(word) for language in languages for word in language.cancel_words}
            return plain(text).strip(" .!؟?") in words
        case _:
            return False


def asks_for_screen(event: Event, languages: Sequence[Language]) -> bool:
    """Return whether a message asks for a screen of the bot, such as "help" or "speak Dari".

    Call this for a message that is no valid link or time. Return False if it has a digit, or a word such as
    "tomorrow" in one of `languages`. It is then probably a link or a time with a typo, so the editor has to ask for
    it again.
    """
    if not isinstance(event, TextMessage) or event.request is None or event.request.command in _LIKE_TIMES:
        return False
    return not any(sign.isdigit() or sign == "<" for sign in with_tokens(event.text, languages, MOMENT_WORDS))

"""Answer texts that ask for a screen of the bot in words, such as "unsubscribe" or "speak Dari".

A text alone changes nothing. Where the command would change something, its request shows the button for it.
"""

from dataclasses import replace

from bot.flows import subscribing
from bot.flows.commands import Command
from bot.flows.context import CommandFlow
from bot.model.command_parsing import LEAVING, mentions_leaving
from bot.model.events import Event, TextMessage
from content.model import Lang
from content.screens.reader import Reader
from content.search.bot_requests import BotRequest
from content.search.matcher import Matcher

# Flows that show the button of a command which changes something.
_SHOWING_BUTTON: dict[str, CommandFlow] = {
    "subscribe": subscribing.show_settings,
    **dict.fromkeys(LEAVING, subscribing.show_data),
}


def recognized(event: Event, matcher: Matcher, lang: Lang) -> Event:
    """Return `event` with its request, if it is a text that asks for a screen. `lang` is the person's language."""
    if not isinstance(event, TextMessage) or event.command is not None or event.is_edited:
        return event
    return replace(event, request=_request(event, matcher, lang))


def _request(event: TextMessage, matcher: Matcher, lang: Lang) -> BotRequest | None:
    """Return the request in a text. In private, any mention of /forget is a request for the button that erases."""
    request = matcher.find_request(event.text, lang)
    if request is None and event.is_private and mentions_leaving(event.text):
        return BotRequest(LEAVING[0], lang)
    return request


def without_change(command: Command) -> Command:
    """Return `command` with an answer that changes nothing, such as the screen with a button to unsubscribe."""
    return replace(command, answer=_SHOWING_BUTTON.get(command.name, command.answer))


def reader_for(request: BotRequest, reader: Reader) -> Reader:
    """Return a reader in the language that `request` asks for, or else in the language of its words.

    If the campaign has neither, return `reader`, which has the language of the person.
    """
    languages = reader.campaign.languages
    spoken = (lang for lang in (request.wanted, request.lang) if lang in languages)
    return Reader(reader.campaign, next(spoken, None) or reader.lang)

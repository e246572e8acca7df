"""Answer requests for a screen of the bot: words such as "unsubscribe" or "speak Dari", links and buttons.

A request changes nothing. Where the command would change something, its request shows the button for it.
"""

from dataclasses import replace

from bot.flows.commands import Command, is_public_command
from bot.flows.context import CommandFlow, FlowContext
from bot.flows.subscription import subscribing
from bot.model.command_parsing import LEAVING, mentions_leaving
from bot.model.events import ButtonPress, Event, ParsedCommand, TextMessage
from content.model import Lang
from content.screens import declaration
from content.screens.navigation.deep_links import SubscribeIn, from_link
from content.screens.navigation.next_places import next_place
from content.screens.navigation.places import AtClause, AtCommand
from content.screens.reader import Reader
from content.screens.screen import Screen
from content.search.bot_requests import BotRequest
from content.search.follow_ups import FollowUp
from content.search.matcher import Matcher

# Flows that show the button of a command which changes something.
_SHOWING_BUTTON: dict[str, CommandFlow] = {
    "subscribe": subscribing.show_settings,
    **dict.fromkeys(LEAVING, subscribing.show_data),
}


def recognized(event: Event, matcher: Matcher, lang: Lang) -> Event:
    """Return `event` with its request, if it is a text that asks for a screen. `lang` is the person's language.

    Words such as "no" in a mere reply in a group are not requests: people also talk to each other that way.
    """
    if not isinstance(event, TextMessage) or event.is_edited or event.is_mere_reply:
        return event
    if event.command is None:
        return replace(event, request=_request(event, matcher, lang))
    request = _linked(event.command, lang)
    return replace(event, request=request) if request else event


def _linked(command: ParsedCommand, lang: Lang) -> BotRequest | None:
    """Return the request in a deep link that opens the screen of a command, as in `/start latest`; otherwise None."""
    match from_link(command.rest) if command.name == "start" else None:
        case AtCommand(name) if name != "start" and is_public_command(name):
            return BotRequest(name, lang)
        case SubscribeIn(wanted):
            return BotRequest("subscribe", lang, wanted=wanted)
        case _:
            return None


def of_button(event: ButtonPress, command: str, lang: Lang) -> TextMessage:
    """Convert the press of a button that opens the screen of `command` to a request for that screen."""
    request = BotRequest(command, lang)
    return TextMessage(
        event.chat, event.sender, event.message, "", event.is_private, thread=event.thread, request=request
    )


def _request(event: TextMessage, matcher: Matcher, lang: Lang) -> BotRequest | None:
    """Return the request for the screen of the bot that a text asks for; None when it asks for none.

    In a private chat, a text that mentions /forget or /unsubscribe also counts as a request. It asks for the screen
    with the button that erases the person's data.
    """
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
    return reader.speaking(next(spoken, None) or reader.lang)


def follow_up_screen(request: BotRequest, context: FlowContext) -> Screen | None:
    """Return the screen to which a text such as "next" leads from the last place. None if there is no such place."""
    if request.follow_up is None or context.last_place is None:
        return None
    place = next_place(request.follow_up, context.last_place, context.reader.campaign)
    if request.follow_up is FollowUp.OFFICIAL and isinstance(place, AtClause):
        return _original(place, context.reader)
    return declaration.show(context.reader, place)


def _original(place: AtClause, reader: Reader) -> Screen | None:
    """Return the clause in the original, below the sentence which says that the reader's text is a translation."""
    clause = reader.campaign.clause_by_id.get(place.clause)
    notice = reader.edition_notice() if reader.lang != reader.campaign.original else ""
    return declaration.clause(reader, clause, place, notice=notice) if clause else None

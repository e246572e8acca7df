"""Answer requests: texts such as "unsubscribe" or "speak Dari", links and buttons that ask for a screen of the bot.

Unlike a command, a request changes no stored data. It only shows the screen with the button for the change.
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

# For commands that change stored data: flows that only show the button for this change.
_SHOWING_BUTTON: dict[str, CommandFlow] = {
    "subscribe": subscribing.show_settings,
    **dict.fromkeys(LEAVING, subscribing.show_data),
}


def recognized(event: Event, matcher: Matcher, lang: Lang) -> Event:
    """Return `event` with its field `request` set, if its text asks for a screen of the bot; otherwise unchanged.

    `matcher` finds the request in the text, and `lang` is the person's language. In a group, a reply to a message of
    the bot that does not mention the bot is never a request, because it may be meant for other people.
    """
    if not isinstance(event, TextMessage) or event.is_edited or event.is_mere_reply:
        return event
    if event.command is None:
        return replace(event, request=_request(event, matcher, lang))
    request = _linked(event.command, lang)
    return replace(event, request=request) if request else event


def _linked(command: ParsedCommand, lang: Lang) -> BotRequest | None:
    """Return the request in a deep link to the screen of a command, such as `/start latest`; None for other commands.

    `lang` is the person's language, in which the request is answered.
    """
    match from_link(command.rest) if command.name == "start" else None:
        case AtCommand(name) if name != "start" and is_public_command(name):
            return BotRequest(name, lang)
        case SubscribeIn(wanted):
            return BotRequest("subscribe", lang, wanted=wanted)
        case _:
            return None


def of_button(event: ButtonPress, command: str, lang: Lang) -> TextMessage:
    """Convert the press of a button that opens the screen of `command` into a text message that asks for this screen.

    `lang` is the language in which it is answered.
    """
    request = BotRequest(command, lang)
    return TextMessage(
        event.chat, event.sender, event.message, "", event.is_private, thread=event.thread, request=request
    )


def _request(event: TextMessage, matcher: Matcher, lang: Lang) -> BotRequest | None:
    """Return the request in the text of `event`, which does not begin with a command; None if it asks for no screen.

    `matcher` finds the request; `lang` is the person's language. In a private chat, a text that contains /forget or
    /unsubscribe anywhere asks for the screen with the button that erases the person's data.
    """
    request = matcher.find_request(event.text, lang)
    if request is None and event.is_private and mentions_leaving(event.text):
        return BotRequest(LEAVING[0], lang)
    return request


def without_change(command: Command) -> Command:
    """Return `command` with an answer that changes no stored data.

    The answer to /unsubscribe, for example, becomes the screen with the button to unsubscribe.
    """
    return replace(command, answer=_SHOWING_BUTTON.get(command.name, command.answer))


def reader_for(request: BotRequest, reader: Reader) -> Reader:
    """Return `reader` with the language that the request names, or else the language in which it is written.

    If the campaign has neither, return `reader` unchanged.
    """
    languages = reader.campaign.languages
    spoken = (lang for lang in (request.wanted, request.lang) if lang in languages)
    return reader.speaking(next(spoken, None) or reader.lang)


def follow_up_screen(request: BotRequest, context: FlowContext) -> Screen | None:
    """Return the screen for a text such as "next", relative to the person's last screen; None if there is none."""
    if request.follow_up is None or context.last_place is None:
        return None
    place = next_place(request.follow_up, context.last_place, context.reader.campaign)
    if request.follow_up is FollowUp.OFFICIAL and isinstance(place, AtClause):
        return _original(place, context.reader)
    return declaration.show(context.reader, place)


def _original(place: AtClause, reader: Reader) -> Screen | None:
    """Return the clause of `place` in the original language; None if the campaign no longer has it.

    If the reader's language is a translation, a notice above the clause says so.
    """
    clause = reader.campaign.clause_by_id.get(place.clause)
    notice = reader.edition_notice() if reader.lang != reader.campaign.original else ""
    return declaration.clause(reader, clause, place, notice=notice) if clause else None

"""Define every command of the bot: the menu, the help text and the routing all follow COMMANDS."""

from dataclasses import dataclass
from enum import Enum

from bot.flows import reading, subscribing
from bot.flows.context import CommandFlow, FlowContext
from bot.model.events import Event, ParsedCommand, TextMessage
from bot.model.replies import MessageReplies, SendText
from content.screens import declaration
from content.screens.navigation import Contents, Demands, Topics
from content.screens.reader import Reader
from content.screens.screen import Screen, Span, Style
from content.search.bot_requests import BotRequest


class CommandScope(Enum):
    """The chats in which a command is answered."""

    EVERYWHERE = "private chats and groups"
    PRIVATE = "private chats"  # a group is asked to use a private chat
    ADMINS = "private chats of admins"  # for everybody else the command does not exist


class Responder(Enum):
    """The part of `bot.dispatch` that answers a command, where the command needs data that flows do not get."""

    LATEST = "latest announcements"
    STATISTICS = "statistics"
    EDITOR = "announcement editor"
    ANNOUNCEMENTS = "list of announcements"


@dataclass(frozen=True, slots=True)
class Command:
    """A command of the bot. `answer` is the flow or the responder that answers it."""

    name: str  # without the slash
    scope: CommandScope
    answer: CommandFlow | Responder
    needs_store: bool = False  # whether the command cannot be answered while the database fails

    @property
    def is_in_menu(self) -> bool:
        """Return whether Telegram's command menu and the help text list the command."""
        return self.scope is not CommandScope.ADMINS

    @property
    def phrase(self) -> str:
        """Return the key of the phrase that describes the command in the menu."""
        return f"command.{self.name}"


def show_help(event: TextMessage, context: FlowContext) -> MessageReplies:
    """Answer /help with the list of commands, example questions and the source of the declaration's text."""
    reader = context.reader
    example = reading.example_number(reader)
    text = reader.say("help.text", commands=_command_list(reader), example=example, example_plain=str(example))
    title = Span(reader.say("help.title") + "\n\n", Style.BOLD)
    source = reader.campaign.source.get(reader.lang)
    spans = (title, Span(text), *([Span(f"\n\n{source}", Style.ITALIC)] if source else []))
    return (SendText(Screen(spans, declaration.home_rows(reader))),)


# In the order of the menu.
COMMANDS = (
    Command("start", CommandScope.EVERYWHERE, reading.start),
    Command("declaration", CommandScope.EVERYWHERE, reading.opening(Contents())),
    Command("clause", CommandScope.EVERYWHERE, reading.open_clause),
    Command("topics", CommandScope.EVERYWHERE, reading.opening(Topics())),
    Command("demands", CommandScope.EVERYWHERE, reading.opening(Demands())),
    Command("subscribe", CommandScope.PRIVATE, subscribing.subscribe, needs_store=True),
    Command("unsubscribe", CommandScope.PRIVATE, subscribing.leave, needs_store=True),
    Command("settings", CommandScope.PRIVATE, subscribing.show_settings, needs_store=True),
    Command("mydata", CommandScope.PRIVATE, subscribing.show_data, needs_store=True),
    Command("forget", CommandScope.PRIVATE, subscribing.leave, needs_store=True),
    Command("latest", CommandScope.PRIVATE, Responder.LATEST),
    Command("language", CommandScope.EVERYWHERE, subscribing.choose_language),
    Command("privacy", CommandScope.PRIVATE, reading.show_privacy),
    Command("help", CommandScope.EVERYWHERE, show_help),
    Command("broadcast", CommandScope.ADMINS, Responder.EDITOR),
    Command("announcements", CommandScope.ADMINS, Responder.ANNOUNCEMENTS),
    Command("stats", CommandScope.ADMINS, Responder.STATISTICS),
)
MENU = tuple(command for command in COMMANDS if command.is_in_menu)
_BY_NAME = {command.name: command for command in COMMANDS}


def command_of(event: Event) -> Command | None:
    """Return the command that a text message begins with, or whose screen it asks for in words.

    Return None for any other event and for an unknown command.
    """
    match event:
        case TextMessage(command=ParsedCommand(name=name)) | TextMessage(request=BotRequest(command=name)):
            return _BY_NAME.get(name)
        case _:
            return None


def responder_of(event: Event) -> Responder | None:
    """Return the responder for a command in a private message; None for any event that a flow answers."""
    command = command_of(event)
    if command is None or not isinstance(event, TextMessage) or not event.is_private:
        return None
    return command.answer if isinstance(command.answer, Responder) else None


def _command_list(reader: Reader) -> str:
    listed = (command for command in MENU if command.answer not in (reading.start, show_help))
    return "\n".join(
        reader.say("help.command", command=command.name, description=reader.say(command.phrase)) for command in listed
    )

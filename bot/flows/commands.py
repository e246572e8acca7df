"""Define every command of the bot in COMMANDS, from which the menu, the help text and the routing are built."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import Enum

from bot.flows import language, reading
from bot.flows.context import CommandFlow, FlowContext
from bot.flows.subscription import subscribing
from bot.model.events import ButtonPress, Event, ParsedCommand, TextMessage
from bot.model.replies import MessageReplies, SendText
from bot.model.roles import Permission
from content.screens.menu import example_number, home_rows
from content.screens.navigation.places import AtCommand, Contents, Demands, Topics
from content.screens.reader import Reader
from content.screens.screen import ActionButton, Row, Screen, Span, Style
from content.search.bot_requests import BotRequest

MENU_PREFIX = "m."  # of the actions that concern the menu with the commands of admins
SHOW_MENU = f"{MENU_PREFIX}show"


class CommandScope(Enum):
    """The chats, and the people, for which a command exists."""

    EVERYWHERE = "private chats and groups"
    PRIVATE = "private chats"  # in a group, the answer is to use a private chat
    ADMINS = "private chats of admins"  # does not exist for people without its permission


class Responder(Enum):
    """A part of `bot.dispatch` that answers a command.

    A flow is a pure function. So commands that need more, such as the database, are answered by responders.
    """

    LATEST = "latest announcements"
    VERIFY = "verification of announcements"
    STATISTICS = "statistics"
    EDITOR = "announcement editor"
    ANNOUNCEMENTS = "list of announcements"
    TEAM = "team of admins"
    PANIC = "panic"
    FACTOR = "second factor"
    FEEDBACK = "feedback to the campaign"


class Section(Enum):
    """A section of the help text, in order. The value is the key of the phrase that is its heading."""

    READING = "help.reading"
    UPDATES = "help.updates"
    YOUR_DATA = "help.your_data"
    ADMINS = "admin_command.title"


@dataclass(frozen=True, slots=True)
class Command:
    """A command of the bot. `answer` is the flow or the responder that answers it."""

    name: str  # without the slash
    scope: CommandScope
    answer: CommandFlow | Responder
    section: Section | None = None  # of the help; None for a command that the help does not list
    needs_store: bool = False  # whether the command cannot be answered while the database fails
    permission: Permission | None = None  # that an admin needs for it; None for a command for everybody
    is_optional: bool = False  # whether the command exists only where the operator has switched it on

    @property
    def is_in_menu(self) -> bool:
        """Return whether Telegram's menu always lists the command: False if it is for admins or optional."""
        return self.scope is not CommandScope.ADMINS and not self.is_optional

    @property
    def phrase(self) -> str:
        """Return the key of the phrase that describes the command in the menu and the help."""
        if self.is_optional:
            return f"{self.name}.command"
        return f"command.{self.name}" if self.is_in_menu else f"admin_command.{self.name}"


def show_help(event: TextMessage, context: FlowContext) -> MessageReplies:
    """Answer /help with the commands in sections, hints how to ask and share, and the source of the declaration."""
    reader = context.reader
    example = example_number(reader)
    hints = {Section.READING: "\n" + reader.say("help.text", example=example)}
    spans = [Span(reader.say("help.title"), Style.BOLD)]
    for section, commands in _listed_commands(context).items():
        spans += [Span("\n\n"), Span(reader.say(section.value), Style.BOLD)]
        spans.append(Span(_lines(reader, commands) + hints.get(section, "")))
    spans.append(Span("\n\n" + reader.say("help.share", example_plain=str(example))))
    if source := reader.campaign.source.get(reader.lang):
        spans.append(Span(f"\n\n{source}", Style.ITALIC))
    spans += _public_key(reader)
    menu: tuple[Row, ...] = ((admin_menu_button(reader),),) if context.permissions else ()
    return (SendText(Screen(tuple(spans), (*menu, *home_rows(reader)), AtCommand("help"))),)


def _public_key(reader: Reader) -> list[Span]:
    """Return the campaign's public key for signatures, with a sentence above it; [] if the campaign has no key."""
    key = reader.campaign.public_key
    return [Span(f"\n\n{reader.say('signing.key')}\n"), Span(key, Style.CODE)] if key else []


def admin_menu_button(reader: Reader) -> ActionButton:
    """Return the button to the page on which admins show or hide their commands in Telegram's menu."""
    return reader.action_button(reader.say("button.command_menu"), SHOW_MENU)


def _listed_commands(context: FlowContext) -> dict[Section, list[Command]]:
    """Return the commands that the help text lists for this person, by section. Empty sections are left out."""
    listed: dict[Section, list[Command]] = {section: [] for section in Section}
    for command in existing_commands(context.optional_commands):
        if command.section and (command.permission is None or command.permission in context.permissions):
            listed[command.section].append(command)
    return {section: commands for section, commands in listed.items() if commands}


def _lines(reader: Reader, commands: Iterable[Command]) -> str:
    """Return one line of text for each command, each preceded by a line break."""
    return "".join(
        "\n" + reader.say("help.command", command=command.name, description=reader.say(command.phrase))
        for command in commands
    )


# In the order of the menu.
COMMANDS = (
    Command("start", CommandScope.EVERYWHERE, reading.start),
    Command("declaration", CommandScope.EVERYWHERE, reading.opening(Contents()), Section.READING),
    Command("clause", CommandScope.EVERYWHERE, reading.open_clause, Section.READING),
    Command("topics", CommandScope.EVERYWHERE, reading.opening(Topics()), Section.READING),
    Command("demands", CommandScope.EVERYWHERE, reading.opening(Demands()), Section.READING),
    Command("subscribe", CommandScope.PRIVATE, subscribing.subscribe, Section.UPDATES, needs_store=True),
    Command("unsubscribe", CommandScope.PRIVATE, subscribing.leave, Section.UPDATES, needs_store=True),
    Command("settings", CommandScope.PRIVATE, subscribing.show_settings, Section.UPDATES, needs_store=True),
    Command("mydata", CommandScope.PRIVATE, subscribing.show_data, Section.YOUR_DATA, needs_store=True),
    Command("forget", CommandScope.PRIVATE, subscribing.leave, Section.YOUR_DATA, needs_store=True),
    Command("latest", CommandScope.PRIVATE, Responder.LATEST, Section.UPDATES),
    Command("verify", CommandScope.PRIVATE, Responder.VERIFY, Section.UPDATES),
    Command("feedback", CommandScope.PRIVATE, Responder.FEEDBACK, Section.UPDATES, is_optional=True),
    Command("language", CommandScope.EVERYWHERE, language.choose_language, Section.READING),
    Command("privacy", CommandScope.PRIVATE, reading.show_privacy, Section.YOUR_DATA),
    Command("help", CommandScope.EVERYWHERE, show_help),
    Command("broadcast", CommandScope.ADMINS, Responder.EDITOR, Section.ADMINS, permission=Permission.WRITE),
    Command(
        "announcements",
        CommandScope.ADMINS,
        Responder.ANNOUNCEMENTS,
        Section.ADMINS,
        permission=Permission.WRITE,
    ),
    Command("stats", CommandScope.ADMINS, Responder.STATISTICS, Section.ADMINS, permission=Permission.STATISTICS),
    Command("team", CommandScope.ADMINS, Responder.TEAM, Section.ADMINS, permission=Permission.TEAM),
    Command("factor", CommandScope.ADMINS, Responder.FACTOR, Section.ADMINS, permission=Permission.WRITE),
    Command("panic", CommandScope.ADMINS, Responder.PANIC, Section.ADMINS, permission=Permission.FREEZE),
)
MENU = tuple(command for command in COMMANDS if command.is_in_menu)
OPTIONAL_COMMANDS = frozenset(command.name for command in COMMANDS if command.is_optional)
_BY_NAME = {command.name: command for command in COMMANDS}


def existing_commands(optional: Collection[str]) -> list[Command]:
    """Return the commands that the bot has, in the order of the menu.

    `optional` names the optional commands that are on.
    """
    return [command for command in COMMANDS if exists(command, optional)]


def exists(command: Command, optional: Collection[str]) -> bool:
    """Return whether the bot has `command`. `optional` names the optional commands that are switched on."""
    return not command.is_optional or command.name in optional


def command_of(event: Event) -> Command | None:
    """Return the command that an event asks for; None for an unknown command or any other event.

    A text message asks for a command with a slash or in words. A press asks for the command whose screen it opens.
    """
    match event:
        case TextMessage(request=BotRequest(command=name)) | TextMessage(command=ParsedCommand(name=name)):
            return _BY_NAME.get(name)
        case ButtonPress(data=data):
            asked = reading.command_in_button(data) or ""
            return _BY_NAME[asked] if is_public_command(asked) else None
        case _:
            return None


def is_public_command(name: str) -> bool:
    """Return whether `name` is a command in the menu for everybody.

    Links and buttons can open only screens of such commands.
    """
    return name in _BY_NAME and _BY_NAME[name].is_in_menu


def responder_of(event: Event) -> Responder | None:
    """Return the responder that answers an event in a private chat; None for any event that a flow answers."""
    command = command_of(event)
    if command is None or not isinstance(event, (TextMessage, ButtonPress)) or not event.is_private:
        return None
    return command.answer if isinstance(command.answer, Responder) else None

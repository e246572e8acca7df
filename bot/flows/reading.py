"""Show the declaration: answer the commands, the deep links and the buttons with which people read it.

Nothing in this module changes stored data.
"""

from dataclasses import replace

from bot.flows import privacy_screens
from bot.flows.answering import no_such_clause
from bot.flows.context import CommandFlow, FlowContext
from bot.model.events import ButtonPress, TextMessage
from bot.model.replies import CallbackReplies, EditMessage, MessageReplies, SendText, SetLanguage, Toast
from content.model import Campaign, ClauseId, Lang
from content.screens import declaration
from content.screens.declaration import Reader
from content.screens.menu import home_rows
from content.screens.navigation.button_data import from_data
from content.screens.navigation.deep_links import LinkTarget, SubscribeIn, from_link
from content.screens.navigation.places import AtClause, AtCommand, Contents, LanguageChosen, Place, Start
from content.screens.screen import Screen, Span, Style
from content.search.clause_references import ClauseReference

_QUIET_PAYLOADS = ("", "start", "inline")  # of links to the start screen; "inline" is above inline results


def start(event: TextMessage, context: FlowContext) -> MessageReplies:
    """Answer /start, which can have a payload from a deep link.

    If the payload names a place in the declaration or a language, open it. If it is unknown, show the start screen
    with a sentence that says so. `bot.flows.requests` handles payloads that name a command.
    """
    reader, payload = context.reader, _arguments(event)
    if payload in _QUIET_PAYLOADS:
        return (SendText(declaration.start(reader)),)
    target = from_link(payload)
    if isinstance(target, LanguageChosen) and target.lang in reader.campaign.languages:
        remember = (SetLanguage(target.lang),) if event.is_private else ()
        return (*remember, SendText(declaration.start(reader.speaking(target.lang))))
    return (SendText(_linked_screen(target, reader) or _start_after("answer.unknown_link", reader)),)


def _linked_screen(target: LinkTarget | None, reader: Reader) -> Screen | None:
    """Return the screen that a deep link opens; None if there is no such screen."""
    if target is None or isinstance(target, (LanguageChosen, SubscribeIn, AtCommand)):
        return None
    return declaration.show(reader, target)


def opening(place: Place) -> CommandFlow:
    """Return a flow that answers a command by showing the screen at `place`."""
    return lambda event, context: (SendText(_screen_of(place, context.reader)),)


def open_clause(event: TextMessage, context: FlowContext) -> MessageReplies:
    """Answer /clause with the clause that its argument names. Without an argument, show the list of clauses."""
    reader = context.reader
    named = context.matcher.references.find(_arguments(event), reader.campaign)
    return (SendText(_named_clause(named, reader) if named else _screen_of(Contents(), reader)),)


def show_privacy(event: TextMessage, context: FlowContext) -> MessageReplies:
    """Answer /privacy with the privacy promises and the person's Telegram id."""
    return (SendText(privacy_screens.promises(context.reader, event.sender.id)),)


def unknown_command(event: TextMessage, context: FlowContext) -> MessageReplies:
    """Answer a command that does not exist.

    In a group, answer nothing, because the command may be meant for another bot.
    """
    return (SendText(_notice(context.reader, "answer.unknown_command")),) if event.is_private else ()


def not_text(reader: Reader) -> MessageReplies:
    """Answer a message without text, such as a photo or a sticker, by saying what the bot can read."""
    return (SendText(_notice(reader, "answer.not_text", **_clause_range(reader.campaign))),)


def _arguments(event: TextMessage) -> str:
    return event.command.rest if event.command else ""


def _named_clause(named: ClauseReference, reader: Reader) -> Screen:
    if named.clause:
        return _screen_of(AtClause(named.clause), reader)
    assert named.number is not None
    return no_such_clause(named.number, reader)


def _screen_of(place: Place, reader: Reader) -> Screen:
    return declaration.show(reader, place) or declaration.start(reader)


def _clause_range(campaign: Campaign) -> dict[str, int]:
    return {"first": 1, "last": campaign.numbered_clause_count}


def _notice(reader: Reader, phrase: str, **values: str | int) -> Screen:
    """Return a screen with the phrase of the key `phrase`, filled with `values`, and the start screen's buttons."""
    return Screen((Span(reader.say(phrase, **values)),), home_rows(reader))


def reader_of(data: str, reader: Reader) -> Reader:
    """Return `reader` with the language that the callback data `data` contains, if the campaign has this language.

    A language in a button is still known after a restart, unlike a choice that is only in memory.
    """
    target = from_data(data)
    return reader.speaking_if_known(target[1]) if target else reader


def press(event: ButtonPress, reader: Reader) -> CallbackReplies:
    """Answer a press of a button that opens a screen of the declaration, by editing the message.

    An unknown button opens the start screen, with a notice that the button is old. `reader` already has the language
    of the button. In a private chat, this language is remembered for the person if the campaign has it.
    """
    target = _target(event.data, reader.campaign)
    screen = _pressed_screen(target[0], reader) if target else None
    if target is None or screen is None:
        return (Toast(reader.say("toast.old_button")), EditMessage(_start_after("answer.old_button", reader)))
    place, lang = target
    is_kept = event.is_private and lang in reader.campaign.languages
    remember = (SetLanguage(lang),) if is_kept else ()
    match place:
        case LanguageChosen(chosen):
            remember = (SetLanguage(chosen),) if event.is_private else ()
            return (Toast(reader.speaking(chosen).say("toast.language")), *remember, EditMessage(screen))
        case AtClause() if has_changed(place, reader):
            return (Toast(reader.say("toast.changed")), *remember, EditMessage(screen))
        case _:
            return (Toast(), *remember, EditMessage(screen))


def _target(data: str, campaign: Campaign) -> tuple[Place, Lang] | None:
    """Return the place and the language in the callback data `data`; None for unknown data."""
    target = from_data(data)
    match target:
        case (AtClause(in_original=False) as place, lang) if lang not in campaign.languages:
            return replace(place, text_hash=""), lang  # the hash is of a text that no longer exists
        case _:
            return target


def _pressed_screen(place: Place, reader: Reader) -> Screen | None:
    match place:
        case LanguageChosen(chosen) if chosen not in reader.campaign.languages:
            return None
        case LanguageChosen(chosen):
            return declaration.start(reader.speaking(chosen))
        case AtClause() if has_changed(place, reader):
            clause = reader.campaign.clause_by_id[place.clause]
            return declaration.clause(reader, clause, place, notice=reader.say("answer.changed"))
        case _:
            return declaration.show(reader, place)


def has_changed(place: AtClause, reader: Reader) -> bool:
    """Return whether the clause's text has changed since the button that opens `place` was made."""
    clause = reader.campaign.clause_by_id.get(ClauseId(place.clause))
    shown = reader.campaign.original if place.in_original else reader.lang
    return bool(clause and place.text_hash and clause.text_hash(shown) != place.text_hash)


def command_in_button(data: str) -> str | None:
    """Return the name of the command whose screen a button opens; None for any other button."""
    match from_data(data):
        case (AtCommand(name), _):
            return name
        case _:
            return None


def _start_after(phrase: str, reader: Reader) -> Screen:
    """Return the start screen, below a sentence that says why it is shown. `phrase` is the key of that sentence."""
    first = declaration.start(reader)
    return Screen((Span(reader.say(phrase) + "\n\n", Style.ITALIC), *first.spans), first.rows, Start())

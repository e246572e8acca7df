"""Adapt the screens of replies to the chat: a button to the menu in private, a short form in groups.

In groups, a link opens the full screen in the private chat.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain

from bot.flows.context import FlowContext
from bot.model.events import ButtonPress, Event, OtherMessage, TextMessage, is_public
from bot.model.replies import EditMessage, Replies, Reply, SendText
from content.model import Lang
from content.screens.frame import home_button, private_link, with_way_home
from content.screens.navigation.button_data import from_data
from content.screens.navigation.places import AtAnswer, AtChoices, AtClause, AtCommand, Home, PassOn, Start
from content.screens.reader import Reader
from content.screens.screen import ActionButton, Button, CallbackButton, Row, Screen, Span, Style, units
from content.screens.split import split_text

_MAX_GROUP_BUTTONS = 4
_COLLAPSED_FROM = 300  # UTF-16 units; a longer text of the declaration is shown to a group collapsed
_GROUP_TEXT_LIMIT = 2000  # UTF-16 units of an answer in a group
_ELLIPSIS = " …"


def framed(event: Event, replies: Replies, context: FlowContext) -> Replies:
    """Return `replies` with their screens adapted to the chat of `event`.

    In a group, screens are short. In a private chat, they have a button to the menu. Replies to other events, such as
    inline queries, are returned unchanged.
    """
    if not isinstance(event, (TextMessage, ButtonPress, OtherMessage)):
        return replies
    return tuple(_framed_reply(event, reply, context) for reply in replies)


def _framed_reply(event: Event, reply: Reply, context: FlowContext) -> Reply:
    if not isinstance(reply, (SendText, EditMessage)):
        return reply
    reader = context.reader.speaking(_language_of(reply.screen) or context.reader.lang)
    frame = for_group if is_public(event) else with_way_home
    return replace(reply, screen=frame(reader, reply.screen))


def _language_of(screen: Screen) -> Lang | None:
    """Return the language in which the screen's buttons open other screens; None if no button has a language.

    It is read from the callback data of the first button that contains a language code.
    """
    for button in _buttons(screen.rows):
        match button:
            case CallbackButton(_, data) if target := from_data(data):
                return target[1]
            case ActionButton(_, lang):
                return lang
    return None


def for_group(reader: Reader, screen: Screen) -> Screen:
    """Return a short form of `screen` for a group, with at most four buttons.

    The last button opens the full screen.
    """
    place = screen.place or Start()
    if _is_long_list(screen):
        first = screen.spans[0]
        title, sentence = replace(first, text=first.text.rstrip()), Span("\n\n" + reader.say("group.private_only"))
        return Screen((title, sentence), ((home_button(reader),), (private_link(reader, place),)), screen.place)
    rows = (*_rows_for_group(reader, screen), (private_link(reader, place),))
    return Screen(tuple(_shortened(list(_collapsed(screen)))), rows, screen.place)


def _is_long_list(screen: Screen) -> bool:
    """Return whether a screen has too many callback buttons for a group. False for menus, answers and clauses."""
    is_answer = isinstance(screen.place, Start | Home | AtAnswer | AtChoices | AtClause)
    return not is_answer and _callback_count(screen.rows) > _MAX_GROUP_BUTTONS


def _rows_for_group(reader: Reader, screen: Screen) -> Iterator[Row]:
    """Yield rows of buttons for a group: the first buttons of `screen` that groups get, at most three in all."""
    match screen.place:
        case Start() | Home() | AtAnswer() | AtChoices():
            rows = screen.rows
        case AtClause():
            rows = screen.rows[:1]
        case AtCommand() if not screen.rows:
            return
        case _:
            rows = screen.rows
    free = _MAX_GROUP_BUTTONS - 1
    for row in rows:
        shown = tuple(button for button in row if _is_for_group(button))[:free]
        free -= len(shown)
        if shown:
            yield shown


def _is_for_group(button: Button) -> bool:
    """Return whether a group gets this button: a callback button, except the one that offers ways to share."""
    if not isinstance(button, CallbackButton):
        return False
    target = from_data(button.data)
    return target is None or not isinstance(target[0], PassOn)


def _callback_count(rows: Iterable[Row]) -> int:
    return sum(isinstance(button, CallbackButton) for button in _buttons(rows))


def _buttons(rows: Iterable[Row]) -> Iterator[Button]:
    return chain.from_iterable(rows)


def _collapsed(screen: Screen) -> Iterator[Span]:
    """Yield the spans of `screen`. A long text of the declaration becomes an expandable quote."""
    for span in screen.spans:
        text = span.text.strip("\n")
        is_text = span.style is Style.QUOTE or (span.style is None and isinstance(screen.place, AtClause))
        if not is_text or units(text) < _COLLAPSED_FROM:
            yield span
            continue
        before, after = span.text.split(text)
        yield from (Span(before), Span(text, Style.LONG_QUOTE), Span(after))


def _shortened(spans: Sequence[Span]) -> Iterator[Span]:
    """Yield the beginning of `spans`, short enough for a group, and then the last span.

    The last span is always shown, because it names the edition of the declaration.
    """
    *texts, last = spans
    free = _GROUP_TEXT_LIMIT - units(last.text)
    for span in texts:
        if units(span.text) > free:
            beginning = next(split_text(span.text, max(free - units(_ELLIPSIS), 1)))
            yield from (Span(beginning.rstrip() + _ELLIPSIS, span.style), Span("\n\n"))
            break
        free -= units(span.text)
        yield span
    yield last

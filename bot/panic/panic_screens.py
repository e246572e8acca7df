"""Build the screens of /panic.

They explain freezing the bot and destroying the keys, and have the buttons for both. Pure.
"""

from collections.abc import Iterable
from enum import StrEnum

from bot.flows.time_format import format_moment, zone_name_at
from content.screens.reader import Reader
from content.screens.screen import ActionButton, Row, Screen, Span, Style

PREFIX = "p."  # of every action of these screens
_UTC = 1  # index in ZONES


class PanicAction(StrEnum):
    """The actions of the buttons of /panic.

    The values are part of callback data in existing chats: never change one.
    """

    SHOW = "show"
    ASK_FREEZE = "ask.freeze"
    FREEZE = "freeze"
    ASK_LIFT = "ask.lift"
    LIFT = "lift"
    ASK_SHRED = "ask.shred"
    SHRED = "shred"


def overview(reader: Reader) -> Screen:
    """Return the screen of /panic while the bot is not frozen."""
    return _screen(reader, [reader.say("panic.about")], (_button(reader, PanicAction.ASK_FREEZE),))


def sure(reader: Reader, action: PanicAction, since: int = 0) -> Screen:
    """Return the screen that asks to confirm `action`.

    `since` is the Unix time at which the current freeze began; 0 if there is none. The button contains it.
    """
    key = action.value.replace(".", "_")
    rows: tuple[Row, ...] = ((_button(reader, action, since),), (_button(reader, PanicAction.SHOW),))
    return _screen(reader, [reader.say(f"panic.sure_{key}")], *rows)


def frozen(
    reader: Reader, since: int, sentence_on_admin: str, *, is_owner: bool, acts_from: float, now: float
) -> Screen:
    """Return the screen of /panic while the bot is frozen. `sentence_on_admin` says who froze it.

    `since` is the Unix time at which the freeze began; the buttons contain it. Only owners (`is_owner`) get buttons.
    `acts_from` is the Unix time from which the reader may end the freeze or destroy the list.
    """
    parts = [sentence_on_admin, reader.say("panic.frozen_about")]
    if not is_owner:
        return _screen(reader, [*parts, reader.say("panic.owners_go_on")])
    if now < acts_from:
        parts.append(reader.say("panic.wait", moment=moment(reader, acts_from), zone=zone(reader)))
    rows: tuple[Row, ...] = (
        (_button(reader, PanicAction.ASK_LIFT, since),),
        (_button(reader, PanicAction.ASK_SHRED, since),),
    )
    return _screen(reader, parts, *rows)


def moment(reader: Reader, at: float) -> str:
    """Return the date and time of the Unix time `at` in UTC, in the reader's language."""
    return format_moment(reader, at, _UTC)


def zone(reader: Reader) -> str:
    """Return the name of the time zone UTC in the reader's language."""
    return zone_name_at(reader, _UTC)


def sentence(reader: Reader, key: str, **values: str | int) -> Screen:
    """Return a screen with the phrase `panic.KEY`, filled with `values`."""
    return Screen((Span(reader.say(f"panic.{key}", **values)),))


def _screen(reader: Reader, parts: Iterable[str], *rows: Row) -> Screen:
    title = Span(reader.say("panic.title") + "\n\n", Style.BOLD)
    return Screen((title, Span("\n\n".join(parts))), rows)


def _button(reader: Reader, action: PanicAction, since: int = 0) -> ActionButton:
    label = reader.say(f"panic.button_{action.value.replace('.', '_')}")
    return reader.action_button(label, f"{PREFIX}{action.value}" + (f".{since}" if since else ""))

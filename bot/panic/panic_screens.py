"""Build the screens of /panic: what freezing and destroying mean, and the buttons for them. Pure."""

from collections.abc import Iterable
from enum import StrEnum

from bot.flows.time_format import format_moment, zone_name_at
from content.screens.reader import Reader
from content.screens.screen import ActionButton, Row, Screen, Span, Style

PREFIX = "p."  # of every action of these screens
_UTC = 1  # index in ZONES


class PanicAction(StrEnum):
    """The actions of the buttons. The values are part of buttons in existing chats: never change one."""

    SHOW = "show"
    ASK_FREEZE = "ask.freeze"
    FREEZE = "freeze"
    ASK_LIFT = "ask.lift"
    LIFT = "lift"
    ASK_SHRED = "ask.shred"
    SHRED = "shred"


def overview(reader: Reader) -> Screen:
    """Return the screen of a bot that is not frozen."""
    return _screen(reader, [reader.say("panic.about")], (_button(reader, PanicAction.ASK_FREEZE),))


def sure(reader: Reader, action: PanicAction, since: int = 0) -> Screen:
    """Return the screen that asks to confirm `action`. `since` identifies the freeze; 0 if there is none."""
    key = action.value.replace(".", "_")
    rows: tuple[Row, ...] = ((_button(reader, action, since),), (_button(reader, PanicAction.SHOW),))
    return _screen(reader, [reader.say(f"panic.sure_{key}")], *rows)


def frozen(
    reader: Reader, since: int, sentence_on_admin: str, *, is_owner: bool, acts_from: float, now: float
) -> Screen:
    """Return the screen of a frozen bot. `sentence_on_admin` says who froze it.

    `acts_from` is the Unix time from which the reader is allowed to end the freeze or destroy the list.
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
    """Return a moment in UTC, as admins read it."""
    return format_moment(reader, at, _UTC)


def zone(reader: Reader) -> str:
    """Return the name of the zone in which moments are shown."""
    return zone_name_at(reader, _UTC)


def sentence(reader: Reader, key: str, **values: str | int) -> Screen:
    """Return a screen with one sentence."""
    return Screen((Span(reader.say(f"panic.{key}", **values)),))


def _screen(reader: Reader, parts: Iterable[str], *rows: Row) -> Screen:
    title = Span(reader.say("panic.title") + "\n\n", Style.BOLD)
    return Screen((title, Span("\n\n".join(parts))), rows)


def _button(reader: Reader, action: PanicAction, since: int = 0) -> ActionButton:
    label = reader.say(f"panic.button_{action.value.replace('.', '_')}")
    return reader.action_button(label, f"{PREFIX}{action.value}" + (f".{since}" if since else ""))

"""Build the screens on which an owner chooses or removes the channel for announcements. Pure."""

import re
from collections.abc import Iterable

from bot.channel.channel_rights import ChannelProblem
from bot.channel.channel_store import Channel
from bot.team.permissions import CHANNEL_PREFIX, TEAM_PREFIX
from content.screens.reader import Reader
from content.screens.screen import ActionButton, Row, Screen, Span, Style

_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"
_DIRECTION_CONTROLS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def shown_name(title: str, username: str) -> str:
    """Return a channel's title and @username as one text that can be inserted into a sentence of any direction.

    Unicode isolates keep the name from changing the direction of the text around it.
    """
    name = f"{_DIRECTION_CONTROLS.sub('', title)} (@{username})" if username else _DIRECTION_CONTROLS.sub("", title)
    return f"{_FIRST_STRONG_ISOLATE}{name}{_POP_ISOLATE}"


def problem_text(reader: Reader, problem: ChannelProblem) -> str:
    """Return a sentence that says why the bot cannot post in the channel, and what to do."""
    return reader.say(f"channel.why_{problem.value}")


def channel(reader: Reader, current: Channel | None, problem: ChannelProblem | None, headline: str = "") -> Screen:
    """Return the screen about the channel, with buttons to choose or remove it.

    `current` is the chosen channel, or None. `headline` says what has just happened; "" for nothing.
    """
    if current is None:
        rows = [(_button(reader, "name", "name"),), _back_to_team(reader)]
        return _screen(reader, [headline, reader.say("channel.none")], rows)
    state = problem_text(reader, problem) if problem else reader.say("channel.ready")
    named = reader.say("channel.named", name=shown_name(current.title, current.username))
    parts = [headline, named, state, reader.say("channel.about")]
    rows = [(_button(reader, "rename", "name"),), (_button(reader, "forget", "forget"),), _back_to_team(reader)]
    return _screen(reader, parts, rows)


def request(reader: Reader, headline: str = "") -> Screen:
    """Return the screen that asks an owner to send the channel's @username, a link, or one of its posts.

    `headline` is shown first; it says why the bot asks again.
    """
    return _screen(reader, [headline, reader.say("channel.send")], [_back(reader)])


def forgetting(reader: Reader, current: Channel) -> Screen:
    """Return the screen that asks an owner to confirm that the bot is to forget the channel."""
    question = reader.say("channel.sure_forget", name=shown_name(current.title, current.username))
    return _screen(reader, [question], [(_button(reader, "forget", "forgotten"),), _back(reader)])


def _button(reader: Reader, label: str, action: str) -> ActionButton:
    return reader.action_button(reader.say(f"channel.button_{label}"), CHANNEL_PREFIX + action)


def _back(reader: Reader) -> Row:
    return (reader.action_button(reader.say("button.back"), f"{CHANNEL_PREFIX}show"),)


def _back_to_team(reader: Reader) -> Row:
    return (reader.action_button(reader.say("button.back"), f"{TEAM_PREFIX}list"),)


def _screen(reader: Reader, parts: Iterable[str], rows: Iterable[Row]) -> Screen:
    title = Span(reader.say("channel.title") + "\n\n", Style.BOLD)
    return Screen((title, Span("\n\n".join(filter(None, parts)))), tuple(rows))

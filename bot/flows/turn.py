"""One turn of a conversation: which flow answers which event."""

from typing import assert_never

from bot.events import Asked, Event, Moved, Other, Pressed, Said
from bot.flows import answering, reading, sharing
from bot.replies import Replies
from content.match import Matcher
from content.reader import Reader


def decide(event: Event, reader: Reader, matcher: Matcher, username: str) -> Replies:
    """What to do about `event`; `username` is the bot's own, for links."""
    match event:
        case Said():
            command = reading.commanded(event, reader)
            return answering.answered(event, reader, matcher) if command is None else command
        case Pressed():
            return reading.pressed(event, reading.reader_of(event.data, reader))
        case Asked():
            return sharing.asked(event, reader, matcher, username)
        case Other():
            return reading.not_text(reader)
        case Moved():
            return ()
        case _:
            assert_never(event)


def too_much(event: Event, reader: Reader) -> Replies:
    """What to say, once, to somebody whom the gate holds back."""
    match event:
        case Said(private=True) | Other():
            return reading.slow_down(reader)
        case Pressed():
            return reading.slow_down_toast(reading.reader_of(event.data, reader))
        case _:
            return ()

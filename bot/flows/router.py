"""One turn of a conversation: which flow answers which event."""

from typing import assert_never

from bot.flows import answering, inline, reading, subscribing, subscription_screens
from bot.model.events import ChatStatus, Event, InlineQuery, Moved, Other, Pressed, SignedPress, TextMessage
from bot.model.replies import EditMessage, Replies, SendText, Toast
from bot.telegram_api.rate_limiting.chat_spacing import GROUP_MESSAGES
from content.screens.navigation import Languages, from_data
from content.screens.reader import Reader
from content.screens.screen import Screen, Span
from content.search.matcher import Matcher
from storage.subscriptions.subscriber import Subscriber


def decide(event: Event, reader: Reader, matcher: Matcher, username: str, one: Subscriber | None = None) -> Replies:
    """What to do about `event`; `username` is the bot's own, for links, and `one` what is stored about the person."""
    match event:
        case TextMessage():
            return _said(event, reader, matcher, one)
        case SignedPress():
            return subscribing.acted(event, reader, one)
        case Pressed() if one and event.private and from_data(event.data) == (Languages(), reader.lang):
            return (Toast(), EditMessage(subscription_screens.languages(reader, one)))
        case Pressed():
            return reading.pressed(event, reading.reader_of(event.data, reader))
        case InlineQuery():
            return inline.asked(event, reader, matcher, username)
        case Other():
            return reading.not_text(reader)
        case Moved(standing=ChatStatus.BLOCKED):
            return subscribing.moved_away()
        case Moved():
            return ()
        case _:
            assert_never(event)


def _said(event: TextMessage, reader: Reader, matcher: Matcher, one: Subscriber | None) -> Replies:
    command = event.command
    if subscribing.mentions_leaving(event):
        return (SendText(subscription_screens.my_data(reader, one, event.sender.id)),)  # with the button that does it
    if command is None:
        return answering.answered(event, reader, matcher)
    if command.name in subscribing.COMMANDS:
        return subscribing.commanded(event, command.name, reader, one)
    if command.name == "language" and one and event.private:
        return (
            SendText(subscription_screens.languages(reader, one)),
        )  # a subscriber's choice is kept, so its buttons are signed
    return reading.commanded(event, command, reader, matcher.references)


def needs_memory(event: Event) -> bool:
    """Whether nothing sensible can be answered without knowing what is stored."""
    if isinstance(event, TextMessage):
        known = event.command is not None and event.command.name in subscribing.COMMANDS
        return known or subscribing.mentions_leaving(event)
    return isinstance(event, SignedPress)


def not_saved(event: Event, reader: Reader) -> Replies:
    """What to say when the store did not take it."""
    said = reader.say("answer.not_saved")
    return (Toast(said),) if isinstance(event, SignedPress) else (SendText(Screen((Span(said),))),)


def too_many_questions(event: TextMessage, reader: Reader, matcher: Matcher) -> Replies:
    """What to say, once, in a group that asks more than it can be sent; in the language of the question."""
    asker = reader if event.command else answering.asked_in(matcher.find(event.text, reader.lang), reader)
    said = asker.say("group.too_many_questions", number=GROUP_MESSAGES)
    return (SendText(Screen((Span(said),))),)


def too_much(event: Event, reader: Reader) -> Replies:
    """What to say, once, to somebody whom the gate holds back."""
    match event:
        case TextMessage(private=True) | Other():
            return reading.slow_down(reader)
        case SignedPress():
            return reading.slow_down_toast(reader)
        case Pressed():
            return reading.slow_down_toast(reading.reader_of(event.data, reader))
        case _:
            return ()

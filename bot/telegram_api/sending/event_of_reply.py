"""Check that a reply fits the event that it answers: each function returns the event, or raises TypeError."""

from bot.model.events import (
    ButtonPress,
    ChatStatusChanged,
    Event,
    InlineQuery,
    OtherMessage,
    SignedPress,
    TextMessage,
)
from bot.model.replies import Reply

Press = ButtonPress | SignedPress
ChatEvent = TextMessage | Press | OtherMessage | ChatStatusChanged  # an event that happened in a chat


def chat_event(event: Event, reply: Reply) -> ChatEvent:
    """Return an event to which a new message can be sent."""
    if isinstance(event, InlineQuery):
        raise _misfit(event, reply)
    return event


def press(event: Event, reply: Reply) -> Press:
    """Return an event that has a message to edit, and a query to answer."""
    if not isinstance(event, (ButtonPress, SignedPress)):
        raise _misfit(event, reply)
    return event


def inline_query(event: Event, reply: Reply) -> InlineQuery:
    """Return an event that takes inline results."""
    if not isinstance(event, InlineQuery):
        raise _misfit(event, reply)
    return event


def _misfit(event: Event, reply: Reply) -> TypeError:
    return TypeError(f"{type(reply).__name__} cannot answer {type(event).__name__}: see bot.model.replies")

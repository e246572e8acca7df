"""Check that a reply fits the event that it answers. Each function returns the event, or raises TypeError."""

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
    """Return `event` if it belongs to a chat, to which a new message can be sent. Raises TypeError otherwise."""
    if isinstance(event, InlineQuery):
        raise _misfit(event, reply)
    return event


def press(event: Event, reply: Reply) -> Press:
    """Return `event` if it is a button press, whose message can be edited. Raises TypeError otherwise."""
    if not isinstance(event, (ButtonPress, SignedPress)):
        raise _misfit(event, reply)
    return event


def inline_query(event: Event, reply: Reply) -> InlineQuery:
    """Return `event` if it is an inline query, which needs inline results. Raises TypeError otherwise."""
    if not isinstance(event, InlineQuery):
        raise _misfit(event, reply)
    return event


def _misfit(event: Event, reply: Reply) -> TypeError:
    return TypeError(f"{type(reply).__name__} cannot answer {type(event).__name__}: see bot.model.replies")

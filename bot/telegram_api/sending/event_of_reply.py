"""Check that a reply fits the kind of the event that it answers.

Each function returns the event if the reply fits, and raises TypeError otherwise.
"""

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
    """Return `event` if it belongs to a chat, so that a new message can be sent there. Raises TypeError otherwise."""
    if isinstance(event, InlineQuery):
        raise _misfit(event, reply)
    return event


def press(event: Event, reply: Reply) -> Press:
    """Return `event` if it is a button press, so that the message with the button can be edited.

    Raises TypeError otherwise.
    """
    if not isinstance(event, (ButtonPress, SignedPress)):
        raise _misfit(event, reply)
    return event


def inline_query(event: Event, reply: Reply) -> InlineQuery:
    """Return `event` if it is an inline query, so that it can be answered with inline results.

    Raises TypeError otherwise.
    """
    if not isinstance(event, InlineQuery):
        raise _misfit(event, reply)
    return event


def _misfit(event: Event, reply: Reply) -> TypeError:
    return TypeError(f"{type(reply).__name__} cannot answer {type(event).__name__}: see bot.model.replies")


def thread_of(event: ChatEvent) -> int | None:
    """Return the id of the forum topic in which `event` happened; None outside a forum."""
    return None if isinstance(event, ChatStatusChanged) else event.thread

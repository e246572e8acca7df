"""Check that a reply fits its event, such as that only a button press is answered by an edit of its message.

The functions that check take the event and the reply. They return the event with its narrower type, or raise
TypeError. Other functions return the parameters with which the reply gets into the thread of the event.
"""

from telegram import ReplyParameters

from bot.model.events import (
    ButtonPress,
    ChatId,
    ChatStatusChanged,
    Event,
    GuestQuery,
    InlineQuery,
    OtherMessage,
    Sender,
    SignedPress,
    TextMessage,
    UserId,
)
from bot.model.replies import Reply

Press = ButtonPress | SignedPress
ChatEvent = TextMessage | Press | OtherMessage | ChatStatusChanged  # an event that happened in a chat


def chat_event(event: Event, reply: Reply) -> ChatEvent:
    """Return `event` if it belongs to a chat, so that a new message can be sent there. Raises TypeError otherwise."""
    if isinstance(event, InlineQuery | GuestQuery):
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


def guest_query(event: Event, reply: Reply) -> GuestQuery:
    """Return `event` if it is a mention in a chat of which the bot is not a member. Raises TypeError otherwise."""
    if not isinstance(event, GuestQuery):
        raise _misfit(event, reply)
    return event


def placeholder_event(person: int) -> OtherMessage:
    """Return a placeholder event with which to send `person` a private message that answers no update."""
    return OtherMessage(ChatId(person), Sender(UserId(person)), 0, is_private=True)


def thread_of(event: ChatEvent) -> int | None:
    """Return the id of the forum topic in which `event` happened; None outside a forum."""
    return None if isinstance(event, ChatStatusChanged) else event.thread


def reply_parameters(event: ChatEvent) -> ReplyParameters | None:
    """Return the parameters that make an answer in a group a reply to the question; None for any other event.

    If the question was deleted, Telegram ignores these parameters.
    """
    if not isinstance(event, TextMessage) or event.is_private:
        return None
    return ReplyParameters(event.message, allow_sending_without_reply=True)


def _misfit(event: Event, reply: Reply) -> TypeError:
    return TypeError(f"{type(reply).__name__} cannot answer {type(event).__name__}: see bot.model.replies")

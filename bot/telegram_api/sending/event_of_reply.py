"""Check that a reply fits its event. For example, only a button press can be answered by editing its message.

Each checking function takes the event and the reply. It returns the event with its narrower type, or raises
TypeError. Other functions return the parameters that put the reply into the forum topic of the event.
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
    """Check that `event` belongs to a chat, to which `reply` can be sent as a new message; return `event`.

    Raises TypeError for any other event. The text of the error names the types of `event` and `reply`.
    """
    if isinstance(event, InlineQuery | GuestQuery):
        raise _misfit(event, reply)
    return event


def press(event: Event, reply: Reply) -> Press:
    """Check that `event` is a button press, which `reply` can answer, such as by editing its message; return `event`.

    Raises TypeError for any other event. The text of the error names the types of `event` and `reply`.
    """
    if not isinstance(event, (ButtonPress, SignedPress)):
        raise _misfit(event, reply)
    return event


def inline_query(event: Event, reply: Reply) -> InlineQuery:
    """Check that `event` is an inline query, which `reply` can answer with inline results; return `event`.

    Raises TypeError for any other event. The text of the error names the types of `event` and `reply`.
    """
    if not isinstance(event, InlineQuery):
        raise _misfit(event, reply)
    return event


def guest_query(event: Event, reply: Reply) -> GuestQuery:
    """Check that `event` is a mention in a chat of which the bot is not a member; return `event`.

    Raises TypeError for any other event. The text of the error names the types of `event` and `reply`.
    """
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

"""Recognize why Telegram refused an answer, by the text of the error."""

from datetime import timedelta

from telegram.error import BadRequest, RetryAfter

from bot.telegram_api.sending.answer_retry import HARMLESS

_MESSAGE_GONE = ("message to edit not found", "message can't be edited", "message_id_invalid")
_CHAT_CLOSED = (
    "not enough rights",
    "have no rights",
    "chat_write_forbidden",
    "topic_closed",
    "thread not found",
    "chat not found",
)


def is_message_gone(error: BadRequest) -> bool:
    """Return whether `error` says that the message to edit is deleted, or too old to be edited."""
    return _mentions(error, _MESSAGE_GONE)


def is_chat_closed(error: BadRequest) -> bool:
    """Return whether `error` says that the bot cannot write in the chat."""
    return _mentions(error, _CHAT_CLOSED)


def is_harmless(error: BadRequest) -> bool:
    """Return whether `error` needs no reaction: the message already looks so, or the button press is too old."""
    return _mentions(error, HARMLESS)


def seconds_of(flood: RetryAfter) -> float:
    """Return the seconds that Telegram asks to wait in `flood`, whose field is a number or a timedelta."""
    retry_after = flood.retry_after
    return retry_after.total_seconds() if isinstance(retry_after, timedelta) else float(retry_after)


def _mentions(error: BadRequest, texts: tuple[str, ...]) -> bool:
    return any(text in error.message.lower() for text in texts)

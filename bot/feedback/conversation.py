"""Represent the conversations in which an answer can still reach somebody, and encode them as stored JSON. Pure."""

import secrets
from dataclasses import dataclass, field, replace

import msgspec

from bot.model import stored_json

LIFETIME = 48 * 3600.0  # seconds after the last message of the person, at most
MAX_CONVERSATIONS = 200
_HOUR = 3600.0
_CLOCK_TOLERANCE = 900.0  # seconds by which a clock may be set back without ending conversations
_LEAST_NUMBER, _NUMBERS = 1000, 9000  # four digits, which people can read to each other
_STORED_SIZE = 32_768  # bytes: always the same, so that the size tells nothing about the number of conversations


@dataclass(frozen=True, slots=True)
class Conversation:
    """A person who waits for an answer. `until` is the Unix time at which this record is destroyed.

    `answers` is the number of answers that were sent. Admins get nothing more from a muted conversation.
    """

    number: int
    chat: int = field(repr=False)
    language: str
    until: float
    answers: int = 0
    is_muted: bool = False

    def is_over(self, now: float) -> bool:
        """Return whether the conversation has expired, or would end too late because the clock was set back."""
        return not 0 < self.until - now <= LIFETIME + _CLOCK_TOLERANCE


@dataclass(frozen=True, slots=True)
class Conversations:
    """All conversations that are stored."""

    stored: tuple[Conversation, ...] = ()

    def of_chat(self, chat: int, now: float) -> Conversation | None:
        """Return the open conversation of a person; None if there is none."""
        return next((entry for entry in self.stored if entry.chat == chat and not entry.is_over(now)), None)

    def of_number(self, number: int, now: float) -> Conversation | None:
        """Return the open conversation with this number; None if there is none."""
        return next((entry for entry in self.stored if entry.number == number and not entry.is_over(now)), None)

    def put(self, conversation: Conversation) -> "Conversations":
        """Return these conversations, with `conversation` in place of any earlier one with the same person."""
        return Conversations((*self.without(conversation.chat).stored, conversation))

    def without(self, chat: int) -> "Conversations":
        """Return these conversations without that of a person."""
        return Conversations(tuple(entry for entry in self.stored if entry.chat != chat))

    def without_over(self, now: float) -> "Conversations":
        """Return the conversations that are not over."""
        return Conversations(tuple(entry for entry in self.stored if not entry.is_over(now)))

    def unused_number(self) -> int:
        """Return a random number that no stored conversation has."""
        used = {entry.number for entry in self.stored}
        return secrets.choice([number for number in _all_numbers() if number not in used])

    def opened(self, chat: int, language: str, now: float) -> Conversation | None:
        """Return the open conversation of a person who wrote at `now`, or a new one; None if there are too many."""
        until = (now + LIFETIME) // _HOUR * _HOUR  # whole hours, so that the time of writing is not stored exactly
        if known := self.of_chat(chat, now):
            return replace(known, language=language, until=until)
        if len(self.stored) >= MAX_CONVERSATIONS:
            return None
        return Conversation(self.unused_number(), chat, language, until)


def _all_numbers() -> range:
    return range(_LEAST_NUMBER, _LEAST_NUMBER + _NUMBERS)


def random_number() -> int:
    """Return the number of a message whose writer wants no answer."""
    return secrets.choice(_all_numbers())


def encode(conversations: Conversations) -> bytes:
    """Return the JSON under which the conversations are stored, filled with spaces to a constant size."""
    return msgspec.json.encode(conversations).ljust(_STORED_SIZE)


def decode(content: bytes) -> Conversations:
    """Return the conversations that were stored as `content`. Raises ValueError if a field does not fit."""
    return stored_json.convert(stored_json.parse(content), Conversations)

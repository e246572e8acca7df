"""Represent the people who wrote feedback and can still get an answer, and encode them as stored JSON. Pure."""

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
    """A person who wrote feedback and waits for an answer.

    This record is destroyed at the Unix time `until`. `answers` counts the answers that were sent. If `is_muted`,
    admins get no more messages from this person.
    """

    number: int
    chat: int = field(repr=False)
    language: str
    until: float
    answers: int = 0
    is_muted: bool = False

    def is_over(self, now: float) -> bool:
        """Return whether the conversation has expired.

        It also counts as expired if it would last longer than is allowed, because then the clock was set back.
        """
        return not 0 < self.until - now <= LIFETIME + _CLOCK_TOLERANCE


@dataclass(frozen=True, slots=True)
class Conversations:
    """An immutable collection of all stored conversations with people who wrote feedback."""

    stored: tuple[Conversation, ...] = ()

    def of_chat(self, chat: int, now: float) -> Conversation | None:
        """Return the open conversation of a person; None if there is none."""
        return next((entry for entry in self.stored if entry.chat == chat and not entry.is_over(now)), None)

    def of_number(self, number: int, now: float) -> Conversation | None:
        """Return the open conversation with this number; None if there is none."""
        return next((entry for entry in self.stored if entry.number == number and not entry.is_over(now)), None)

    def put(self, conversation: Conversation) -> "Conversations":
        """Return a copy with `conversation` added. It replaces an earlier one with the same person."""
        return Conversations((*self.without(conversation.chat).stored, conversation))

    def without(self, chat: int) -> "Conversations":
        """Return a copy without the conversation of a person."""
        return Conversations(tuple(entry for entry in self.stored if entry.chat != chat))

    def without_over(self, now: float) -> "Conversations":
        """Return a copy without the conversations that have expired."""
        return Conversations(tuple(entry for entry in self.stored if not entry.is_over(now)))

    def unused_number(self) -> int:
        """Return a random four-digit number that no stored conversation has."""
        used = {entry.number for entry in self.stored}
        return secrets.choice([number for number in _all_numbers() if number not in used])

    def opened(self, chat: int, language: str, now: float) -> Conversation | None:
        """Return a conversation for a person who wrote at `now`; None if there are too many conversations.

        It is a new conversation, or the open one of this person with a later end. `language` is the language that the
        person uses now. The caller adds the conversation to the collection with `put`.
        """
        until = (now + LIFETIME) // _HOUR * _HOUR  # whole hours, so that the time of writing is not stored exactly
        if known := self.of_chat(chat, now):
            return replace(known, language=language, until=until)
        if len(self.stored) >= MAX_CONVERSATIONS:
            return None
        return Conversation(self.unused_number(), chat, language, until)


def _all_numbers() -> range:
    return range(_LEAST_NUMBER, _LEAST_NUMBER + _NUMBERS)


def random_number() -> int:
    """Return a random four-digit number, for the message of a person who wants no answer."""
    return secrets.choice(_all_numbers())


def encode(conversations: Conversations) -> bytes:
    """Return the conversations as JSON, padded with spaces to a constant size that does not reveal their number."""
    return msgspec.json.encode(conversations).ljust(_STORED_SIZE)


def decode(content: bytes) -> Conversations:
    """Return the conversations in the stored JSON `content`. Raises ValueError if a field has a wrong type."""
    return stored_json.convert(stored_json.parse(content), Conversations)

"""What became of a call to Telegram, read from evidence alone. Pure.

Refused for good only in Telegram's own words; surely not sent only where no byte left or Telegram said so; all else
may have arrived. The sentences are those of the Bot API server.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from telegram.error import TelegramError

from bot.transport import NotTelegram, never_sent


@dataclass(frozen=True, slots=True)
class Sent:
    message: int = field(repr=False)


@dataclass(frozen=True, slots=True)
class RefusedForGood:
    """They blocked the bot, never began, or are no more."""

    why: str


@dataclass(frozen=True, slots=True)
class NotFound:
    """Believed at the second time."""


@dataclass(frozen=True, slots=True)
class RefusedForNow:
    """Refused in words that say nothing of the person: nobody is erased for it."""

    why: str


@dataclass(frozen=True, slots=True)
class NotSent:
    """Surely. `pause` is what a flood wait asks of everybody, unclamped; None: the network failed."""

    pause: float | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may have arrived: never sent again by itself. `page`: a middlebox answered in Telegram's place."""

    why: str
    page: bool = False


@dataclass(frozen=True, slots=True)
class ContentWrong:
    """Nobody can get this announcement as it is."""

    why: str


@dataclass(frozen=True, slots=True)
class TooDear:
    """Not sent: the bot's Stars are not enough. It says nothing of the person, and holds for everybody."""


@dataclass(frozen=True, slots=True)
class StopAll:
    """The token is not ours any more, or somebody else uses it."""

    status: int


Fate = Sent | RefusedForGood | NotFound | RefusedForNow | NotSent | Unknown | ContentWrong | TooDear | StopAll

_GONE = ("bot was blocked by the user", "user is deactivated", "bot can't initiate conversation")
_NOT_FOUND = ("chat not found", "peer_id_invalid")
# How Telegram refuses other payments. What it says to a paid broadcast is nowhere told; perhaps it is a 429.
_DEAR = ("balance_too_low", "balance is too low", "not enough stars", "not enough telegram stars")
# What a 400 says of a person and not of the announcement.
_THEIRS = (
    "voice_messages_forbidden",
    "not enough rights",
    "chat_restricted",
    "user_is_blocked",
    "input_user_deactivated",
)


def of_answer(status: int, said: dict[str, Any]) -> Fate:
    """Of an answer that is Telegram's: JSON whose `ok` fits its status."""
    if status < 300:
        return _of_result(said.get("result"))
    told = str(said.get("description", "")).lower()
    match status:
        case 402:
            return TooDear()
        case 400 | 403 if any(one in told for one in _DEAR):
            return TooDear()
        case 403 if any(one in told for one in _GONE):
            return RefusedForGood(told)
        case 403:
            return RefusedForNow(told)
        case 400 if any(one in told for one in _NOT_FOUND):
            return NotFound()
        case 400 if "migrate_to_chat_id" in _parameters(said) or any(one in told for one in _THEIRS):
            return RefusedForNow(told)
        case 400 | 413:
            return ContentWrong(told)
        case 429:
            return NotSent(_seconds(_parameters(said).get("retry_after")))
        case 401 | 404 | 409:
            return StopAll(status)
        case _:
            return Unknown(f"HTTP {status}")


def of_error(error: TelegramError) -> Fate:
    """Of a call that brought no answer of Telegram's."""
    if never_sent(error):
        return NotSent()
    if isinstance(error, NotTelegram):
        return Unknown(f"a page, HTTP {error.status}", page=400 <= error.status < 500)
    return Unknown(str(error))


class Word(StrEnum):
    """How a recall or an edit of one message ended."""

    DONE = "done"
    GONE = "gone"  # no longer there, or already so
    LATE = "late"  # Telegram no longer lets it be deleted
    REFUSED = "refused"
    UNCLEAR = "unclear"  # no answer, however often it was tried


Changed = Word | NotSent | Unknown | StopAll

_ALREADY = ("to delete not found", "to edit not found", "message is not modified", "message_id_invalid")
_LATE = ("message can't be deleted", "message can't be edited")


def of_change(status: int, said: dict[str, Any]) -> Changed:
    """Of an edit or a deletion, which may be repeated when it is open how it ended."""
    if status < 300:
        return Word.DONE
    told = str(said.get("description", "")).lower()
    match status:
        case 400 if any(one in told for one in _ALREADY):
            return Word.GONE
        case 400 if any(one in told for one in _LATE):
            return Word.LATE
        case 400 | 403 | 413:
            return Word.REFUSED
        case 429:
            return NotSent(_seconds(_parameters(said).get("retry_after")))
        case 401 | 404 | 409:
            return StopAll(status)
        case _:
            return Unknown(f"HTTP {status}")


def change_failed(error: TelegramError) -> Changed:
    return NotSent() if never_sent(error) else Unknown(str(error))


def _of_result(result: Any) -> Fate:
    match result:
        case {"message_id": int(message)} if message > 0:
            return Sent(message)
        case _:
            return Unknown("an answer without a message")


def _parameters(said: dict[str, Any]) -> dict[str, Any]:
    parameters = said.get("parameters")
    return parameters if isinstance(parameters, dict) else {}


def _seconds(told: Any) -> float:
    """A flood wait that names no number still is one."""
    return float(told) if isinstance(told, (int, float)) and not isinstance(told, bool) else 1.0

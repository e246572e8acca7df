"""Classify every answer of Telegram once: what happened, and whom it concerns. Pure.

A person is gone only in Telegram's own words; a message is surely not sent only where no byte left or Telegram said
so; everything else may have arrived. An error concerns its scope and nothing else: a refusal in words that nobody
knows is that person's, see `refusal_judge` for when it is the announcement's. The sentences are those of the Bot API
server.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar

from telegram.error import TelegramError

from bot.broadcast.delivery.results import refusal_kinds
from bot.telegram_api.http.transport import NotTelegram, never_sent

LONGEST_WAIT = 86_400.0  # seconds; a longer `retry_after` is an error, and nobody waits for it anyway
_LARGEST_ID = 2**63  # the ledger stores eight bytes; Telegram's own ids have four


class Scope(StrEnum):
    """Whom an answer concerns."""

    PERSON = "person"
    CHAT = "chat"
    METHOD = "method"
    ANNOUNCEMENT = "announcement"
    TOKEN = "token"  # noqa: S105 -- the name of a scope
    NETWORK = "network"


class About(StrEnum):
    """What the words of a refusal speak of."""

    PERSON = "person"
    NOTHING = "nothing"  # words that are on no list
    MESSAGE = "message"


@dataclass(frozen=True, slots=True)
class Sent:
    scope: ClassVar = Scope.PERSON
    message: int = field(repr=False)


@dataclass(frozen=True, slots=True)
class RefusedForGood:
    """They blocked the bot, or their account is deleted."""

    scope: ClassVar = Scope.PERSON
    why: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class NotFound:
    """Believed at the second time."""

    scope: ClassVar = Scope.PERSON


@dataclass(frozen=True, slots=True)
class NotStarted:
    """The bot may not write first. A farewell only of somebody whom this bot has reached before."""

    scope: ClassVar = Scope.PERSON


@dataclass(frozen=True, slots=True)
class RefusedForNow:
    """Refused in words that erase nobody."""

    scope: ClassVar = Scope.PERSON
    why: str
    about: About = About.PERSON

    @property
    def kind(self) -> str:
        return refusal_kinds.kind_of(self.why)


@dataclass(frozen=True, slots=True)
class NotSent:
    """Surely. `pause` are the seconds of a flood wait, whose scope the limiter finds; None: the network failed."""

    pause: float | None = None

    @property
    def scope(self) -> Scope:
        return Scope.NETWORK if self.pause is None else Scope.CHAT


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may have arrived: never sent again by itself. `page`: a middlebox answered in Telegram's place."""

    scope: ClassVar = Scope.NETWORK
    why: str
    page: bool = False


@dataclass(frozen=True, slots=True)
class TooDear:
    """Not sent: the bot's Stars are not enough. It says nothing of the person, and holds for everybody."""

    scope: ClassVar = Scope.ANNOUNCEMENT


@dataclass(frozen=True, slots=True)
class StopAll:
    """The token is not ours any more, or somebody else uses it."""

    scope: ClassVar = Scope.TOKEN
    status: int


SendResult = Sent | RefusedForGood | NotFound | NotStarted | RefusedForNow | NotSent | Unknown | TooDear | StopAll

_GONE = {
    "bot was blocked by the user": refusal_kinds.BLOCKED,
    "user is deactivated": refusal_kinds.DEACTIVATED,
}
_NOT_STARTED = ("bot can't initiate conversation",)
_NOT_FOUND = ("chat not found", "peer_id_invalid")
# How Telegram refuses other payments. What it says to a paid broadcast is nowhere told; perhaps it is a 429.
_DEAR = ("balance_too_low", "balance is too low", "not enough stars", "not enough telegram stars")
# What a 400 says of a person.
_THEIRS = (
    "voice_messages_forbidden",
    "not enough rights",
    "no write access",
    "chat_restricted",
    "user_is_blocked",
    "input_user_deactivated",
    "user not found",
    "privacy",
    "premium",
    "topic",
)
# How a 400 names the message, its media, its markup or its links.
_CONTENT = (
    "can't parse",
    "is too long",
    "too big",
    "too large",
    "is empty",
    "must be non-empty",
    "file identifier",
    "file_id",
    "file_reference",
    "file of type",
    "wrong type of the web page",
    "failed to get http url",
    "inline keyboard",
    "reply markup",
    "reply_markup",
    "button_",
    "media_",
    "photo_",
    "document_invalid",
    "webpage_",
    "entities",
    "entity",
    "wrong http url",
    "unsupported url",
)


def classify_response(status: int, said: dict[str, Any]) -> SendResult:
    """Of an answer that is Telegram's: JSON whose `ok` fits its status."""
    if status < 300:
        return _of_result(said.get("result"))
    told = str(said.get("description", "")).lower()
    match status:
        case 402:
            return TooDear()
        case 400 | 403 if any(one in told for one in _DEAR):
            return TooDear()
        case 403:
            return _of_forbidden(told)
        case 400 if any(one in told for one in _NOT_FOUND):
            return NotFound()
        case 400 | 413:
            return RefusedForNow(told, _about(status, said, told))
        case 429:
            return NotSent(seconds_of(_parameters(said).get("retry_after")))
        case 401 | 404 | 409:
            return StopAll(status)
        case _:
            return Unknown(f"HTTP {status}")


def _of_forbidden(told: str) -> SendResult:
    """Only words that everybody knows are a farewell."""
    for words, kind in _GONE.items():
        if words in told:
            return RefusedForGood(told, kind)
    return NotStarted() if any(one in told for one in _NOT_STARTED) else RefusedForNow(told)


def _about(status: int, said: dict[str, Any], told: str) -> About:
    if status == 413 or any(one in told for one in _CONTENT):
        return About.MESSAGE
    is_theirs = "migrate_to_chat_id" in _parameters(said) or any(one in told for one in _THEIRS)
    return About.PERSON if is_theirs else About.NOTHING


def classify_error(error: TelegramError) -> SendResult:
    """Of a call that brought no answer of Telegram's."""
    if never_sent(error):
        return NotSent()
    if isinstance(error, NotTelegram):
        return Unknown(f"a page, HTTP {error.status}", page=400 <= error.status < 500)
    return Unknown(str(error))


class EditOutcome(StrEnum):
    """How a recall or an edit of one message ended."""

    DONE = "done"
    GONE = "gone"  # no longer there, or already so
    LATE = "late"  # Telegram no longer lets it be deleted
    REFUSED = "refused"
    UNCLEAR = "unclear"  # no answer, however often it was tried


EditResult = EditOutcome | NotSent | Unknown | StopAll

_ALREADY = ("to delete not found", "to edit not found", "message is not modified", "message_id_invalid")
_LATE = ("message can't be deleted", "message can't be edited")


def classify_edit_response(status: int, said: dict[str, Any]) -> EditResult:
    """Of an edit or a deletion, which may be repeated when it is open how it ended."""
    if status < 300:
        return EditOutcome.DONE
    told = str(said.get("description", "")).lower()
    match status:
        case 400 if any(one in told for one in _ALREADY):
            return EditOutcome.GONE
        case 400 if any(one in told for one in _LATE):
            return EditOutcome.LATE
        case 400 | 403 | 413:
            return EditOutcome.REFUSED
        case 429:
            return NotSent(seconds_of(_parameters(said).get("retry_after")))
        case 401 | 404 | 409:
            return StopAll(status)
        case _:
            return Unknown(f"HTTP {status}")


def classify_edit_error(error: TelegramError) -> EditResult:
    return NotSent() if never_sent(error) else Unknown(str(error))


def _of_result(result: Any) -> SendResult:
    match result:
        case {"message_id": message} if type(message) is int and 0 < message < _LARGEST_ID:
            return Sent(message)
        case _:
            return Unknown("an answer without a message")


def _parameters(said: dict[str, Any]) -> dict[str, Any]:
    parameters = said.get("parameters")
    return parameters if isinstance(parameters, dict) else {}


def seconds_of(told: Any) -> float:
    """Return the seconds of a flood wait: 1 where it names no number, or less; LONGEST_WAIT at most."""
    if isinstance(told, bool) or not isinstance(told, (int, float)) or told != told:
        return 1.0
    return float(min(max(told, 1), LONGEST_WAIT))

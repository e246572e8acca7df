"""Classify each response of Telegram as a result that says what happened to the message. Pure.

Only Telegram's own words count as proof that a person is gone. A message counts as not sent only if no byte left this
machine or Telegram refused it. Otherwise it may have arrived. The class of a result says whether an error concerns
one person, one chat, one announcement, the token or the network.

A refusal in unknown words is first assumed to concern its recipient; `refusal_judge` may find that it concerns the
announcement. The phrases below are those of the Bot API server.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from telegram.error import TelegramError

from bot.broadcast.delivery.results import refusal_kinds
from bot.telegram_api.http.transport import NotTelegram, never_sent
from storage.deliveries.ledger import Outcome

LONGEST_WAIT = 86_400.0  # seconds; a longer `retry_after` is not believed
_LARGEST_ID = 2**63  # the ledger stores eight bytes; Telegram's own ids have four


class RefusalCause(StrEnum):
    """The cause of a refusal of a message: the recipient, the message, or unknown."""

    PERSON = "person"
    UNKNOWN = "unknown"  # the words are on none of the lists below
    MESSAGE = "message"


@dataclass(frozen=True, slots=True)
class Sent:
    """The message was sent; `message` is its id."""

    message: int = field(repr=False)


@dataclass(frozen=True, slots=True)
class RefusedForGood:
    """The person blocked the bot or deleted their account."""

    description: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class NotFound:
    """Telegram does not find the chat. The subscriber is removed only if this happens twice in a row."""


@dataclass(frozen=True, slots=True)
class NotStarted:
    """The person has not started this bot, so Telegram does not let the bot write to them.

    The subscriber is removed only if this bot has reached them before, and this happens twice in a row.
    """


@dataclass(frozen=True, slots=True)
class RefusedForNow:
    """Telegram refused the message, but not for a reason that proves that the person is gone."""

    description: str
    cause: RefusalCause = RefusalCause.PERSON

    @property
    def kind(self) -> str:
        """Return the kind under which this refusal is counted, derived from Telegram's words."""
        return refusal_kinds.kind_of(self.description)


@dataclass(frozen=True, slots=True)
class NotSent:
    """The message was certainly not sent.

    `pause` is the number of seconds that Telegram asks to wait (HTTP 429), or None if the network failed.
    """

    pause: float | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """The message may have arrived, so it is never resent automatically.

    `is_foreign_page` means that something between the bot and Telegram, such as a censor's proxy, answered.
    """

    description: str
    is_foreign_page: bool = False


@dataclass(frozen=True, slots=True)
class TooFewStars:
    """The bot has too few Stars for a paid broadcast. So this message was not sent, and no later one can be."""


@dataclass(frozen=True, slots=True)
class StopAll:
    """Telegram refuses the token or another process uses it. `status` is the HTTP status: 401, 404 or 409."""

    status: int


SendResult = Sent | RefusedForGood | NotFound | NotStarted | RefusedForNow | NotSent | Unknown | TooFewStars | StopAll


@dataclass(frozen=True, slots=True)
class LongFloodWait:
    """The call was given up, because Telegram asks to wait more than FLOOD_PATIENCE seconds for this chat alone."""


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The message was not sent, because it is no longer wanted. `outcome` is to be stored in the ledger."""

    outcome: Outcome


_GONE = {
    "bot was blocked by the user": refusal_kinds.BLOCKED,
    "user is deactivated": refusal_kinds.DEACTIVATED,
}
_NOT_STARTED = ("bot can't initiate conversation",)
_NOT_FOUND = ("chat not found", "peer_id_invalid")
# How Telegram refuses other payments. How it refuses a paid broadcast is documented nowhere; it may be a 429.
_TOO_FEW_STARS = ("balance_too_low", "balance is too low", "not enough stars", "not enough telegram stars")
# Words of a 400 that concern the recipient.
_ABOUT_PERSON = (
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
# Words of a 400 that concern the message, its media, its markup or its links.
_ABOUT_MESSAGE = (
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


def classify_response(status: int, response: dict[str, Any]) -> SendResult:
    """Classify Telegram's response to a request that sends a message.

    The transport has already checked that the field `ok` in the JSON agrees with the HTTP status.
    """
    if status < 300:
        return _classify_result(response.get("result"))
    description = _description(response)
    match status:
        case 402:
            return TooFewStars()
        case 400 | 403 if _has_any(description, _TOO_FEW_STARS):
            return TooFewStars()
        case 403:
            return _classify_forbidden(description)
        case 400 if _has_any(description, _NOT_FOUND):
            return NotFound()
        case 400 | 413:
            return RefusedForNow(description, _cause(status, response, description))
        case 429:
            return _flood_wait(response)
        case 401 | 404 | 409:
            return StopAll(status)
        case _:
            return Unknown(f"HTTP {status}")


def _classify_result(result: Any) -> SendResult:
    match result:
        case {"message_id": message} if type(message) is int and 0 < message < _LARGEST_ID:
            return Sent(message)
        case _:
            return Unknown("an answer without a message")


def _classify_forbidden(description: str) -> SendResult:
    """Classify a response with HTTP status 403. Only the phrases in _GONE prove that the person is gone."""
    for words, kind in _GONE.items():
        if words in description:
            return RefusedForGood(description, kind)
    return NotStarted() if _has_any(description, _NOT_STARTED) else RefusedForNow(description)


def _cause(status: int, response: dict[str, Any], description: str) -> RefusalCause:
    if status == 413 or _has_any(description, _ABOUT_MESSAGE):
        return RefusalCause.MESSAGE
    if "migrate_to_chat_id" in _parameters(response) or _has_any(description, _ABOUT_PERSON):
        return RefusalCause.PERSON
    return RefusalCause.UNKNOWN


def classify_error(error: TelegramError) -> SendResult:
    """Classify a failed call to send a message, to which Telegram gave no response."""
    if never_sent(error):
        return NotSent()
    if isinstance(error, NotTelegram):
        return Unknown(f"a page, HTTP {error.status}", is_foreign_page=400 <= error.status < 500)
    return Unknown(str(error))


class EditOutcome(StrEnum):
    """The outcome of editing or deleting one message. The values are stored, so never change one."""

    DONE = "done"
    GONE = "gone"  # the message is no longer there, or already has this text
    LATE = "late"  # Telegram no longer lets it be edited or deleted
    REFUSED = "refused"
    UNCLEAR = "unclear"  # no response, after all retries


EditResult = EditOutcome | NotSent | Unknown | StopAll

_ALREADY_DONE = ("to delete not found", "to edit not found", "message is not modified", "message_id_invalid")
_TOO_LATE = ("message can't be deleted", "message can't be edited")


def classify_edit_response(status: int, response: dict[str, Any]) -> EditResult:
    """Classify Telegram's response to an edit or a deletion. If the result is Unknown, the call can be repeated."""
    if status < 300:
        return EditOutcome.DONE
    description = _description(response)
    match status:
        case 400 if _has_any(description, _ALREADY_DONE):
            return EditOutcome.GONE
        case 400 if _has_any(description, _TOO_LATE):
            return EditOutcome.LATE
        case 400 | 403 | 413:
            return EditOutcome.REFUSED
        case 429:
            return _flood_wait(response)
        case 401 | 404 | 409:
            return StopAll(status)
        case _:
            return Unknown(f"HTTP {status}")


def classify_edit_error(error: TelegramError) -> EditResult:
    """Classify a failed call to edit or delete a message, to which Telegram gave no response."""
    return NotSent() if never_sent(error) else Unknown(str(error))


def _description(response: dict[str, Any]) -> str:
    return str(response.get("description", "")).lower()


def _has_any(description: str, phrases: Iterable[str]) -> bool:
    return any(phrase in description for phrase in phrases)


def _parameters(response: dict[str, Any]) -> dict[str, Any]:
    parameters = response.get("parameters")
    return parameters if isinstance(parameters, dict) else {}


def _flood_wait(response: dict[str, Any]) -> NotSent:
    """Return the flood wait in a response with HTTP status 429: at least 1 second, at most LONGEST_WAIT.

    If the response has no valid number of seconds, return 1 second.
    """
    seconds = _parameters(response).get("retry_after")
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)) or seconds != seconds:  # the last is NaN
        return NotSent(1.0)
    return NotSent(float(min(max(seconds, 1), LONGEST_WAIT)))

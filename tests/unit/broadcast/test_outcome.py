"""Results of calls are classified by evidence, and the circuit breaker confirms nothing too soon."""

import json

import pytest
from telegram.error import NetworkError, TelegramError, TimedOut

from bot.broadcast.delivery.results import circuit_breaker
from bot.broadcast.delivery.results.circuit_breaker import (
    CircuitBreaker,
    FailureKind,
    SubscriberAction,
    SubscriberUpdate,
)
from bot.broadcast.delivery.results.outcome import (
    EditOutcome,
    NotFound,
    NotSent,
    NotStarted,
    RefusalCause,
    RefusedForGood,
    RefusedForNow,
    SendResult,
    Sent,
    StopAll,
    TooFewStars,
    Unknown,
    classify_edit_response,
    classify_error,
    classify_response,
)
from bot.telegram_api.http.connection import RequestNotSent
from bot.telegram_api.http.transport import NotTelegram


def refusal(description: str, **parameters: object) -> bytes:
    return json.dumps({"ok": False, "description": description, "parameters": parameters}).encode()


@pytest.mark.parametrize(
    ("status", "body", "result"),
    [
        (200, b'{"ok":true,"result":{"message_id":5}}', Sent(5)),
        (200, b'{"ok":true,"result":true}', Unknown("an answer without a message")),
        (403, refusal("Bot was blocked by the user"), RefusedForGood("bot was blocked by the user", "blocked")),
        (403, refusal("User is deactivated"), RefusedForGood("user is deactivated", "deactivated")),
        (403, refusal("Forbidden: something new"), RefusedForNow("forbidden: something new")),
        (400, refusal("Bad Request: chat not found"), NotFound()),
        (400, refusal("Bad Request: PEER_ID_INVALID"), NotFound()),
        (400, refusal("Bad Request: moved", migrate_to_chat_id=-5), RefusedForNow("bad request: moved")),
        (400, refusal("can't parse entities"), RefusedForNow("can't parse entities", RefusalCause.MESSAGE)),
        (400, refusal("Bad Request: BALANCE_TOO_LOW"), TooFewStars()),
        (403, refusal("Forbidden: not enough Stars"), TooFewStars()),
        (402, refusal("Payment Required"), TooFewStars()),
        (400, refusal("Bad Request: inline keyboard button URL 'x.org/balance-stars' is invalid"),
         RefusedForNow("bad request: inline keyboard button url 'x.org/balance-stars' is invalid",
                       RefusalCause.MESSAGE)),
        (429, refusal("Too Many Requests", retry_after=7), NotSent(7.0)),
        (403, refusal("Forbidden: bot can't initiate conversation with a user"), NotStarted()),
        (400, refusal("PRIVACY_PREMIUM_REQUIRED"), RefusedForNow("privacy_premium_required")),
        (400, refusal("Bad Request: NEW_WORDS"), RefusedForNow("bad request: new_words", RefusalCause.UNKNOWN)),
        (429, refusal("Too Many Requests", retry_after=-5), NotSent(1.0)),
        (429, refusal("Too Many Requests", retry_after=10**400), NotSent(86_400.0)),
        (429, b'{"ok":false,"parameters":{"retry_after":1e400}}', NotSent(86_400.0)),
        (429, b'{"ok":false,"parameters":{"retry_after":NaN}}', NotSent(1.0)),
        (429, b'{"ok":false,"parameters":[]}', NotSent(1.0)),
        (200, b'{"ok":true,"result":{"message_id":9223372036854775807}}', Sent(2**63 - 1)),
        (200, b'{"ok":true,"result":{"message_id":9223372036854775808}}', Unknown("an answer without a message")),
        (200, b'{"ok":true,"result":{"message_id":0}}', Unknown("an answer without a message")),
        (200, b'{"ok":true,"result":{"message_id":true}}', Unknown("an answer without a message")),
        (200, b'{"ok":true,"result":{"message_id":"5"}}', Unknown("an answer without a message")),
        (200, b'{"ok":true,"result":{"message_id":5.5}}', Unknown("an answer without a message")),
        (429, refusal("Too Many Requests", retry_after="soon"), NotSent(1.0)),
        (429, b'{"ok":false}', NotSent(1.0)),
        (401, refusal("Unauthorized"), StopAll(401)),
        (404, refusal("Not Found"), StopAll(404)),
        (409, refusal("Conflict"), StopAll(409)),
        (500, refusal("Internal Server Error"), Unknown("HTTP 500")),
    ],
)  # fmt: skip
def test_responses_are_classified(status: int, body: bytes, result: SendResult) -> None:
    assert classify_response(status, json.loads(body)) == result


def caused(error: TelegramError, cause: BaseException) -> TelegramError:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "result"),
    [
        (caused(NetworkError("x"), RequestNotSent("no connection in time")), NotSent()),
        (TimedOut("no answer"), Unknown("no answer")),
        (NetworkError("torn"), Unknown("torn")),
        (NotTelegram(403), Unknown("a page, HTTP 403", is_foreign_page=True)),
        (NotTelegram(404), Unknown("a page, HTTP 404", is_foreign_page=True)),
        (NotTelegram(200), Unknown("a page, HTTP 200")),
        (NotTelegram(502), Unknown("a page, HTTP 502")),
    ],
)
def test_a_call_without_a_response_is_only_not_sent_if_it_never_left(
    error: TelegramError, result: SendResult
) -> None:
    assert classify_error(error) == result


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (200, b'{"ok":true,"result":true}', EditOutcome.DONE),
        (400, refusal("Bad Request: message to delete not found"), EditOutcome.GONE),
        (400, refusal("Bad Request: message is not modified: specified new"), EditOutcome.GONE),
        (400, refusal("Bad Request: message can't be deleted for everyone"), EditOutcome.LATE),
        (403, refusal("Forbidden: bot was blocked by the user"), EditOutcome.REFUSED),
        (429, refusal("Too Many Requests", retry_after=3), NotSent(3.0)),
        (401, refusal("Unauthorized"), StopAll(401)),
        (500, refusal("Oops"), Unknown("HTTP 500")),
    ],
)
def test_responses_to_edits_are_classified(status: int, body: bytes, outcome: object) -> None:
    assert classify_edit_response(status, json.loads(body)) == outcome


GONE = [SubscriberUpdate(chat, SubscriberAction.ERASE) for chat in range(circuit_breaker.REFUSALS)]


def test_updates_are_confirmed_by_a_later_sent_message() -> None:
    breaker = CircuitBreaker()
    breaker.record_failure(FailureKind.REFUSED, GONE[0])
    assert breaker.take_confirmed() == []
    breaker.record_success()
    assert breaker.take_confirmed() == [GONE[0]]
    assert breaker.take_confirmed() == []


def test_the_end_confirms_the_last_updates_if_the_breaker_never_tripped() -> None:
    breaker = CircuitBreaker()
    breaker.record_failure(FailureKind.REFUSED, GONE[0])
    assert breaker.take_confirmed(at_end=True) == [GONE[0]]


def test_many_refusals_in_a_row_trip_the_breaker_and_confirm_nothing() -> None:
    breaker = CircuitBreaker()
    for finding in GONE:
        assert breaker.tripped is None
        breaker.record_failure(FailureKind.REFUSED, finding)
    assert breaker.tripped is FailureKind.REFUSED
    breaker.record_success()
    assert breaker.take_confirmed(at_end=True) == []


def test_refusals_among_sent_messages_never_trip_the_breaker() -> None:
    breaker = CircuitBreaker()
    for number in range(1000):
        breaker.record_failure(FailureKind.REFUSED, GONE[0])
        if number % 20 == 0:
            breaker.record_success()
    assert breaker.tripped is None


def test_unknown_results_in_a_row_cause_longer_waits_and_then_trip_the_breaker() -> None:
    breaker, waits = CircuitBreaker(), list[float]()
    while breaker.tripped is None:
        breaker.record_failure(FailureKind.UNKNOWN)
        if wait := breaker.take_wait():
            waits.append(wait)
    assert waits == [5.0, 10.0, 20.0, 40.0]
    assert breaker.tripped is FailureKind.UNKNOWN

"""What became of a call is read from evidence; the circuit breaker believes nothing too soon."""

import json

import aiohttp
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
    About,
    EditOutcome,
    NotFound,
    NotSent,
    NotStarted,
    RefusedForGood,
    RefusedForNow,
    SendResult,
    Sent,
    StopAll,
    TooDear,
    Unknown,
    classify_edit_response,
    classify_error,
    classify_response,
)
from bot.telegram_api.http.transport import NotTelegram


def refusal(description: str, **parameters: object) -> bytes:
    return json.dumps({"ok": False, "description": description, "parameters": parameters}).encode()


@pytest.mark.parametrize(
    ("status", "body", "fate"),
    [
        (200, b'{"ok":true,"result":{"message_id":5}}', Sent(5)),
        (200, b'{"ok":true,"result":true}', Unknown("an answer without a message")),
        (403, refusal("Bot was blocked by the user"), RefusedForGood("bot was blocked by the user", "blocked")),
        (403, refusal("User is deactivated"), RefusedForGood("user is deactivated", "deactivated")),
        (403, refusal("Forbidden: something new"), RefusedForNow("forbidden: something new")),
        (400, refusal("Bad Request: chat not found"), NotFound()),
        (400, refusal("Bad Request: PEER_ID_INVALID"), NotFound()),
        (400, refusal("Bad Request: moved", migrate_to_chat_id=-5), RefusedForNow("bad request: moved")),
        (400, refusal("can't parse entities"), RefusedForNow("can't parse entities", About.MESSAGE)),
        (400, refusal("Bad Request: BALANCE_TOO_LOW"), TooDear()),
        (403, refusal("Forbidden: not enough Stars"), TooDear()),
        (402, refusal("Payment Required"), TooDear()),
        (400, refusal("Bad Request: inline keyboard button URL 'x.org/balance-stars' is invalid"),
         RefusedForNow("bad request: inline keyboard button url 'x.org/balance-stars' is invalid", About.MESSAGE)),
        (429, refusal("Too Many Requests", retry_after=7), NotSent(7.0)),
        (403, refusal("Forbidden: bot can't initiate conversation with a user"), NotStarted()),
        (400, refusal("PRIVACY_PREMIUM_REQUIRED"), RefusedForNow("privacy_premium_required")),
        (400, refusal("Bad Request: NEW_WORDS"), RefusedForNow("bad request: new_words", About.NOTHING)),
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
def test_an_answer_says_what_became_of_a_message(status: int, body: bytes, fate: SendResult) -> None:
    assert classify_response(status, json.loads(body)) == fate


def caused(error: TelegramError, cause: BaseException) -> TelegramError:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "fate"),
    [
        (caused(NetworkError("x"), aiohttp.ConnectionTimeoutError()), NotSent()),
        (TimedOut("no answer"), Unknown("no answer")),
        (NetworkError("torn"), Unknown("torn")),
        (NotTelegram(403), Unknown("a page, HTTP 403", page=True)),
        (NotTelegram(404), Unknown("a page, HTTP 404", page=True)),
        (NotTelegram(200), Unknown("a page, HTTP 200")),
        (NotTelegram(502), Unknown("a page, HTTP 502")),
    ],
)
def test_without_an_answer_only_what_never_left_is_surely_not_sent(error: TelegramError, fate: SendResult) -> None:
    assert classify_error(error) == fate


@pytest.mark.parametrize(
    ("status", "body", "word"),
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
def test_a_recall_or_an_edit_ends_in_a_word(status: int, body: bytes, word: object) -> None:
    assert classify_edit_response(status, json.loads(body)) == word


GONE = [SubscriberUpdate(chat, SubscriberAction.ERASE) for chat in range(circuit_breaker.REFUSALS)]


def test_findings_wait_until_a_message_has_gone_through_after_them() -> None:
    one = CircuitBreaker()
    one.failure(FailureKind.REFUSED, GONE[0])
    assert one.take_passed() == []
    one.success()
    assert one.take_passed() == [GONE[0]]
    assert one.take_passed() == []


def test_at_the_end_the_last_findings_pass_when_it_never_tripped() -> None:
    one = CircuitBreaker()
    one.failure(FailureKind.REFUSED, GONE[0])
    assert one.take_passed(at_end=True) == [GONE[0]]


def test_many_refusals_in_a_row_trip_it_and_none_of_them_is_believed() -> None:
    one = CircuitBreaker()
    for finding in GONE:
        assert one.tripped is None
        one.failure(FailureKind.REFUSED, finding)
    assert one.tripped is FailureKind.REFUSED
    one.success()
    assert one.take_passed(at_end=True) == []


def test_refusals_among_successes_never_trip_it() -> None:
    one = CircuitBreaker()
    for number in range(1000):
        one.failure(FailureKind.REFUSED, GONE[0])
        if number % 20 == 0:
            one.success()
    assert one.tripped is None


def test_unclear_ones_in_a_row_are_waited_out_longer_each_time_and_trip_it_at_last() -> None:
    one, waits = CircuitBreaker(), list[float]()
    while one.tripped is None:
        one.failure(FailureKind.UNKNOWN)
        if wait := one.take_wait():
            waits.append(wait)
    assert waits == [5.0, 10.0, 20.0, 40.0]
    assert one.tripped is FailureKind.UNKNOWN

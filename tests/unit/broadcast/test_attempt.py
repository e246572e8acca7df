"""A call is retried only while it is certain that Telegram has not carried it out, or if it may be repeated."""

import time
from collections.abc import Awaitable, Callable
from typing import cast

import pytest

from bot.broadcast.delivery import retry
from bot.broadcast.delivery.context import EngineContext
from bot.broadcast.delivery.requests import ApiClient, RequestTemplate, deletion, request_template
from bot.broadcast.delivery.results.outcome import (
    EditOutcome,
    EditResult,
    LongFloodWait,
    NotSent,
    SendResult,
    Sent,
    Unknown,
    Withdrawn,
)
from bot.broadcast.delivery.retry import PendingCall, attempt
from bot.telegram_api.rate_limiting.rate_limiter import RateLimiter
from storage.deliveries.ledger import Outcome
from storage.store import Store

CHAT = 7
UNKNOWN = Unknown("torn")
MESSAGE = request_template("sendMessage", {"text": "Hello"})


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    for pause in ("_FIRST_PAUSE", "_LONGEST_PAUSE", "_EVIDENCE"):
        monkeypatch.setattr(retry, pause, 0.0)


def context(now: float = 0.0) -> EngineContext:
    store, client = cast(Store, None), cast(ApiClient, None)  # an attempt uses neither
    return EngineContext(store, RateLimiter(1000.0, time.monotonic), client, 1000.0, lambda event: None, lambda: now)


class Calls:
    """Answer calls with `results`, the last one again and again; count them."""

    def __init__(self, *results: SendResult | EditResult) -> None:
        self.results = list(results)
        self.count = 0

    def _next(self) -> SendResult | EditResult:
        self.count += 1
        return self.results.pop(0) if len(self.results) > 1 else self.results[0]

    async def send(self, request: RequestTemplate, chat: int) -> SendResult:
        return cast(SendResult, self._next())

    async def amend(self, request: RequestTemplate, chat: int) -> EditResult:
        return cast(EditResult, self._next())


def wanted_for(times: int) -> Callable[[], Awaitable[Withdrawn | None]]:
    """Want a message the first `times` times that it is asked."""
    left = iter([None] * times)

    async def still_wanted() -> Withdrawn | None:
        return next(left, Withdrawn(Outcome.LEFT))

    return still_wanted


async def test_a_message_that_was_certainly_not_sent_is_sent_again() -> None:
    calls = Calls(NotSent(), NotSent(), Sent(5))
    assert await attempt(context(), PendingCall(MESSAGE, CHAT), calls.send) == Sent(5)
    assert calls.count == 3


async def test_a_message_that_may_have_arrived_is_never_sent_again() -> None:
    calls, call = Calls(UNKNOWN), PendingCall(MESSAGE, CHAT)
    assert await attempt(context(), call, calls.send) == UNKNOWN
    assert (calls.count, call.outcome_if_cut) == (1, Outcome.UNKNOWN)


async def test_a_deletion_with_an_unknown_result_is_repeated() -> None:
    calls = Calls(UNKNOWN, NotSent(), EditOutcome.DONE)
    assert await attempt(context(), PendingCall(deletion(5), CHAT), calls.amend, tries=3) is EditOutcome.DONE
    calls = Calls(UNKNOWN)
    assert await attempt(context(), PendingCall(deletion(5), CHAT), calls.amend, tries=3) == UNKNOWN
    assert calls.count == 3


async def test_the_number_of_calls_can_be_limited() -> None:
    calls = Calls(NotSent())
    assert await attempt(context(), PendingCall(deletion(5), CHAT), calls.amend, tries=2, max_calls=2) == NotSent()
    assert calls.count == 2


async def test_nothing_is_called_after_the_deadline() -> None:
    calls = Calls(Sent(5))
    result = await attempt(context(now=101.0), PendingCall(MESSAGE, CHAT), calls.send, deadline=100.0)
    assert (result, calls.count) == (Withdrawn(Outcome.SKIPPED), 0)


@pytest.mark.parametrize(("times", "expected_calls"), [(0, 0), (1, 1), (2, 1), (3, 2)])
async def test_an_attempt_ends_when_the_message_is_no_longer_wanted(times: int, expected_calls: int) -> None:
    """It is asked before each call and after each failed one."""
    calls, call = Calls(NotSent()), PendingCall(MESSAGE, CHAT)
    assert await attempt(context(), call, calls.send, still_wanted=wanted_for(times)) == Withdrawn(Outcome.LEFT)
    assert (calls.count, call.outcome_if_cut) == (expected_calls, Outcome.AGAIN)


async def test_a_flood_wait_beyond_patience_for_one_chat_ends_the_attempt() -> None:
    calls = Calls(NotSent(retry.FLOOD_PATIENCE + 1))
    assert await attempt(context(), PendingCall(MESSAGE, CHAT), calls.send) == LongFloodWait()
    assert calls.count == 1

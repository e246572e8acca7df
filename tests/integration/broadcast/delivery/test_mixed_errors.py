"""Whatever mixture of errors concerns some recipients, all others get the announcement exactly once."""

import asyncio
import selectors
import time
from collections import Counter
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from telegram.error import NetworkError

from bot.audit.trail import BOT, AuditTrail
from bot.broadcast.delivery.context import EngineContext
from bot.broadcast.delivery.engine import Engine
from bot.broadcast.delivery.requests import ApiClient
from bot.broadcast.delivery.results.progress import Progress
from bot.broadcast.delivery.service import BroadcastService
from bot.telegram_api.http.connection import RequestNotSent
from bot.telegram_api.http.transport import Transport
from bot.telegram_api.rate_limiting.rate_limiter import RateLimiter
from storage.deliveries.broadcast_state import Status, Work
from storage.deliveries.ledger import LedgerId, Outcome, Totals
from tests.support.broadcast_sender import ANNOUNCEMENT, FIRST_CHAT, add_subscribers
from tests.support.storage_process import count_outcomes, place_in

SPEED = 100.0  # how much faster time goes by in the event loop
RATE = 10_000.0
Response = tuple[int, dict[str, Any]]


class Trouble(Enum):
    """The errors that calls for one recipient meet, with the outcome and the messages that must come of them."""

    NONE = "none", Outcome.SENT, 1
    FLOODED_ONCE = "flooded once", Outcome.SENT, 1
    LOST_BEFORE = "lost before it left", Outcome.SENT, 1
    LOST_AFTER = "lost after it arrived", Outcome.UNKNOWN, 1
    SERVER_ERROR = "server error", Outcome.UNKNOWN, 0
    UNKNOWN_WORDS = "400 in unknown words", Outcome.PUT_OFF, 0
    FORBIDDEN = "403 in unknown words", Outcome.PUT_OFF, 0
    BLOCKED = "403 of somebody who blocked the bot", Outcome.REFUSED, 0
    ODD_STATUS = "404 although the token works", Outcome.PUT_OFF, 0

    def __init__(self, text: str, outcome: Outcome, messages: int) -> None:
        self.text = text
        self.outcome = outcome
        self.messages = messages


TROUBLES = st.lists(st.one_of(st.just(Trouble.NONE), st.sampled_from(Trouble)), min_size=15, max_size=40)


class TroubledClient(ApiClient):
    """Play Telegram: answer each recipient's calls as their trouble demands.

    Before that, the first `floods` calls get a 429, for any recipient: it concerns the method.
    """

    def __init__(self, troubles: list[Trouble], floods: int) -> None:
        super().__init__(Transport(), "", time.monotonic)
        self._troubles = {FIRST_CHAT + number: trouble for number, trouble in enumerate(troubles)}
        self._floods = floods
        self._calls = Counter[int]()
        self.received = Counter[int]()

    async def _post(self, method: str, body: bytes) -> Response:
        await asyncio.sleep(0.01)
        if method == "getMe":
            return 200, {"ok": True, "result": {"id": 1}}
        chat = int(body.partition(b":")[2].partition(b",")[0])
        if self._floods:
            self._floods -= 1
            return refusal(429, "Too Many Requests", retry_after=1)
        self._calls[chat] += 1
        return self._answer(chat, is_first=self._calls[chat] == 1)

    def _answer(self, chat: int, is_first: bool) -> Response:
        match self._troubles[chat]:
            case Trouble.FLOODED_ONCE if is_first:
                return refusal(429, "Too Many Requests", retry_after=2)
            case Trouble.LOST_BEFORE if is_first:
                raise NetworkError("not connected") from RequestNotSent("no connection in time")
            case Trouble.LOST_AFTER:
                self.received[chat] += 1
                raise NetworkError("torn")
            case Trouble.SERVER_ERROR:
                return refusal(500, "Internal Server Error")
            case Trouble.UNKNOWN_WORDS:
                return refusal(400, f"Bad Request: {'ABC'[chat % 3]}_NEW_WORD")
            case Trouble.FORBIDDEN:
                return refusal(403, "Forbidden: something new")
            case Trouble.BLOCKED:
                return refusal(403, "Forbidden: bot was blocked by the user")
            case Trouble.ODD_STATUS:
                return refusal(404, "Not Found")
        self.received[chat] += 1
        return 200, {"ok": True, "result": {"message_id": chat}}


def refusal(status: int, description: str, **parameters: int) -> Response:
    return status, {"ok": False, "error_code": status, "description": description, "parameters": parameters}


class FastSelector(selectors.DefaultSelector):
    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        return super().select(None if timeout is None else timeout / SPEED)


class FastLoop(asyncio.SelectorEventLoop):
    """An event loop whose seconds are shorter: waits of minutes take seconds."""

    def __init__(self) -> None:
        super().__init__(FastSelector())

    def time(self) -> float:
        return time.monotonic() * SPEED


@dataclass(frozen=True, slots=True)
class End:
    """The messages, the progress and the ledger after a broadcast has ended."""

    received: Counter[int]
    progress: Progress
    ledger: Totals


async def broadcast(troubles: list[Trouble], floods: int, folder: Path) -> End:
    client, clock, stopping = TroubledClient(troubles, floods), asyncio.get_running_loop().time, asyncio.Event()
    async with place_in(folder).opened() as store:
        await add_subscribers(store, len(troubles))
        limiter = RateLimiter(RATE, clock)
        engine = Engine(EngineContext(store, limiter, client, RATE, lambda event: None, clock=clock))
        service = BroadcastService(store, AuditTrail(store, time.time), engine.wake, time.time)
        running = asyncio.create_task(engine.run(stopping))
        number = await service.create(ANNOUNCEMENT, by=BOT)
        progress = await resume_until_it_ends(service, number)
        stopping.set()
        await running
        return End(client.received, progress, await count_outcomes(store.database, LedgerId.for_broadcast(number)))


async def resume_until_it_ends(service: BroadcastService, number: int) -> Progress:
    """Resume it whenever chance has put so many errors in a row that it pauses."""
    async with asyncio.timeout(20 * SPEED):
        while service.progress(number).ended is None:
            if service.progress(number).jobs[Work.SEND].status is Status.PAUSED:
                await service.resume(number, by=BOT)
            await asyncio.sleep(0.5)
    return service.progress(number)


@settings(max_examples=12, deadline=None)
@given(troubles=TROUBLES, floods=st.integers(0, 6))
def test_everybody_else_gets_it_exactly_once_and_the_counts_add_up(troubles: list[Trouble], floods: int) -> None:
    with TemporaryDirectory() as folder, asyncio.Runner(loop_factory=FastLoop) as runner:
        end = runner.run(broadcast(troubles, floods, Path(folder)))

    expected = Counter(trouble.outcome for trouble in troubles)
    assert end.received == {FIRST_CHAT + n: 1 for n, trouble in enumerate(troubles) if trouble.messages}
    assert end.ledger == expected
    assert end.progress.claimed == len(troubles)
    assert end.progress.sent == expected[Outcome.SENT]
    assert end.progress.unknown == expected[Outcome.UNKNOWN]
    assert end.progress.refused_for_now == expected[Outcome.PUT_OFF]
    assert end.progress.refused == expected[Outcome.PUT_OFF] + expected[Outcome.REFUSED]
    assert (end.progress.in_flight, end.progress.left, end.progress.skipped) == (0, 0, 0)

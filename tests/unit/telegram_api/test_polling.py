"""The intake: order in a chat, chats side by side, nothing confirmed before it is handled."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from telegram.error import BadRequest, Conflict, InvalidToken, NetworkError, RetryAfter

from bot.errors import BotConflict, LoggedOut, TokenRejected
from bot.telegram_api.updates.polling import VIEW, Admit, Fetch, Poller, Update

Handle = Callable[[Update], Awaitable[None]]


def admitting(handle: Handle) -> Admit:
    return lambda update: lambda: handle(update)


class Line:
    """Telegram's end of the line: updates waiting, confirmed by the offset as Telegram does; may break on demand."""

    def __init__(self, updates: list[Update]) -> None:
        self.waiting = updates
        self.troubles: list[Exception] = []
        self.offsets: list[int] = []

    async def fetch(self, offset: int, wait: float) -> list[Any]:
        self.offsets.append(offset)
        if self.troubles:
            raise self.troubles.pop(0)
        self.waiting = [one for one in self.waiting if one["update_id"] >= offset]
        if not self.waiting:
            await asyncio.sleep(min(wait, 0.02))
        return self.waiting[:100]


def said(number: int, chat: int) -> Update:
    return {"update_id": number, "message": {"message_id": number, "chat": {"id": chat}, "from": {"id": chat}}}


async def run(fetch: Fetch, handle: Handle, until: Callable[[], object]) -> None:
    """Runs an intake until `until()` is true, then stops it."""
    stopping = asyncio.Event()
    running = asyncio.create_task(Poller(fetch, admitting(handle)).run(stopping))
    async with asyncio.timeout(60):
        while not until():
            await asyncio.sleep(0.005)
    stopping.set()
    await running


async def test_a_chat_keeps_its_order_and_chats_run_side_by_side() -> None:
    done: list[int] = []

    async def handle(update: Update) -> None:
        number = update["update_id"]
        await asyncio.sleep(0.1 if number == 1 else 0)
        done.append(number)

    await run(Line([said(1, 5), said(2, 5), said(3, 6), said(4, 5)]).fetch, handle, lambda: len(done) == 4)

    assert done == [3, 1, 2, 4]


async def test_one_slow_chat_holds_nobody_up_and_nothing_is_handled_twice() -> None:
    done: list[int] = []
    release = asyncio.Event()
    line = Line([said(n, n) for n in range(1, 90)])
    late = [said(90, 90)]

    async def handle(update: Update) -> None:
        if update["update_id"] == 1:
            await release.wait()
        done.append(update["update_id"])

    def all_but_the_slow_one() -> bool:
        if len(done) == 88 and late:
            line.waiting.append(late.pop())
        if len(done) == 89:
            release.set()
        return len(done) >= 90

    await run(line.fetch, handle, all_but_the_slow_one)

    assert sorted(done) == list(range(1, 91))
    assert max(offset for offset in line.offsets[:-2]) <= 1


async def test_a_slow_chat_that_fills_the_view_is_stepped_over_and_stays_in_order(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram_api.updates.polling.LATE", 0.1)
    done: list[int] = []
    release = asyncio.Event()
    line = Line([said(1, 1), *(said(n, n) for n in range(2, 300)), said(300, 1)])

    async def handle(update: Update) -> None:
        if update["update_id"] == 1:
            await release.wait()
        done.append(update["update_id"])

    def all_others() -> bool:
        if len(done) == 298:
            release.set()
        return len(done) == 300

    await run(line.fetch, handle, all_others)

    assert done == [*range(2, 300), 1, 300]
    assert "a crash now would lose them: 1" in caplog.text


async def test_nothing_is_stepped_over_while_most_are_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.telegram_api.updates.polling.LATE", 0.1)
    monkeypatch.setattr("bot.telegram_api.updates.polling.GRACE", 0.1)
    line = Line([said(n, n) for n in range(1, 300)])
    begun: list[int] = []

    async def handle(update: Update) -> None:
        begun.append(update["update_id"])
        await asyncio.sleep(60 if len(begun) > VIEW // 4 else 0)

    at = asyncio.get_running_loop().time()
    await run(line.fetch, handle, lambda: asyncio.get_running_loop().time() > at + 1)

    assert len(begun) <= VIEW + VIEW // 4
    assert len(line.waiting) == 299 - VIEW // 4


async def test_what_is_not_admitted_is_confirmed_at_once() -> None:
    line = Line([said(n, 5) for n in range(1, 200)])
    stopping = asyncio.Event()
    running = asyncio.create_task(Poller(line.fetch, lambda update: None).run(stopping))
    async with asyncio.timeout(1):
        while line.waiting:
            await asyncio.sleep(0.005)
    stopping.set()
    await running


@pytest.mark.expects_errors
async def test_what_cannot_be_handled_is_passed_over_and_never_comes_again(caplog: pytest.LogCaptureFixture) -> None:
    done: list[int] = []

    async def handle(update: Update) -> None:
        done.append(update["update_id"])
        if update["update_id"] == 1:
            raise ValueError("no")

    line = Line([said(1, 5), said(2, 5)])
    await run(line.fetch, handle, lambda: 3 in line.offsets)

    assert done == [1, 2]
    assert "passed over" in caplog.text


async def test_what_is_not_finished_at_the_stop_stays_unconfirmed() -> None:
    line = Line([said(1, 5), said(2, 6)])
    begun = asyncio.Event()

    async def handle(update: Update) -> None:
        if update["update_id"] == 2:
            begun.set()
            await asyncio.sleep(60)

    before = asyncio.get_running_loop().time()
    await run(line.fetch, handle, begun.is_set)

    assert [one["update_id"] for one in line.waiting] == [2]
    assert asyncio.get_running_loop().time() - before < 5


async def test_what_is_finished_at_the_stop_is_confirmed() -> None:
    line, done = Line([said(1, 5), said(2, 6)]), list[int]()

    async def handle(update: Update) -> None:
        done.append(update["update_id"])

    await run(line.fetch, handle, lambda: len(done) == 2)

    assert line.waiting == []


async def test_a_dead_network_is_waited_out_and_told_once(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram_api.updates.polling.LONGEST_BACKOFF", 0.02)
    line, done = Line([said(1, 5)]), list[int]()
    line.troubles = [NetworkError("no")] * 5

    async def handle(update: Update) -> None:
        done.append(1)

    await run(line.fetch, handle, lambda: done)

    assert caplog.text.count("does not answer") == 1
    assert caplog.text.count("answers again") == 1


async def test_a_flood_wait_is_obeyed(monkeypatch: pytest.MonkeyPatch) -> None:
    line, done = Line([said(1, 5)]), list[int]()
    line.troubles = [RetryAfter(1)]
    begun = asyncio.get_running_loop().time()

    async def handle(update: Update) -> None:
        done.append(1)

    await run(line.fetch, handle, lambda: done)

    assert asyncio.get_running_loop().time() - begun >= 1


@pytest.mark.parametrize(
    ("trouble", "refusal", "word"),
    [
        (Conflict("can't use getUpdates method while webhook is active"), BotConflict, "webhook"),
        (InvalidToken("Unauthorized"), TokenRejected, "@BotFather"),
        (BadRequest("Logged out"), LoggedOut, "logOut"),
    ],
)
async def test_what_cannot_get_better_stops_the_bot(trouble: Exception, refusal: type[Exception], word: str) -> None:
    line = Line([])
    line.troubles = [trouble]

    async def handle(update: Update) -> None: ...

    with pytest.raises(refusal, match=word):
        await Poller(line.fetch, admitting(handle)).run(asyncio.Event())

    assert line.offsets == [0], "whoever was told to go must not fetch again: it would take the other bot's place"


async def test_numbers_that_start_anew_after_a_silent_week_are_taken() -> None:
    line, done = Line([said(900, 5)]), list[int]()

    async def handle(update: Update) -> None:
        done.append(update["update_id"])

    async def fetch(offset: int, wait: float) -> list[Any]:
        if done == [900]:  # an offset from before means nothing to the new numbers
            return [said(7, 5)]
        return await line.fetch(offset, wait)

    await run(fetch, handle, lambda: 7 in done)

    assert done == [900, 7]


async def test_a_batch_of_nothing_but_nonsense_is_not_asked_for_in_a_hurry() -> None:
    asked: list[int] = []

    async def fetch(offset: int, wait: float) -> list[Any]:
        asked.append(offset)
        return [None, {}, {"update_id": -5}, {"update_id": 2**70}]

    async def handle(update: Update) -> None: ...

    begun = asyncio.get_running_loop().time()
    await run(fetch, handle, lambda: asyncio.get_running_loop().time() > begun + 0.3)

    assert asked in ([0], [0, 0])


async def test_odd_batches_do_no_harm() -> None:
    line, done = Line([]), list[int]()
    odd: list[list[Any]] = [[None, 5, {}, {"update_id": "x"}], [said(1, 5)]]

    async def fetch(offset: int, wait: float) -> list[Any]:
        return odd.pop(0) if odd else await line.fetch(offset, wait)

    async def handle(update: Update) -> None:
        done.append(update["update_id"])

    await run(fetch, handle, lambda: done)

    assert done == [1]

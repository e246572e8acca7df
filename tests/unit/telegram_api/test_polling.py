"""Polling: chats keep their order and run side by side; no update is confirmed before it is handled."""

import asyncio
import gc
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from telegram.error import BadRequest, Conflict, InvalidToken, NetworkError, RetryAfter

from bot.errors import BotConflict, LoggedOut, TokenRejected
from bot.telegram_api.updates.polling import VIEW, Admit, Fetch, Poller, Update, finished_unless_stopped

Handle = Callable[[Update], Awaitable[None]]


def admit_all(handle: Handle) -> Admit:
    return lambda update: lambda: handle(update)


class FakeUpdates:
    """Telegram's queue of updates: an offset confirms those below it. `errors` are raised by the next polls."""

    def __init__(self, updates: list[Update]) -> None:
        self.waiting = updates
        self.errors: list[Exception] = []
        self.offsets: list[int] = []

    async def fetch(self, offset: int, wait: float) -> list[Any]:
        self.offsets.append(offset)
        if self.errors:
            raise self.errors.pop(0)
        self.waiting = [update for update in self.waiting if update["update_id"] >= offset]
        if not self.waiting:
            await asyncio.sleep(min(wait, 0.02))
        return self.waiting[:100]


def message_update(number: int, chat: int) -> Update:
    return {"update_id": number, "message": {"message_id": number, "chat": {"id": chat}, "from": {"id": chat}}}


async def run(fetch: Fetch, handle: Handle, until: Callable[[], object]) -> None:
    """Run a poller until `until()` is true, then stop it."""
    stopping = asyncio.Event()
    running = asyncio.create_task(Poller(fetch, admit_all(handle)).run(stopping))
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

    updates = [message_update(number, chat) for number, chat in ((1, 5), (2, 5), (3, 6), (4, 5))]
    await run(FakeUpdates(updates).fetch, handle, lambda: len(done) == 4)

    assert done == [3, 1, 2, 4]


async def test_a_slow_chat_delays_no_other_and_no_update_is_handled_twice() -> None:
    done: list[int] = []
    release = asyncio.Event()
    queue = FakeUpdates([message_update(n, n) for n in range(1, 90)])
    late = [message_update(90, 90)]

    async def handle(update: Update) -> None:
        if update["update_id"] == 1:
            await release.wait()
        done.append(update["update_id"])

    def all_but_the_slow_one() -> bool:
        if len(done) == 88 and late:
            queue.waiting.append(late.pop())
        if len(done) == 89:
            release.set()
        return len(done) >= 90

    await run(queue.fetch, handle, all_but_the_slow_one)

    assert sorted(done) == list(range(1, 91))
    assert max(offset for offset in queue.offsets[:-2]) <= 1


async def test_a_slow_chat_that_fills_the_view_is_confirmed_early_and_stays_in_order(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram_api.updates.polling.LATE", 0.1)
    done: list[int] = []
    release = asyncio.Event()
    queue = FakeUpdates(
        [message_update(1, 1), *(message_update(n, n) for n in range(2, 300)), message_update(300, 1)]
    )

    async def handle(update: Update) -> None:
        if update["update_id"] == 1:
            await release.wait()
        done.append(update["update_id"])

    def all_others() -> bool:
        if len(done) == 298:
            release.set()
        return len(done) == 300

    await run(queue.fetch, handle, all_others)

    assert done == [*range(2, 300), 1, 300]
    assert "1 updates are confirmed before they are handled" in caplog.text


async def test_no_update_is_confirmed_early_while_most_are_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.telegram_api.updates.polling.LATE", 0.1)
    monkeypatch.setattr("bot.telegram_api.updates.polling.GRACE", 0.1)
    queue = FakeUpdates([message_update(n, n) for n in range(1, 300)])
    begun: list[int] = []

    async def handle(update: Update) -> None:
        begun.append(update["update_id"])
        await asyncio.sleep(60 if len(begun) > VIEW // 4 else 0)

    at = asyncio.get_running_loop().time()
    await run(queue.fetch, handle, lambda: asyncio.get_running_loop().time() > at + 1)

    assert len(begun) <= VIEW + VIEW // 4
    assert len(queue.waiting) == 299 - VIEW // 4


async def test_an_update_that_is_not_admitted_is_confirmed_at_once() -> None:
    queue = FakeUpdates([message_update(n, 5) for n in range(1, 200)])
    stopping = asyncio.Event()
    running = asyncio.create_task(Poller(queue.fetch, lambda update: None).run(stopping))
    async with asyncio.timeout(1):
        while queue.waiting:
            await asyncio.sleep(0.005)
    stopping.set()
    await running


@pytest.mark.expects_errors
async def test_an_update_that_cannot_be_handled_is_skipped_and_never_comes_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    done: list[int] = []

    async def handle(update: Update) -> None:
        done.append(update["update_id"])
        if update["update_id"] == 1:
            raise ValueError("no")

    queue = FakeUpdates([message_update(1, 5), message_update(2, 5)])
    await run(queue.fetch, handle, lambda: 3 in queue.offsets)

    assert done == [1, 2]
    assert "skipped" in caplog.text


async def test_an_unfinished_update_stays_unconfirmed_at_the_stop() -> None:
    queue = FakeUpdates([message_update(1, 5), message_update(2, 6)])
    begun = asyncio.Event()

    async def handle(update: Update) -> None:
        if update["update_id"] == 2:
            begun.set()
            await asyncio.sleep(60)

    before = asyncio.get_running_loop().time()
    await run(queue.fetch, handle, begun.is_set)

    assert [update["update_id"] for update in queue.waiting] == [2]
    assert asyncio.get_running_loop().time() - before < 5


async def test_a_finished_update_is_confirmed_at_the_stop() -> None:
    queue, done = FakeUpdates([message_update(1, 5), message_update(2, 6)]), list[int]()

    async def handle(update: Update) -> None:
        done.append(update["update_id"])

    await run(queue.fetch, handle, lambda: len(done) == 2)

    assert queue.waiting == []


async def test_polling_goes_on_after_network_errors_which_are_logged_once(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram_api.updates.polling.LONGEST_BACKOFF", 0.02)
    queue, done = FakeUpdates([message_update(1, 5)]), list[int]()
    queue.errors = [NetworkError("no")] * 5

    async def handle(update: Update) -> None:
        done.append(1)

    await run(queue.fetch, handle, lambda: done)

    assert caplog.text.count("does not answer") == 1
    assert caplog.text.count("answers again") == 1


async def test_polling_waits_for_a_flood_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    queue, done = FakeUpdates([message_update(1, 5)]), list[int]()
    queue.errors = [RetryAfter(1)]
    begun = asyncio.get_running_loop().time()

    async def handle(update: Update) -> None:
        done.append(1)

    await run(queue.fetch, handle, lambda: done)

    assert asyncio.get_running_loop().time() - begun >= 1


@pytest.mark.parametrize(
    ("error", "final_error", "word"),
    [
        (Conflict("can't use getUpdates method while webhook is active"), BotConflict, "webhook"),
        (InvalidToken("Unauthorized"), TokenRejected, "@BotFather"),
        (BadRequest("Logged out"), LoggedOut, "logOut"),
    ],
)
async def test_fatal_errors_stop_the_bot(error: Exception, final_error: type[Exception], word: str) -> None:
    queue = FakeUpdates([])
    queue.errors = [error]

    async def handle(update: Update) -> None: ...

    with pytest.raises(final_error, match=word):
        await Poller(queue.fetch, admit_all(handle)).run(asyncio.Event())

    assert queue.offsets == [0], "a further poll would take the updates from the other bot"


async def test_updates_with_lower_numbers_after_a_silent_week_are_handled() -> None:
    queue, done = FakeUpdates([message_update(900, 5)]), list[int]()

    async def handle(update: Update) -> None:
        done.append(update["update_id"])

    async def fetch(offset: int, wait: float) -> list[Any]:
        if done == [900]:  # an offset from before means nothing to the new numbers
            return [message_update(7, 5)]
        return await queue.fetch(offset, wait)

    await run(fetch, handle, lambda: 7 in done)

    assert done == [900, 7]


async def test_a_batch_of_malformed_updates_does_not_speed_polling_up() -> None:
    offsets: list[int] = []

    async def fetch(offset: int, wait: float) -> list[Any]:
        offsets.append(offset)
        return [None, {}, {"update_id": -5}, {"update_id": 2**70}]

    async def handle(update: Update) -> None: ...

    begun = asyncio.get_running_loop().time()
    await run(fetch, handle, lambda: asyncio.get_running_loop().time() > begun + 0.3)

    assert offsets in ([0], [0, 0])


async def test_malformed_updates_in_a_batch_do_no_harm() -> None:
    queue, done = FakeUpdates([]), list[int]()
    batches: list[list[Any]] = [[None, 5, {}, {"update_id": "x"}], [message_update(1, 5)]]

    async def fetch(offset: int, wait: float) -> list[Any]:
        return batches.pop(0) if batches else await queue.fetch(offset, wait)

    async def handle(update: Update) -> None:
        done.append(update["update_id"])

    await run(fetch, handle, lambda: done)

    assert done == [1]


async def fails_when_cancelled() -> None:
    """Fail as a poll does whose connection is closed while the bot stops."""
    try:
        await asyncio.sleep(60)
    except asyncio.CancelledError:
        raise NetworkError("closed") from None


async def test_an_error_while_a_poll_is_cancelled_is_not_reported(caplog: pytest.LogCaptureFixture) -> None:
    stopping, poll = asyncio.Event(), asyncio.ensure_future(fails_when_cancelled())
    asyncio.get_running_loop().call_soon(stopping.set)

    assert not await finished_unless_stopped(stopping, poll)

    await asyncio.wait([poll])
    del poll
    gc.collect()
    assert not caplog.records


async def test_an_error_of_a_poll_for_which_nobody_waits_any_more_is_not_reported(
    caplog: pytest.LogCaptureFixture,
) -> None:
    poll = asyncio.ensure_future(fails_when_cancelled())
    waiting = asyncio.ensure_future(finished_unless_stopped(asyncio.Event(), poll))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait([waiting])

    poll.cancel()
    await asyncio.wait([poll])
    del poll, waiting
    gc.collect()
    assert not caplog.records

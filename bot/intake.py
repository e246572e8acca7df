"""Polling: an update is confirmed to Telegram only when it has been handled, so a crash loses none.

The next offset is the lowest update still in work; those above it come again meanwhile and are passed over. A chat's
own updates stay in order, and after a crash everything unconfirmed is handled (an update may then be handled twice:
reading does no harm twice).

Telegram shows 100 unconfirmed updates and no more. A slow chat must not hold up everybody behind those, so when a
few hold a full view for LATE seconds they are stepped over: confirmed while in work, and lost if we crash meanwhile.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import Any

from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.limiter import clamped
from bot.refusals import TokenRejected, TwoBots

Update = dict[str, Any]
Fetch = Callable[[int, float], Awaitable[list[Any]]]  # (offset, seconds to wait) -> updates; offset 0: the oldest
Work = Callable[[], Awaitable[None]]
Admit = Callable[[Update], Work | None]  # asked at once when an update arrives; None: there is nothing to do

WAIT = 25.0  # seconds of long polling: below what proxies and NATs cut
AGAIN = 0.5  # seconds until we ask again when all that came is in work already
LONGEST_BACKOFF = 30.0
VIEW = 100  # updates that Telegram shows at once
LATE = 2.0  # seconds after which a full view is not held for a few
_MOST_LATE = 1000  # updates in work that may be confirmed already; above it everybody waits
GRACE = 3.0  # seconds that handlers get to finish on SIGTERM; with the last confirmation and all closing under 5
_CONFIRM = 1.0

log = logging.getLogger(__name__)


def chat_of(update: Update) -> Hashable:
    """What keeps order among updates: their chat, or the person where there is none."""
    match update:
        case (
            {"message": {"chat": {"id": int(chat)}}}
            | {"edited_message": {"chat": {"id": int(chat)}}}
            | {"callback_query": {"message": {"chat": {"id": int(chat)}}}}
        ):
            return chat
        case {"inline_query": {"from": {"id": int(user)}}} | {"my_chat_member": {"from": {"id": int(user)}}}:
            return user
        case _:
            return None


@dataclass(frozen=True, slots=True)
class _InWork:
    chat: Hashable
    since: float
    task: asyncio.Task[None]


class Intake:
    """Fetches, hands out, confirms. `answered_at` is when Telegram last answered (seconds, the loop's clock)."""

    def __init__(self, fetch: Fetch, admit: Admit) -> None:
        self._fetch = fetch
        self._admit = admit
        self._next = 0  # one above the latest update
        self._working: dict[int, _InWork] = {}
        self._late: set[asyncio.Task[None]] = set()  # in work and stepped over, with all that follows in their chats
        self._settled: set[int] = set()  # finished or stepped over; not confirmed yet, because a lower one is in work
        self._chats: dict[Hashable, asyncio.Task[None]] = {}
        self._progress = asyncio.Event()
        self.answered_at: float | None = None
        self.answered = asyncio.Event()  # set with the first answer

    async def run(self, stopping: asyncio.Event) -> None:
        """Until `stopping` is set. Raises TokenRejected or TwoBots when going on is pointless."""
        failures = 0
        while not stopping.is_set():
            # The first time without waiting: then it is known soon that Telegram answers.
            wait = WAIT if self.answered.is_set() else 0.0
            offset = self._confirmed()
            asked = asyncio.ensure_future(self._fetch(offset, wait))
            if not await unless(stopping, asked):
                break
            try:
                batch = asked.result()
            except (Conflict, InvalidToken) as final:
                await self._finish()  # without confirming: that would take the updates from the other bot
                raise _refusal(final) from None
            except TelegramError as trouble:
                failures += 1
                await self._back_off(failures, trouble, stopping)
                continue
            if failures:
                log.warning("Telegram answers again")
            failures, self.answered_at = 0, asyncio.get_running_loop().time()
            self.answered.set()
            fresh = self._take_in(batch)
            if len(batch) >= VIEW:
                self._step_over(self.answered_at - LATE)
            if batch and not fresh and self._confirmed() == offset:
                await self._some_progress()
        await self._finish()
        await self._confirm()

    def _confirmed(self) -> int:
        """The offset to ask with: all below it is confirmed by asking."""
        offset = min(self._working, default=self._next)
        self._settled = {number for number in self._settled if number >= offset}
        return offset

    def _take_in(self, batch: list[Any]) -> bool:
        """Starts what is new in `batch`; whether anything was. After a silent week numbers start anywhere anew."""
        numbered = [one for one in batch if isinstance(one, dict) and _is_number(one.get("update_id"))]
        known = self._working.keys() | self._settled
        fresh = {one["update_id"]: one for one in numbered if one["update_id"] not in known}
        for _, update in sorted(fresh.items()):
            self._start(update)
        return bool(fresh)

    def _start(self, update: Update) -> None:
        number, chat = int(update["update_id"]), chat_of(update)
        self._next = number + 1
        work = self._admit(update)
        if work is None:
            self._settled.add(number)
            return
        before = self._chats.get(chat)
        task = self._chats[chat] = asyncio.create_task(self._after(before, work))
        self._working[number] = _InWork(chat, asyncio.get_running_loop().time(), task)
        if before in self._late and len(self._late) < _MOST_LATE:
            self._late.add(self._settle(number))
        task.add_done_callback(lambda done: self._done(number, chat, done))

    async def _after(self, before: asyncio.Task[None] | None, work: Work) -> None:
        if before:
            await asyncio.wait([before])
        try:
            await work()
        except Exception:
            # One of the two catch-alls: an update that cannot be handled must not come again for ever.
            log.exception("An update could not be handled and is passed over")

    def _done(self, number: int, chat: Hashable, task: asyncio.Task[None]) -> None:
        self._late.discard(task)
        if number in self._working and not task.cancelled():  # what was cut off stays unconfirmed
            self._settle(number)
        if self._chats.get(chat) is task:
            del self._chats[chat]
        self._progress.set()

    def _settle(self, number: int) -> asyncio.Task[None]:
        self._settled.add(number)
        return self._working.pop(number).task

    def _step_over(self, before: float) -> None:
        """Confirms what has been in work since `before`, and all else of those chats, when it is a few. When most of
        the view is slow no chat is to blame but Telegram or the network: then all stay there, where none is lost."""
        if len(self._working) > VIEW // 2 or len(self._late) >= _MOST_LATE:
            return
        chats = {one.chat for one in self._working.values() if one.since <= before}
        slow = [number for number, one in self._working.items() if one.chat in chats]
        self._late.update(self._settle(number) for number in slow)
        if slow:
            log.warning("Slow updates are stepped over, a crash would lose them: %d", len(slow))

    async def _some_progress(self) -> None:
        self._progress.clear()
        waiting = asyncio.ensure_future(self._progress.wait())
        await asyncio.wait([waiting], timeout=AGAIN)
        waiting.cancel()

    async def _back_off(self, failures: int, trouble: TelegramError, stopping: asyncio.Event) -> None:
        if isinstance(trouble, RetryAfter):
            delay = clamped(trouble.retry_after)
        else:
            delay = min(2.0 ** (failures - 1), LONGEST_BACKOFF) * random.uniform(0.75, 1.0)  # noqa: S311 -- jitter
        if failures == 1:
            log.warning("Telegram does not answer (%s); trying again until it does", type(trouble).__name__)
        await unless(stopping, asyncio.ensure_future(asyncio.sleep(delay)))

    async def _finish(self) -> None:
        """Lets what is in work finish. The rest is cut off, and comes again after the restart."""
        if in_work := [*(one.task for one in self._working.values()), *self._late]:
            await asyncio.wait(in_work, timeout=GRACE)
        if lost := sum(not task.done() for task in self._late):
            log.warning("Slow updates that were stepped over are lost: %d", lost)
        for task in in_work:
            task.cancel()
        await asyncio.sleep(0)

    async def _confirm(self) -> None:
        """Tells Telegram what is done, so that it does not come again."""
        offset = self._confirmed()
        if not offset:
            return
        last = asyncio.ensure_future(self._fetch(offset, 0.0))
        await asyncio.wait([last], timeout=_CONFIRM)
        if not last.done():
            last.cancel()
        elif last.exception():
            log.warning("The last updates could not be confirmed; they will be handled once more")


def _is_number(given: object) -> bool:
    """Whether `given` can be an update's: Telegram reads a negative offset as `forget what is before`."""
    return isinstance(given, int) and 0 <= given < 2**53


async def unless(stopping: asyncio.Event, task: "asyncio.Future[Any]") -> bool:
    """Waits for `task`, or for the stop: then `task` is cancelled and the answer is False."""
    stop = asyncio.ensure_future(stopping.wait())
    await asyncio.wait([task, stop], return_when=asyncio.FIRST_COMPLETED)
    stop.cancel()
    if not stopping.is_set():
        return True
    if not task.cancel() and not task.cancelled():
        task.exception()  # looked at, or asyncio complains that nobody did
    return False


def _refusal(final: TelegramError) -> Exception:
    if isinstance(final, Conflict) and "webhook" in final.message.lower():
        return TwoBots(
            "Telegram sends this bot's updates to a webhook: stop the program behind it, then remove the webhook "
            "(open https://api.telegram.org/bot<token>/deleteWebhook once) and start again."
        )
    if isinstance(final, Conflict):
        return TwoBots(
            "Telegram says that another program fetches this bot's updates (409): "
            "stop the other one, or revoke the token at @BotFather if it is not yours."
        )
    return TokenRejected("Telegram does not know this bot token any more: get the current one from @BotFather.")

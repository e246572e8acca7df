"""Polling: an update is confirmed to Telegram only when it has been handled, so a crash loses none.

The next offset is the lowest update still in work; those above it come again meanwhile and are passed over. A chat's
own updates stay in order, and after a crash everything unconfirmed is handled (an update may then be handled twice:
reading does no harm twice).

Telegram shows 100 unconfirmed updates and no more. A slow chat must not hold up everybody behind those, so when a
few hold a full view for LATE seconds they are stepped over: confirmed while in work, and lost if we crash meanwhile.
In a flood, when most of a full view is finished already, the few are stepped over at once.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import Any

from telegram.error import BadRequest, Conflict, NetworkError, RetryAfter, TelegramError, TimedOut

from bot.errors import OperatorError
from bot.telegram_api.http.network_errors import explain
from bot.telegram_api.http.reachability import Reachability
from bot.telegram_api.rate_limiting.rate_limiter import clamp_retry_after
from bot.telegram_api.updates.polling_errors import Conflicts, final
from bot.telegram_api.updates.polling_pace import Pace

Update = dict[str, Any]
Fetch = Callable[[int, float], Awaitable[list[Any]]]  # (offset, seconds to wait) -> updates; offset 0: the oldest
UpdateWork = Callable[[], Awaitable[None]]
Admit = Callable[[Update], UpdateWork | None]  # asked at once when an update arrives; None: there is nothing to do

LONG_POLL = 25.0  # seconds of long polling: below what proxies and NATs cut
LONGEST_BACKOFF = 10.0
_PROBE = 10.0  # seconds for the first poll after a failed one, then longer
_REMEMBERED = 1000
VIEW = 100  # updates that Telegram shows at once
LATE = 2.0  # seconds after which a full view is not held for a few
_MOST_LATE = 1000  # updates in work that may be confirmed already; above it everybody waits
GRACE = 3.0  # seconds that handlers get to finish on SIGTERM; with the last confirmation and all closing under 5
_CONFIRM = 1.0
_HEARD = 0.3
_LOG_AGAIN = 60.0  # seconds

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
    is_reading: bool  # a button that changes nothing: whoever pressed it can press again


class Poller:
    """Fetches, hands out, confirms. `answered_at` is when Telegram last answered (seconds, the loop's clock)."""

    def __init__(self, fetch: Fetch, admit: Admit, network: Reachability | None = None) -> None:
        self._fetch = fetch
        self._admit = admit
        self._network = network or Reachability()
        self._conflicts = Conflicts()
        self._failures = 0  # polls in a row
        self._reasons: set[str] = set()  # for which these failed, as logged
        self._next = 0  # one above the latest update
        self._working: dict[int, _InWork] = {}
        self._late: set[asyncio.Task[None]] = set()  # in work and stepped over, with all that follows in their chats
        self._settled: set[int] = set()  # finished or stepped over; not confirmed yet, because a lower one is in work
        self._passed: list[int] = []  # confirmed last: a server that shows one of them again has nothing new
        self._chats: dict[Hashable, asyncio.Task[None]] = {}
        self._progress = asyncio.Event()
        self._stepped_at = -_LOG_AGAIN  # when the log last said so
        self.answered_at: float | None = None
        self.answered = asyncio.Event()  # set with the first answer

    async def run(self, stopping: asyncio.Event) -> None:
        """Poll until `stopping` is set. Raises TokenRejected, LoggedOut or BotConflict when going on is pointless."""
        self._pace = Pace()
        while not stopping.is_set():
            offset, wait = self._confirmed(), self._wait()
            is_idle = not self._working  # else what is in work comes again at once
            self._pace.asked(offset)
            asked = asyncio.ensure_future(self._asked(offset, wait))
            if not await finished_unless_stopped(stopping, asked):
                break
            try:
                batch = asked.result()
            except TelegramError as trouble:
                await self._bear(trouble, stopping)
                continue
            self._note_answer()
            fresh = self._take_in(batch)
            self._pace.answered(waited=wait > 0 and is_idle, brought=fresh)
            if len(batch) >= VIEW:
                self._step_over(asyncio.get_running_loop().time())
            await self._until_next_poll(stopping)
        await self._finish()
        if not self._conflicts.is_open():  # it would take the updates from the other bot
            await self._confirm()

    def _wait(self) -> float:
        """The first time, and after a failure, without waiting: then it is known soon that Telegram answers."""
        return LONG_POLL if self.answered.is_set() and not self._failures else 0.0

    async def _asked(self, offset: int, wait: float) -> list[Any]:
        """Fetch. After a failure the patience begins small: a server that is silent may be back a moment later."""
        if not self._failures:
            return await self._fetch(offset, wait)
        try:
            async with asyncio.timeout(_PROBE * (1 + self._failures) / 2):
                return await self._fetch(offset, wait)
        except TimeoutError as slow:
            raise TimedOut("no answer in time") from slow

    def _note_answer(self) -> None:
        if self._failures:
            log.warning("Telegram answers again")
        self._failures, self.answered_at = 0, asyncio.get_running_loop().time()
        self._reasons.clear()
        self._network.mark_up()
        self.answered.set()

    async def _until_next_poll(self, stopping: asyncio.Event) -> None:
        """Wait until there is something to confirm, or it is time to look whether others have written meanwhile."""
        while not stopping.is_set():
            delay = self._pace.delay(self._confirmed(), is_working=bool(self._working))
            if delay <= 0:
                return
            await self._some_progress(delay, stopping)

    def _confirmed(self) -> int:
        """The offset to ask with: all below it is confirmed by asking."""
        offset = min(self._working, default=self._next)
        if passed := [number for number in self._settled if number < offset]:
            self._settled.difference_update(passed)
            self._passed = (self._passed + sorted(passed))[-_REMEMBERED:]
        return offset

    def _take_in(self, batch: list[Any]) -> bool:
        """Starts what is new in `batch`; whether anything was. After a silent week numbers start anywhere anew."""
        numbered = [one for one in batch if isinstance(one, dict) and _is_number(one.get("update_id"))]
        known = self._working.keys() | self._settled | set(self._passed)
        fresh = {one["update_id"]: one for one in numbered if one["update_id"] not in known}
        for number in sorted(fresh)[:VIEW]:
            self._start(fresh[number])
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
        self._working[number] = _InWork(chat, asyncio.get_running_loop().time(), task, _is_reading(update))
        if before in self._late and len(self._late) < _MOST_LATE:
            self._late.add(self._settle(number))
        task.add_done_callback(lambda done: self._done(number, chat, done))

    async def _after(self, before: asyncio.Task[None] | None, work: UpdateWork) -> None:
        if before:
            await asyncio.wait([before])
        try:
            await work()
        except Exception as trouble:
            # One of the two catch-alls: an update that cannot be handled must not come again for ever.
            if isinstance(trouble, NetworkError) and not isinstance(trouble, BadRequest):
                log.warning("An answer could not be delivered and is given up (%s)", explain(trouble))
            else:
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

    def _step_over(self, now: float) -> None:
        """Confirm what has been in work for LATE seconds, and all else of those chats, when it is a few.

        In a flood most of the view is finished, dropped at the gate, and hides what others write: then the few that
        are in work are confirmed at once. When most of the view is in work, no chat is to blame but Telegram or the
        network: then all stay there, where none is lost, except for buttons that change nothing.
        """
        if len(self._late) >= _MOST_LATE:
            return
        chats = {one.chat for one in self._working.values()}
        if len(self._working) > VIEW // 2:
            chats -= {one.chat for one in self._working.values() if not one.is_reading}
        else:
            is_flood = len(self._settled) >= VIEW // 2
            before = now if is_flood else now - LATE
            chats = {one.chat for one in self._working.values() if one.since <= before}
        slow = [number for number, one in self._working.items() if one.chat in chats]
        self._late.update(self._settle(number) for number in slow)
        if slow and now - self._stepped_at > _LOG_AGAIN:
            self._stepped_at = now
            log.warning("Updates in work are confirmed early, a crash now would lose them: %d", len(slow))

    async def _some_progress(self, seconds: float, stopping: asyncio.Event) -> None:
        """Wait until an update is finished, at most so long."""
        self._progress.clear()
        waiting = [asyncio.ensure_future(one.wait()) for one in (self._progress, stopping)]
        await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for each in waiting:
            each.cancel()

    async def _bear(self, trouble: TelegramError, stopping: asyncio.Event) -> None:
        """Wait after a failed poll. Raises how the bot ends, when it does."""
        try:
            if refused := final(trouble):
                raise refused from None
            delay = self._conflict() if isinstance(trouble, Conflict) else self._delay(trouble)
        except OperatorError:
            await self._finish()
            raise
        await finished_unless_stopped(stopping, asyncio.ensure_future(asyncio.sleep(delay)))

    def _conflict(self) -> float:
        self._network.mark_up()
        return self._conflicts.pause()

    def _delay(self, trouble: TelegramError) -> float:
        if isinstance(trouble, RetryAfter):
            log.warning("Telegram asks to wait before updates are fetched again")
            return clamp_retry_after(trouble.retry_after)
        self._failures += 1
        self._network.mark_down()
        if (reason := explain(trouble)) not in self._reasons:
            self._reasons.add(reason)
            log.warning("Telegram does not answer (%s); trying again until it does", reason)
        return min(2.0 ** min(self._failures - 1, 10), LONGEST_BACKOFF) * random.uniform(0.75, 1.0)  # noqa: S311

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
        if not offset or self._pace.is_told(offset):
            return
        last = asyncio.ensure_future(self._fetch(offset, 0.0))
        # Who repeats an offset is held up for seconds, although it is heard at once.
        await asyncio.wait([last], timeout=_HEARD if self._pace.is_repeating(offset) else _CONFIRM)
        if not last.done():
            last.cancel()
        elif last.exception():
            log.warning("The last updates could not be confirmed; they will be handled once more")


def _is_reading(update: Update) -> bool:
    """Return whether `update` is a button that changes nothing (see `places`); signed ones begin otherwise."""
    match update:
        case {"callback_query": {"data": str(data)}}:
            return data.startswith("r.")
        case _:
            return False


def _is_number(given: object) -> bool:
    """Whether `given` can be an update's: Telegram reads a negative offset as `forget what is before`."""
    return isinstance(given, int) and 0 <= given < 2**53


async def finished_unless_stopped(stopping: asyncio.Event, task: "asyncio.Future[Any]") -> bool:
    """Waits for `task`, or for the stop: then `task` is cancelled and the answer is False."""
    stop = asyncio.ensure_future(stopping.wait())
    await asyncio.wait([task, stop], return_when=asyncio.FIRST_COMPLETED)
    stop.cancel()
    if not stopping.is_set():
        return True
    if not task.cancel() and not task.cancelled():
        task.exception()  # looked at, or asyncio complains that nobody did
    return False

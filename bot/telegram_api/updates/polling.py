"""Fetch updates by long polling, and confirm each update to Telegram only when it has been handled.

An update is confirmed when the bot polls with an offset above its number. The offset of a poll is the lowest number
of the updates that are being handled. So every poll returns these updates again, and the bot skips those that it
already knows. Updates of one chat are handled in order. If the bot crashes, Telegram sends all unconfirmed updates
again: none is lost, and some are handled twice.

There is one exception. A poll returns at most the 100 oldest unconfirmed updates. If there are so many, the bot gets
no newer update until the oldest is confirmed. Therefore it confirms some early, before they are handled (see
`_confirm_early`). A crash would lose these.
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
from bot.telegram_api.updates.polling_errors import Conflicts, fatal_error
from bot.telegram_api.updates.polling_pace import Pace
from bot.telegram_api.updates.raw_update import Update as Update
from bot.telegram_api.updates.raw_update import chat_of, is_navigation, numbered

Fetch = Callable[[int, float], Awaitable[list[Any]]]  # (offset, seconds to wait) -> updates; 0: the oldest
UpdateWork = Callable[[], Awaitable[None]]
Admit = Callable[[Update], UpdateWork | None]  # called when an update arrives; None means nothing to do

LONG_POLL = 25.0  # seconds that Telegram waits for updates; longer silence makes proxies and NATs close connections
LONGEST_BACKOFF = 10.0  # seconds between two failed polls
_PROBE = 10.0  # seconds for the first poll after a failed one; later polls get longer
_REMEMBERED = 1000  # confirmed updates, in case a server sends one again
VIEW = 100  # unconfirmed updates that a poll returns at most
LATE = 2.0  # seconds in work after which updates are confirmed early when a poll returns VIEW updates
_MAX_CONFIRMED_EARLY = 1000  # updates in work; above it none is confirmed early
GRACE = 3.0  # seconds for handlers to finish on SIGTERM: with the last confirmation and closing it takes under 5
_CONFIRM_TIMEOUT = 1.0  # seconds for the last confirmation
_REPEATED_TIMEOUT = 0.3  # seconds when it repeats an offset: Telegram reads it at once but delays the answer
_LOG_INTERVAL = 60.0  # seconds

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _InWork:
    """An update that is being handled."""

    chat: Hashable
    since: float  # by the event loop's clock
    task: asyncio.Task[None]
    is_navigation: bool  # may be lost, because the person can press the button again


class Poller:
    """Fetch updates with `run`, pass each to `admit`, and confirm each to Telegram when it has been handled.

    `answered_at` is the time of Telegram's last answer to a poll, by the event loop's clock; None before the first.
    The event `answered` is set by the first answer.
    """

    def __init__(self, fetch: Fetch, admit: Admit, reachability: Reachability | None = None) -> None:
        self._fetch = fetch
        self._admit = admit
        self._reachability = reachability or Reachability()
        self._conflicts = Conflicts()
        self._failures = 0  # failed polls in a row
        self._logged_reasons: set[str] = set()  # of these failures
        self._next_offset = 0  # one above the latest update
        self._working: dict[int, _InWork] = {}
        self._confirmed_early: set[asyncio.Task[None]] = set()  # in work; later updates of these chats join them
        self._settled: set[int] = set()  # done or confirmed early, but a lower update is in work
        self._confirmed: list[int] = []  # the last ones: a server that sends one of them again has nothing new
        self._last_of_chat: dict[Hashable, asyncio.Task[None]] = {}
        self._progress = asyncio.Event()
        self._early_logged_at = -_LOG_INTERVAL
        self.answered_at: float | None = None
        self.answered = asyncio.Event()

    async def run(self, stopping: asyncio.Event) -> None:
        """Poll until `stopping` is set. Raises TokenRejected, LoggedOut or BotConflict when no poll can succeed."""
        self._pace = Pace()
        while not stopping.is_set():
            offset, wait = self._offset(), self._wait_seconds()
            is_idle = not self._working  # otherwise Telegram answers at once, with the updates in work
            self._pace.record_poll(offset)
            poll = asyncio.ensure_future(self._poll(offset, wait))
            if not await finished_unless_stopped(stopping, poll):
                break
            try:
                batch = poll.result()
            except TelegramError as error:
                await self._handle_error(error, stopping)
                continue
            self._record_answer()
            has_new = self._start_new(batch)
            self._pace.record_answer(waited=wait > 0 and is_idle, has_new=has_new)
            if len(batch) >= VIEW:
                self._confirm_early(asyncio.get_running_loop().time())
            await self._wait_until_next_poll(stopping)
        await self._finish()
        if not self._conflicts.is_open():  # a confirmation would take the updates from the other bot
            await self._confirm()

    @property
    def updates_in_work(self) -> int:
        """Return how many updates are being handled, or wait for an earlier update of the same chat."""
        return len(self._working) + len(self._confirmed_early)

    def _wait_seconds(self) -> float:
        """Return the timeout of the next long poll in seconds; 0 for the first poll and after a failed poll."""
        return LONG_POLL if self.answered.is_set() and not self._failures else 0.0

    async def _poll(self, offset: int, wait: float) -> list[Any]:
        """Fetch a batch of updates. After n failures in a row, raise TimedOut if it takes over 5 + 5n seconds."""
        if not self._failures:
            return await self._fetch(offset, wait)
        try:
            async with asyncio.timeout(_PROBE * (1 + self._failures) / 2):
                return await self._fetch(offset, wait)
        except TimeoutError as timeout:
            raise TimedOut("no response in time") from timeout

    def _record_answer(self) -> None:
        if self._failures:
            log.warning("Telegram answers again")
        self._failures, self.answered_at = 0, asyncio.get_running_loop().time()
        self._logged_reasons.clear()
        self._reachability.mark_up()
        self.answered.set()

    async def _wait_until_next_poll(self, stopping: asyncio.Event) -> None:
        """Wait until Pace allows the next poll, or until `stopping` is set."""
        while not stopping.is_set():
            delay = self._pace.delay(self._offset(), is_working=bool(self._working))
            if delay <= 0:
                return
            await self._wait_for_progress(delay, stopping)

    def _offset(self) -> int:
        """Return the offset for the next poll. Telegram treats all updates below it as confirmed."""
        offset = min(self._working, default=self._next_offset)
        if confirmed := [number for number in self._settled if number < offset]:
            self._settled.difference_update(confirmed)
            self._confirmed = (self._confirmed + sorted(confirmed))[-_REMEMBERED:]
        return offset

    def _start_new(self, batch: list[Any]) -> bool:
        """Start to handle the new updates of a batch; return whether there are any.

        An update is new if its number is unknown, even if the number is lower than earlier ones: after a week
        without updates, Telegram continues with a random number.
        """
        known = self._working.keys() | self._settled | set(self._confirmed)
        new = {number: update for number, update in numbered(batch).items() if number not in known}
        for number in sorted(new)[:VIEW]:
            self._start(number, new[number])
        return bool(new)

    def _start(self, number: int, update: Update) -> None:
        chat = chat_of(update)
        self._next_offset = number + 1
        work = self._admit(update)
        if work is None:
            self._settled.add(number)
            return
        before = self._last_of_chat.get(chat)
        task = self._last_of_chat[chat] = asyncio.create_task(self._work_after(before, work))
        self._working[number] = _InWork(chat, asyncio.get_running_loop().time(), task, is_navigation(update))
        if before in self._confirmed_early and len(self._confirmed_early) < _MAX_CONFIRMED_EARLY:
            self._confirmed_early.add(self._settle(number))
        task.add_done_callback(lambda done: self._end(number, chat, done))

    async def _work_after(self, before: asyncio.Task[None] | None, work: UpdateWork) -> None:
        """Wait for `before`, which handles the previous update of the same chat, then await `work`. Log errors."""
        if before:
            await asyncio.wait([before])
        try:
            await work()
        except Exception as error:
            # One of the two catch-alls: an update that cannot be handled must not come again for ever.
            if isinstance(error, NetworkError) and not isinstance(error, BadRequest):
                log.warning("An answer could not be delivered and is given up (%s)", explain(error))
            else:
                log.exception("An update could not be handled and is skipped")

    def _end(self, number: int, chat: Hashable, task: asyncio.Task[None]) -> None:
        self._confirmed_early.discard(task)
        if number in self._working and not task.cancelled():  # a cancelled update stays unconfirmed
            self._settle(number)
        if self._last_of_chat.get(chat) is task:
            del self._last_of_chat[chat]
        self._progress.set()

    def _settle(self, number: int) -> asyncio.Task[None]:
        self._settled.add(number)
        return self._working.pop(number).task

    def _confirm_early(self, now: float) -> None:
        """Confirm some updates before they are handled, so that a poll can return newer ones.

        - If more than half of VIEW updates are being handled, Telegram or the network is slow. Confirm only the
          updates of chats in which every update merely opens a screen. If a crash loses these, no change is lost.
        - If at least half of VIEW updates are finished, there is a flood of updates. Confirm all being handled.
        - Otherwise confirm all updates of each chat in which one update has taken longer than LATE seconds.
        """
        if len(self._confirmed_early) >= _MAX_CONFIRMED_EARLY:
            return
        in_work = self._working.values()
        if len(self._working) > VIEW // 2:
            chats = {update.chat for update in in_work} - {
                update.chat for update in in_work if not update.is_navigation
            }
        else:
            is_flood = len(self._settled) >= VIEW // 2
            latest = now if is_flood else now - LATE
            chats = {update.chat for update in in_work if update.since <= latest}
        slow = [number for number, update in self._working.items() if update.chat in chats]
        self._confirmed_early.update(self._settle(number) for number in slow)
        if slow and now - self._early_logged_at > _LOG_INTERVAL:
            self._early_logged_at = now
            log.warning("%d updates are confirmed before they are handled: a crash now would lose them", len(slow))

    async def _wait_for_progress(self, seconds: float, stopping: asyncio.Event) -> None:
        """Wait at most `seconds` until an update is finished or `stopping` is set."""
        self._progress.clear()
        waiting = [asyncio.ensure_future(event.wait()) for event in (self._progress, stopping)]
        await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for wait in waiting:
            wait.cancel()

    async def _handle_error(self, error: TelegramError, stopping: asyncio.Event) -> None:
        """Wait until the next try after a failed poll. Raises OperatorError if polling cannot continue."""
        try:
            if fatal := fatal_error(error):
                raise fatal from None
            delay = self._conflict_delay() if isinstance(error, Conflict) else self._delay(error)
        except OperatorError:
            await self._finish()
            raise
        await finished_unless_stopped(stopping, asyncio.ensure_future(asyncio.sleep(delay)))

    def _conflict_delay(self) -> float:
        self._reachability.mark_up()
        return self._conflicts.pause()

    def _delay(self, error: TelegramError) -> float:
        if isinstance(error, RetryAfter):
            log.warning("Telegram asks to wait before updates are fetched again")
            return clamp_retry_after(error.retry_after)
        self._failures += 1
        self._reachability.mark_down()
        if (reason := explain(error)) not in self._logged_reasons:
            self._logged_reasons.add(reason)
            log.warning("Telegram does not answer (%s); trying again until it does", reason)
        return min(2.0 ** min(self._failures - 1, 10), LONGEST_BACKOFF) * random.uniform(0.75, 1.0)  # noqa: S311

    async def _finish(self) -> None:
        """Wait at most GRACE seconds for unfinished updates, then cancel them. Telegram sends them again later."""
        if in_work := [*(update.task for update in self._working.values()), *self._confirmed_early]:
            await asyncio.wait(in_work, timeout=GRACE)
        if lost := sum(not task.done() for task in self._confirmed_early):
            log.warning("Slow updates that were confirmed early are lost: %d", lost)
        for task in in_work:
            task.cancel()
        await asyncio.sleep(0)

    async def _confirm(self) -> None:
        """Confirm the finished updates to Telegram, so that it does not send them again."""
        offset = self._offset()
        if not offset or self._pace.has_confirmed(offset):
            return
        last_poll = asyncio.ensure_future(self._fetch(offset, 0.0))
        timeout = _REPEATED_TIMEOUT if self._pace.is_repeating(offset) else _CONFIRM_TIMEOUT
        await asyncio.wait([last_poll], timeout=timeout)
        if not last_poll.done():
            last_poll.cancel()
        elif last_poll.exception():
            log.warning("The last updates could not be confirmed; they will be handled a second time")


async def finished_unless_stopped(stopping: asyncio.Event, task: "asyncio.Future[Any]") -> bool:
    """Wait until `task` ends, and return True. If `stopping` is set by then, cancel `task` and return False."""
    stop = asyncio.ensure_future(stopping.wait())
    # Retrieve an error with which `task` ends when nobody waits for it any more, or asyncio reports that error.
    task.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
    try:
        await asyncio.wait([task, stop], return_when=asyncio.FIRST_COMPLETED)
    finally:
        stop.cancel()
    if stopping.is_set():
        task.cancel()
    return not stopping.is_set()

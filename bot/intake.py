"""Polling: an update is confirmed to Telegram only when it has been handled, so a crash loses none.

The next offset is the lowest update still in work; those above it come again meanwhile and are passed over. One
slow chat therefore holds nobody up, a chat's own updates stay in order, and after a crash everything unconfirmed
is handled (an update may then be handled twice: reading does no harm twice).
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Hashable
from typing import Any

from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.limiter import clamped
from bot.refusals import TokenRejected, TwoBots

Update = dict[str, Any]
Fetch = Callable[[int, float], Awaitable[list[Any]]]  # (offset, seconds to wait) -> updates; offset 0: the oldest
Handle = Callable[[Update], Awaitable[None]]

WAIT = 25.0  # seconds of long polling: below what proxies and NATs cut
AGAIN = 0.5  # seconds until we ask again when all that came is in work already
LONGEST_BACKOFF = 30.0
GRACE = 3.5  # seconds that handlers get to finish on SIGTERM; with the last confirmation under 5
_CONFIRM = 1.0

log = logging.getLogger(__name__)


def chat_of(update: Update) -> Hashable:
    """What keeps order among updates: their chat, or the person where there is none."""
    match update:
        case {"message": {"chat": {"id": int(chat)}}} | {"callback_query": {"message": {"chat": {"id": int(chat)}}}}:
            return chat
        case {"inline_query": {"from": {"id": int(user)}}} | {"my_chat_member": {"from": {"id": int(user)}}}:
            return user
        case _:
            return None


class Intake:
    """Fetches, hands out, confirms. `answered_at` is when Telegram last answered (seconds, the loop's clock)."""

    def __init__(self, fetch: Fetch, handle: Handle) -> None:
        self._fetch = fetch
        self._handle = handle
        self._next = 0  # one above the latest update
        self._working: dict[int, asyncio.Task[None]] = {}
        self._finished: set[int] = set()  # not confirmed yet, because a lower one is in work
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
            asked = asyncio.ensure_future(self._fetch(self._confirmed(), wait))
            if not await _unless(stopping, asked):
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
            if not self._take_in(batch) and batch:
                await self._some_progress()
        await self._finish()
        await self._confirm()

    def _confirmed(self) -> int:
        """The offset to ask with: all below it is confirmed by asking."""
        offset = min(self._working, default=self._next)
        self._finished = {number for number in self._finished if number >= offset}
        return offset

    def _take_in(self, batch: list[Any]) -> bool:
        """Starts what is new in `batch`; whether anything was. After a silent week numbers start anywhere anew."""
        numbered = [one for one in batch if isinstance(one, dict) and isinstance(one.get("update_id"), int)]
        known = self._working.keys() | self._finished
        fresh = {one["update_id"]: one for one in numbered if one["update_id"] not in known}
        for _, update in sorted(fresh.items()):
            self._start(update)
        return bool(fresh)

    def _start(self, update: Update) -> None:
        number, chat = int(update["update_id"]), chat_of(update)
        task = asyncio.create_task(self._after(self._chats.get(chat), update))
        self._working[number] = self._chats[chat] = task
        self._next = number + 1
        task.add_done_callback(lambda done: self._done(number, chat, done))

    async def _after(self, before: asyncio.Task[None] | None, update: Update) -> None:
        if before:
            await asyncio.wait([before])
        try:
            await self._handle(update)
        except Exception:
            # One of the two catch-alls: an update that cannot be handled must not come again for ever.
            log.exception("An update could not be handled and is passed over")

    def _done(self, number: int, chat: Hashable, task: asyncio.Task[None]) -> None:
        if not task.cancelled():  # what was cut off stays unconfirmed
            del self._working[number]
            self._finished.add(number)
        if self._chats.get(chat) is task:
            del self._chats[chat]
        self._progress.set()

    async def _some_progress(self) -> None:
        self._progress.clear()
        if self._working:
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
        await _unless(stopping, asyncio.ensure_future(asyncio.sleep(delay)))

    async def _finish(self) -> None:
        """Lets what is in work finish. The rest is cut off, and comes again after the restart."""
        if self._working:
            await asyncio.wait(self._working.values(), timeout=GRACE)
        for task in [task for task in self._working.values() if not task.done()]:
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


async def _unless(stopping: asyncio.Event, task: "asyncio.Future[Any]") -> bool:
    """Waits for `task`, or for the stop: then `task` is cancelled and the answer is False."""
    stop = asyncio.ensure_future(stopping.wait())
    await asyncio.wait([task, stop], return_when=asyncio.FIRST_COMPLETED)
    stop.cancel()
    if not task.done():
        task.cancel()
        return False
    return not stopping.is_set()


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

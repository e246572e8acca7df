"""Send important notices to admins. Repeat each notice until it has arrived at each admin."""

import asyncio
import math
from collections.abc import Awaitable, Callable, Collection, Iterator
from dataclasses import dataclass

from bot.broadcast.authoring.admins import Admins
from bot.model.replies import SendText
from bot.runtime.loop_guard import LoopGuard
from bot.runtime.waiting import wait_at_most
from content.screens.reader import Reader
from content.screens.screen import Screen

_RETRY_AFTER = 60.0  # seconds
NoticeText = Callable[[Reader], Screen]


@dataclass(slots=True, eq=False)
class _Notice:
    """A notice, and the admins who have not received it yet.

    The bot tries `tries_left` more times to send it, then gives up. `on_end` is awaited once every admin has received
    the notice, or the bot gives up.
    """

    text: NoticeText
    pending: set[int]
    tries_left: float
    on_end: Callable[[], Awaitable[None]] | None


class AdminNotices:
    """A queue of notices to admins. Keep `run` running, which sends them.

    A new notice replaces a queued one with the same name.
    """

    def __init__(self, admins: Admins, default_language: str, retry_after: float = _RETRY_AFTER) -> None:
        self._admins = admins
        self._default_language = default_language
        self._retry_after = retry_after
        self._notices: dict[str, _Notice] = {}
        self._wake = asyncio.Event()

    def post(
        self,
        name: str,
        text: NoticeText,
        recipients: Collection[int] | None = None,
        *,
        tries: float = math.inf,
        on_end: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """Queue a notice for `recipients`, by default for every admin. Replace a queued notice with the same `name`.

        `text` builds the notice in the language of an admin. Sending to an admin is repeated until the notice has
        arrived, at most `tries` times. `on_end` is awaited once every recipient has received it, or the bot gives
        up.
        """
        pending = set(self._admins.ids if recipients is None else recipients)
        self._notices[name] = _Notice(text, pending, tries, on_end)
        self._wake.set()

    async def on_rights_lost(self, admin: int) -> None:
        """Stop sending notices to this person if they are no longer an admin."""
        if admin not in self._admins.ids:
            for notice in self._notices.values():
                notice.pending.discard(admin)

    def withdraw(self, name: str) -> None:
        """Stop sending the notice with this name, because it is no longer true. Messages that were sent stay."""
        self._notices.pop(name, None)

    async def run(self) -> None:
        """Send queued notices until cancelled."""
        guard = LoopGuard("A notice to an admin")
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._notices:
                for notice in list(self._notices.values()):
                    for admin in list(notice.pending):
                        with guard.guard():
                            await self._send(notice, admin)
                for notice in self._drop_finished():
                    with guard.guard():
                        await _finish(notice)
                if self._notices:
                    await self._wait_for_retry()

    async def _send(self, notice: _Notice, admin: int) -> None:
        if notice not in self._notices.values():
            return  # withdrawn or replaced meanwhile
        screen = notice.text(await self._admins.reader(admin, self._default_language))
        if await self._admins.notify(admin, (SendText(screen),)):
            notice.pending.discard(admin)

    def _drop_finished(self) -> Iterator[_Notice]:
        """Remove and yield the notices that every recipient has received, or that are given up."""
        for name, notice in list(self._notices.items()):
            notice.tries_left -= 1
            if not notice.pending or notice.tries_left <= 0:
                del self._notices[name]
                yield notice

    async def _wait_for_retry(self) -> None:
        await wait_at_most(self._wake, self._retry_after)
        self._wake.clear()


async def _finish(notice: _Notice) -> None:
    if notice.on_end:
        await notice.on_end()

"""Send important notices to every admin. For each admin, a notice is repeated until it has arrived."""

import asyncio
from collections.abc import Callable, Collection

from bot.broadcast.authoring.admins import Admins
from bot.model.replies import SendText
from bot.runtime.loop_guard import LoopGuard
from bot.runtime.waiting import wait_at_most
from content.screens.reader import Reader
from content.screens.screen import Screen

_RETRY_AFTER = 60.0  # seconds
NoticeText = Callable[[Reader], Screen]


class AdminNotices:
    """The notices that wait to be sent to admins. Keep `run` running: it sends them.

    A newer notice replaces an older one of the same name.
    """

    def __init__(self, admins: Admins, default_language: str, retry_after: float = _RETRY_AFTER) -> None:
        self._admins = admins
        self._default_language = default_language
        self._retry_after = retry_after
        self._texts: dict[str, NoticeText] = {}
        self._pending: dict[str, set[int]] = {}  # by name, the admins that have not received it yet
        self._wake = asyncio.Event()

    def post(self, name: str, text: NoticeText, recipients: Collection[int] | None = None) -> None:
        """Queue a notice for `recipients`, by default for every admin.

        `text` builds it in the language of one admin; `name` identifies it.
        """
        self._texts[name] = text
        self._pending[name] = set(self._admins.ids if recipients is None else recipients)
        self._wake.set()

    async def on_rights_lost(self, admin: int) -> None:
        """Send nothing more to a person who is no longer an admin."""
        if admin not in self._admins.ids:
            for pending in self._pending.values():
                pending.discard(admin)

    def withdraw(self, name: str) -> None:
        """Stop sending the notice with this name, because it is no longer true."""
        self._pending.pop(name, None)

    async def run(self) -> None:
        """Send the notices until cancelled."""
        guard = LoopGuard("A notice to an admin")
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._pending:
                for name, admin in [(name, admin) for name, admins in self._pending.items() for admin in admins]:
                    with guard.guard():
                        await self._send(name, admin)
                self._pending = {name: admins for name, admins in self._pending.items() if admins}
                self._texts = {name: self._texts[name] for name in self._pending}
                if self._pending:
                    await self._wait_for_retry()

    async def _send(self, name: str, admin: int) -> None:
        if name not in self._pending:
            return
        text = self._texts[name]
        screen = text(await self._admins.reader(admin, self._default_language))
        if await self._admins.notify(admin, (SendText(screen),)) and self._texts[name] is text:
            self._pending.get(name, set()).discard(admin)

    async def _wait_for_retry(self) -> None:
        await wait_at_most(self._wake, self._retry_after)
        self._wake.clear()

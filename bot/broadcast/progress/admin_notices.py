"""Tell every admin what nobody asked for but somebody has to know, each as soon as they can be reached."""

import asyncio
from collections.abc import Callable

from bot.broadcast.authoring.admins import Admins
from bot.model.replies import SendText
from bot.runtime.loop_guard import LoopGuard
from content.screens.reader import Reader
from content.screens.screen import Screen

_AGAIN = 60.0  # seconds between tries to reach an admin
Words = Callable[[Reader], Screen]


class Notices:
    """Keep `run` running. One notice of a name at a time: a newer one takes the place of an older one."""

    def __init__(self, admins: Admins, lang: str, again: float = _AGAIN) -> None:
        """`lang` is for admins of whom no language is known."""
        self._admins = admins
        self._lang = lang
        self._again = again
        self._words: dict[str, Words] = {}
        self._untold: dict[str, set[int]] = {}  # names, and admins who were not told yet
        self._wake = asyncio.Event()

    def put(self, name: str, words: Words) -> None:
        """Tell it to every admin once."""
        self._words[name], self._untold[name] = words, set(self._admins.ids)
        self._wake.set()

    def drop(self, name: str) -> None:
        """It is true no longer: whoever was not told yet is not told."""
        self._untold.pop(name, None)

    async def run(self) -> None:
        """Until it is cancelled."""
        bearing = LoopGuard("A notice to an admin")
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._untold:
                for name, admin in [(name, admin) for name, admins in self._untold.items() for admin in admins]:
                    with bearing.guard():
                        await self._tell(name, admin)
                self._untold = {name: admins for name, admins in self._untold.items() if admins}
                if self._untold:
                    await self._some_time()

    async def _tell(self, name: str, admin: int) -> None:
        if name not in self._untold:
            return
        words = self._words[name]
        screen = words(await self._admins.reader(admin, self._lang))
        if await self._admins.notify(admin, (SendText(screen),)) and self._words[name] is words:
            self._untold.get(name, set()).discard(admin)

    async def _some_time(self) -> None:
        try:
            async with asyncio.timeout(self._again):
                await self._wake.wait()
        except TimeoutError:
            pass
        self._wake.clear()

"""Watching over broadcasts: one message an admin, edited every few seconds, and what its buttons do."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from bot.broadcast.authoring.admins import Admins
from bot.broadcast.delivery.context import BroadcastEvent
from bot.broadcast.delivery.pricing import FREE_PER_SECOND
from bot.broadcast.delivery.service import BroadcastService
from bot.broadcast.progress import progress_screen
from bot.broadcast.progress.final_report import FinalReport
from bot.broadcast.progress.progress_screen import SENDING, View
from bot.broadcast.progress.watchlist import MonitoredBroadcast, Watchlist
from bot.model.announcement import Announcement
from bot.model.audience import EVERYONE, count_by_language
from bot.model.events import SignedPress
from bot.model.replies import UNCERTAIN, Replies, SendText, Toast
from bot.runtime.loop_guard import LoopGuard
from content.screens.reader import Reader
from content.screens.screen import Screen
from storage.deliveries.broadcast_state import Status
from storage.store import Store

log = logging.getLogger(__name__)

EVERY = 3.0  # seconds between edits: an admin's chat is no place for thirty a minute and more
_EARLY = 20  # news at most that come before the handing over has ended


@dataclass(slots=True)
class _Pace:
    """How fast it goes, from the last looks."""

    at: float
    done: int
    rate: float


class ProgressMonitor:
    """Call `open` before anything else, and keep `run` running."""

    def __init__(
        self,
        store: Store,
        admins: Admins,
        service: BroadcastService,
        endings: FinalReport,
        rate: float,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._store = store
        self._admins = admins
        self._service = service
        self._endings = endings
        self._rate = rate
        self._now = now
        self._watched = Watchlist(store)
        self._paces: dict[int, _Pace] = {}
        self._shown: dict[tuple[int, int], Screen] = {}
        self._left: set[tuple[int, int]] = set()  # broadcast and admin: who wanted everything about them erased
        self._news: list[BroadcastEvent] = []
        self._early: deque[BroadcastEvent] = deque(maxlen=_EARLY)  # of what is not watched yet
        self._pressed: list[tuple[int, int, int]] = []  # broadcast, admin, message
        self._wake = asyncio.Event()
        self._bearing = LoopGuard("The progress of a broadcast")

    async def open(self) -> None:
        await self._watched.open()

    async def begin(self, number: int, said: Announcement, zone: int, lang: str) -> None:
        """From now on every admin sees how it goes."""
        if number in self._watched:
            return
        expected = (await count_by_language(self._store.subscribers, said.audience)).total()
        await self._watched.put(
            MonitoredBroadcast(number, expected, said.audience == EVERYONE, zone, lang, paid=said.paid)
        )
        self._news += [news for news in self._early if news.number == number]
        self._wake.set()

    def heard(self, news: BroadcastEvent) -> None:
        """From the engine."""
        self._news.append(news)
        self._wake.set()

    async def run(self) -> None:
        """Until it is cancelled."""
        unlooked = self._service.numbers()
        while True:
            self._wake.clear()
            for number in list(unlooked):
                with self._bearing.guard():
                    await self._find(number)
                    unlooked.remove(number)
            await self._look()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), EVERY)

    async def acted(self, event: SignedPress, reader: Reader) -> Replies:
        """What one of its buttons does. Buttons of what is no longer watched do nothing."""
        what, number = self.meant(event.action)
        if number not in self._watched:
            log.info("An admin's button was refused: its announcement is not watched any more")
            return (Toast(reader.say("toast.old_button")),)
        if what == "chart" and not event.is_expired and (view := self._view(self._watched[number])).has_chart:
            return (Toast(), *await self._endings.replies(reader, view))
        if what in progress_screen.ASKED and not event.is_expired:
            return (
                Toast(),
                SendText(progress_screen.sure(reader, self._service.progress(number), what.removeprefix("ask."))),
            )
        said = "expired" if event.is_expired else "done" if await self._done(what, number) else "nothing_to_do"
        self._pressed.append((number, event.sender.id, event.message))
        self._wake.set()
        return (Toast(reader.say(f"toast.{said}")),)

    def shown_to(self, admin: int) -> int:
        """Of how many broadcasts it is kept how this admin was shown them."""
        return sum(watched.names(admin) for watched in self._watched)

    async def forget(self, admin: int) -> None:
        """That; what they were shown they are not shown again until they press or are to be told of it."""
        if self.shown_to(admin):
            self._left |= {(watched.number, admin) for watched in self._watched}
            for watched in self._watched:
                watched.forget(admin)
            await self._watched.keep()

    def meant(self, action: str) -> tuple[str, int]:
        """What one of its buttons asks for, and of which broadcast; 0 for one of another time."""
        what, name = progress_screen.asked(action)
        return what, (self._service.number_of(name) or 0) if name else 0

    async def _done(self, what: str, number: int) -> bool:
        match what:
            case "show":
                return True
            case "pause":
                return await self._service.pause(number)
            case "only":
                return await self._service.send_only_unsent(number)
            case "resume" | "send":
                return await self._service.resume(number)
            case "stop":
                return await self._service.stop(number)
            case "recall":
                return await self._service.recall(number)
            case "resend":
                return await self._service.resend_unknown(number)
            case "retry":
                return await self._service.retry_refused(number)
            case _:
                return False

    async def _look(self) -> None:
        while self._pressed:
            with self._bearing.guard():
                await self._move(*self._pressed.pop(0))
        news, self._news = self._news, []
        for one in news:
            with self._bearing.guard():
                await self._told(one)
        for watched in self._watched:
            with self._bearing.guard():
                await self._follow(watched)

    async def _follow(self, watched: MonitoredBroadcast) -> None:
        view = self._view(watched)
        await self._show(watched, view)
        await self._endings.tell(watched, view, self._to(watched), self._watched.keep)
        for admin in set(self._admins.numbers) - set(self._to(watched)):
            if watched.names(admin):  # who left while something was shown to them
                watched.forget(admin)
                await self._watched.keep()
        if _is_over(view):
            await self._watched.drop(watched.number)

    async def _find(self, number: int) -> None:
        """What a crash kept from being watched."""
        progress = self._service.progress(number)
        if number in self._watched or (progress.ended is not None and progress.recall_until is None):
            return
        said = await self._service.announcement(number)
        if said is not None and said.pieces:
            await self.begin(number, said, 0, said.default)

    async def _told(self, news: BroadcastEvent) -> None:
        """What an admin should hear of with a sound: the message that is edited makes none."""
        watched = self._watched.get(news.number)
        if news.kind not in progress_screen.HEARD:
            return
        if watched is None:
            self._early.append(news)
            return
        view = self._view(watched)
        for admin in self._admins.numbers:
            screen = progress_screen.heard(await self._admins.reader(admin, watched.lang), view, news)
            await self._admins.tell(admin, (SendText(screen),))
            await self._move(news.number, admin)

    async def _move(self, number: int, admin: int, message: int | None = None) -> None:
        """An admin has one message with the progress: where they pressed, or a new one at the end of the chat."""
        watched = self._watched.get(number)
        if watched is None:
            return
        self._shown.pop((number, admin), None)
        self._left.discard((number, admin))
        before = watched.messages.pop(str(admin), None)
        if message is not None:
            watched.messages[str(admin)] = message
        if before is not None and before != message:
            reader = await self._admins.reader(admin, watched.lang)
            await self._admins.put(admin, progress_screen.moved(reader, number), before)
        await self._watched.keep()

    def _to(self, watched: MonitoredBroadcast) -> list[int]:
        return [admin for admin in self._admins.numbers if (watched.number, admin) not in self._left]

    async def _show(self, watched: MonitoredBroadcast, view: View) -> None:
        """To every admin, where it changed; to who has not seen it yet, as a new message."""
        changed = False
        for admin in self._to(watched):
            screen = progress_screen.screen(await self._admins.reader(admin, watched.lang), view, self._now())
            if self._shown.get((watched.number, admin)) == screen:
                continue
            before = watched.messages.get(str(admin))
            message = await self._admins.put(admin, screen, before)
            if message == UNCERTAIN:
                continue
            self._shown[watched.number, admin] = screen
            if message is None:
                changed = changed or watched.messages.pop(str(admin), None) is not None
            elif message != before:
                watched.messages[str(admin)], changed = message, True
                self._endings.shown(watched, view, admin)
        if changed:
            await self._watched.keep()

    def _view(self, watched: MonitoredBroadcast) -> View:
        progress = self._service.progress(watched.number)
        work, now, done = View(progress, 0, True, 1.0).working, self._now(), progress.claimed - progress.in_flight
        allowed = self._rate if watched.paid else min(self._rate, FREE_PER_SECOND)
        pace = self._paces.setdefault(watched.number, _Pace(now, done, allowed))
        is_running = work in SENDING and progress.jobs[work].status is Status.READY if work else False
        if is_running and now - pace.at >= 2 * EVERY:
            measured = (done - pace.done) / (now - pace.at)
            self._paces[watched.number] = pace = _Pace(now, done, measured)
        elif not is_running:
            self._paces[watched.number] = pace = _Pace(now, done, allowed)
        fails = self._store.database.last_error is not None
        return View(progress, watched.expected, watched.is_everyone, pace.rate, watched.zone, fails)


def _is_over(view: View) -> bool:
    """Nothing can be done about it any more."""
    progress = view.progress
    return progress.ended is not None and progress.recall_until is None and view.working is None

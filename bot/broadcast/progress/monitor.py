"""Show every admin the progress of each broadcast in a message that is edited, and handle the buttons below it."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace

from bot.broadcast.authoring.admins import Admins
from bot.broadcast.delivery.context import BroadcastEvent
from bot.broadcast.delivery.pricing import FREE_PER_SECOND
from bot.broadcast.delivery.service import BroadcastService
from bot.broadcast.progress import progress_actions, progress_screen
from bot.broadcast.progress.final_report import FinalReport
from bot.broadcast.progress.pace import PaceMeter
from bot.broadcast.progress.progress_actions import CONFIRMED, ProgressAction
from bot.broadcast.progress.progress_screen import NOTIFIED_EVENTS
from bot.broadcast.progress.progress_view import ProgressView
from bot.broadcast.progress.watchlist import MonitoredBroadcast, Watchlist
from bot.model.announcement import Announcement
from bot.model.audience import EVERYONE, count_by_language
from bot.model.events import SignedPress
from bot.model.replies import UNCERTAIN, Replies, SendText, Toast
from bot.runtime.loop_guard import LoopGuard
from bot.runtime.waiting import wait_at_most
from content.screens.reader import Reader
from content.screens.screen import Screen
from storage.deliveries.broadcast_state import SENDING, Status
from storage.store import Store

log = logging.getLogger(__name__)

UPDATE_EVERY = 3.0  # seconds between edits: more than twenty a minute are too many for one chat
_MAX_EARLY = 20  # events


class ProgressMonitor:
    """Show every admin the progress of the monitored broadcasts, and handle the buttons below it.

    A broadcast is monitored until it can no longer be recalled, edited or resent. Call `open` first, and keep `run`
    running. `rate` is in messages per second. `is_frozen` returns whether the bot is frozen and sends no broadcasts.
    """

    def __init__(
        self,
        store: Store,
        admins: Admins,
        service: BroadcastService,
        final_report: FinalReport,
        rate: float,
        now: Callable[[], float] = time.time,
        is_frozen: Callable[[], bool] = lambda: False,
    ) -> None:
        self._store = store
        self._admins = admins
        self._service = service
        self._final_report = final_report
        self._rate = rate
        self._now = now
        self._is_frozen = is_frozen
        self._watchlist = Watchlist(store)
        self._pace = PaceMeter()
        self._shown: dict[tuple[int, int], Screen] = {}  # by broadcast and admin
        self._erased: set[tuple[int, int]] = set()  # (broadcast, admin): data erased while a screen was being shown
        self._events: list[BroadcastEvent] = []
        # Events of broadcasts that are not monitored yet: the engine may be faster than the handover.
        self._early: deque[BroadcastEvent] = deque(maxlen=_MAX_EARLY)
        self._pressed: list[tuple[int, int, int | None]] = []  # broadcast, admin, message
        self._wake = asyncio.Event()
        self._guard = LoopGuard("The progress of a broadcast")

    async def open(self) -> None:
        """Load the monitored broadcasts from the database."""
        await self._watchlist.open()

    async def begin(self, number: int, announcement: Announcement, zone: int, language: str) -> None:
        """Start to monitor a broadcast. If it is already monitored, only set the time zone of its screens.

        `zone` is an index in ZONES. `language` is the language of the admin who wrote the announcement.
        """
        if number in self._watchlist:
            await self._watchlist.set_zone(number, zone)
            return
        expected = await count_by_language(self._store.subscribers, announcement.audience)
        await self._watchlist.add(
            MonitoredBroadcast(
                number=number,
                expected=expected.total(),
                by_language=dict(expected),
                is_everyone=announcement.audience == EVERYONE,
                zone=zone,
                language=language,
                is_paid=announcement.paid,
            )
        )
        self._events += [event for event in self._early if event.number == number]
        self._wake.set()

    def on_event(self, event: BroadcastEvent) -> None:
        """Queue an event of the delivery engine, about which `run` notifies the admins."""
        self._events.append(event)
        self._wake.set()

    async def run(self) -> None:
        """Keep the progress screens up to date, and notify admins of queued events, until cancelled."""
        unchecked = self._service.numbers()
        while True:
            self._wake.clear()
            for number in list(unchecked):
                with self._guard.guard():
                    await self._monitor_unless_over(number)
                    unchecked.remove(number)
            await self._update()
            await wait_at_most(self._wake, UPDATE_EVERY)

    async def press(self, event: SignedPress, reader: Reader) -> Replies:
        """Handle a press of a button. Once its broadcast is not monitored any more, only its chart can be opened."""
        action, number = self.parse_action(event.action)
        if action is ProgressAction.CHART and number and not event.is_expired:
            view = await self.view(number)
            if view.has_chart:
                return (Toast(), *await self._final_report.replies(reader, view))
        if number not in self._watchlist:
            log.info("An admin's button was refused: its announcement is not monitored any more")
            return (Toast(reader.say("toast.old_button")),)
        if event.is_expired:
            return self._toast(event, number, reader, "expired")
        if action in CONFIRMED:
            progress = self._service.progress(number)
            return (Toast(), SendText(progress_actions.confirmation(reader, progress, CONFIRMED[action])))
        is_done = await progress_actions.perform(action, number, self._service, by=event.sender.id)
        return self._toast(event, number, reader, "done" if is_done else "nothing_to_do")

    def _toast(self, event: SignedPress, number: int, reader: Reader, key: str) -> Replies:
        """Answer a press with the phrase `toast.{key}`, then show the progress in the message with the button."""
        self._pressed.append((number, event.sender.id, event.message))
        self._wake.set()
        return (Toast(reader.say(f"toast.{key}")),)

    def show_in(self, number: int, admin: int, message: int | None) -> bool:
        """Show `admin` the progress of a broadcast in `message` from now on; None means a new message.

        Return False and do nothing if the broadcast is no longer monitored.
        """
        if number not in self._watchlist:
            return False
        self._pressed.append((number, admin, message))
        self._wake.set()
        return True

    async def report_screen(self, number: int, reader: Reader, list_action: str) -> Screen:
        """Return the progress screen of a broadcast. The button back to the list has the action `list_action`."""
        return progress_screen.screen(reader, await self.view(number), self._now(), list_action)

    async def view(self, number: int) -> ProgressView:
        """Return what the screens need to know about a broadcast, monitored or not."""
        if monitored := self._watchlist.get(number):
            return self._view(monitored)
        announcement, claimed = await self._service.announcement(number), self._service.progress(number).claimed
        is_everyone = announcement is not None and announcement.audience == EVERYONE
        return self._view(MonitoredBroadcast(number, claimed, is_everyone, zone=0, language=""))

    def edit_question(self, number: int, action: ProgressAction, reader: Reader) -> Screen:
        """Return the question whether to discard the admin's draft, so that `action` can open broadcast `number`."""
        return progress_actions.edit_question(reader, self._service.progress(number), action)

    def zone_of(self, number: int) -> int:
        """Return the time zone for the times of a broadcast, as an index in ZONES; 0 if it is not monitored."""
        return self._watchlist[number].zone if number in self._watchlist else 0

    def parse_action(self, action: str) -> tuple[ProgressAction | None, int]:
        """Return a button's action (None if unknown) and the number of its broadcast (0 if unknown)."""
        parsed, name = progress_actions.parse_action(action)
        return parsed, (self._service.number_of(name) or 0) if name else 0

    def shown_to(self, admin: int) -> int:
        """Count the monitored broadcasts for which a message or a report to this admin is stored."""
        return sum(broadcast.concerns(admin) for broadcast in self._watchlist)

    async def forget(self, admin: int) -> None:
        """Erase records of messages to `admin`; show no progress until they press a button or an event happens."""
        if self.shown_to(admin):
            self._erased |= {(broadcast.number, admin) for broadcast in self._watchlist}
            for broadcast in self._watchlist:
                broadcast.forget(admin)
            await self._watchlist.save()

    async def _update(self) -> None:
        while self._pressed:
            with self._guard.guard():
                await self._move(*self._pressed.pop(0))
        events, self._events = self._events, []
        for event in events:
            with self._guard.guard():
                await self._notify(event)
        for broadcast in self._watchlist:
            with self._guard.guard():
                await self._follow(broadcast)

    async def _follow(self, broadcast: MonitoredBroadcast) -> None:
        view = self._view(broadcast)
        await self._show(broadcast, view)
        await self._final_report.send(broadcast, view, self._viewers(broadcast), self._watchlist.save)
        for admin in set(self._admins.ids) - set(self._viewers(broadcast)):
            if broadcast.concerns(admin):  # their data was erased while the screen was being shown
                broadcast.forget(admin)
                await self._watchlist.save()
        if view.is_over:
            await self._watchlist.remove(broadcast.number)

    async def _monitor_unless_over(self, number: int) -> None:
        """Start to monitor a broadcast that a crash has left unmonitored. Do nothing if it is over."""
        progress = self._service.progress(number)
        if number in self._watchlist or (progress.ended is not None and progress.recall_until is None):
            return
        if (announcement := await self._service.announcement(number)) and announcement.pieces:
            await self.begin(number, announcement, 0, announcement.default)

    async def _notify(self, event: BroadcastEvent) -> None:
        """Report an event to every admin in a new message, then show the progress in another new message below it."""
        if event.kind not in NOTIFIED_EVENTS:
            return
        broadcast = self._watchlist.get(event.number)
        if broadcast is None:
            self._early.append(event)
            return
        view = self._view(broadcast)
        for admin in self._admins.ids:
            reader = await self._admins.reader(admin, broadcast.language)
            await self._admins.notify(admin, (SendText(progress_screen.event_screen(reader, view, event)),))
            await self._move(event.number, admin)

    async def _move(self, number: int, admin: int, message: int | None = None) -> None:
        """Show `admin` the progress in `message` from now on; None means a new message.

        Delete the old message with the progress. If that fails, edit it to say that the progress has moved.
        """
        if (broadcast := self._watchlist.get(number)) is None:
            return
        self._shown.pop((number, admin), None)
        self._erased.discard((number, admin))
        before = broadcast.messages.pop(admin, None)
        if message is not None:
            broadcast.messages[admin] = message
        if before is not None and before != message and not await self._admins.remove(admin, before):
            reader = await self._admins.reader(admin, broadcast.language)
            await self._admins.show(admin, progress_screen.moved_screen(reader, number), before)
        await self._watchlist.save()

    def _viewers(self, broadcast: MonitoredBroadcast) -> list[int]:
        return [admin for admin in self._admins.ids if (broadcast.number, admin) not in self._erased]

    async def _show(self, broadcast: MonitoredBroadcast, view: ProgressView) -> None:
        """Send the progress screen to each admin who has none yet, and edit it for the others if it has changed."""
        has_changed = False
        for admin in self._viewers(broadcast):
            reader = await self._admins.reader(admin, broadcast.language)
            screen = progress_screen.screen(reader, view, self._now())
            if self._shown.get((broadcast.number, admin)) != screen:
                has_changed |= await self._show_to(admin, screen, broadcast, view)
        if has_changed:
            await self._watchlist.save()

    async def _show_to(self, admin: int, screen: Screen, broadcast: MonitoredBroadcast, view: ProgressView) -> bool:
        """Send or edit an admin's progress screen. Return whether the id of its message has changed."""
        before = broadcast.messages.get(admin)
        message = await self._admins.show(admin, screen, before)
        if message == UNCERTAIN:
            return False
        self._shown[broadcast.number, admin] = screen
        if message is None:
            return broadcast.messages.pop(admin, None) is not None
        if message == before:
            return False
        broadcast.messages[admin] = message
        self._final_report.note_shown(broadcast, view, admin)
        return True

    def _view(self, broadcast: MonitoredBroadcast) -> ProgressView:
        allowed = self._rate if broadcast.is_paid else min(self._rate, FREE_PER_SECOND)
        view = ProgressView(
            progress=self._service.progress(broadcast.number),
            expected=broadcast.expected,
            is_everyone=broadcast.is_everyone,
            rate=allowed,
            zone=broadcast.zone,
            storage_fails=self._store.database.last_error is not None,
            is_frozen=self._is_frozen(),
            by_language=broadcast.by_language,
        )
        return replace(view, rate=self._measured_rate(view, allowed))

    def _measured_rate(self, view: ProgressView, allowed: float) -> float:
        progress, work = view.progress, view.current_job
        is_ready = work in SENDING and work is not None and progress.jobs[work].status is Status.READY
        is_running = is_ready and not view.is_asleep(self._now())
        done = progress.claimed - progress.in_flight - progress.waiting
        return self._pace.rate(progress.number, done=done, now=self._now(), allowed=allowed, is_running=is_running)

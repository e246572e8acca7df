"""Create, change and read broadcasts on behalf of admins.

Every operation changes the database in one transaction. The engine then reads the change and acts on it.
"""

import logging
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace

from bot.audit.trail import AuditEntry, AuditTrail
from bot.broadcast.delivery import pause_expiry, state_changes
from bot.broadcast.delivery.channel.channel_acts import ChannelActs
from bot.broadcast.delivery.results.progress import Progress, progress_of
from bot.model import announcement as announcement_model
from bot.model.announcement import Announcement
from storage.audit.record import AuditAct
from storage.deliveries import channel_post
from storage.deliveries.broadcast_state import Job, Status, Work
from storage.deliveries.broadcast_store import BroadcastChange
from storage.deliveries.ledger import Outcome
from storage.store import Store

log = logging.getLogger(__name__)


class BroadcastService:
    """Create broadcasts, change them, and report their progress.

    A method that changes a broadcast returns False if there was nothing to change, and raises KeyError for an unknown
    number. `by` is the id of the admin who makes the change. One transaction stores the change and its record in the
    audit log.
    """

    def __init__(
        self, store: Store, trail: AuditTrail, wake: Callable[[int], None], now: Callable[[], float]
    ) -> None:
        """`wake(number)` makes the engine check this broadcast at once. `now` returns Unix time."""
        self._store = store
        self._broadcasts = store.broadcasts
        self._trail = trail
        self._wake_engine = wake
        self._now = now
        self.channel = ChannelActs(store.broadcasts, trail, wake)

    async def create(self, announcement: Announcement, at: float | None = None, *, by: int) -> int:
        """Store a new broadcast, to be sent at `at` (Unix time), or at once if that is None. Return its number."""
        now = self._now()
        job, content = Job(Work.SEND, now if at is None else at), announcement_model.encode(announcement)
        posts = channel_post.waiting(announcement.channel.languages if announcement.channel else ())
        async with self._broadcasts.creating(content, job, now, posts) as created:
            await self._record(created, AuditAct.SENT, by, announcement)
        self._wake_engine(created.standing.number)
        return created.standing.number

    async def pause(self, number: int, *, by: int) -> bool:
        """Pause all jobs of a broadcast that are running or due later, until an admin resumes them."""
        return await self._change(number, Work, state_changes.paused_by_admin, act=AuditAct.PAUSED, by=by)

    async def require_confirmation(self, number: int) -> bool:
        """Pause a broadcast until another admin approves it. If its sending has begun or ended, return False."""
        async with self._broadcasts.changing(number) as inside:
            job = inside.standing.jobs[Work.SEND]
            if inside.standing.begun is not None or job.status is Status.OVER:
                return False
            inside.standing = inside.standing.with_job(state_changes.unconfirmed(job))
        self._wake_engine(number)
        return True

    async def resume(self, number: int, *, by: int) -> bool:
        """Resume all paused jobs of a broadcast, whatever the reason for the pause.

        If Telegram had refused the content, store the text of that error in `excused`. Later refusals with this text
        then count as problems of single recipients, and do not pause the broadcast.
        """
        async with self._broadcasts.changing(number) as inside:
            paused = [job for job in inside.standing.jobs.values() if job.status is Status.PAUSED]
            for job in paused:
                excused = {*inside.standing.excused, *filter(None, [job.refused_words])}
                state = inside.standing.with_job(state_changes.resumed(job))
                inside.standing = replace(state, excused=tuple(sorted(excused)))
            if paused:
                await self._record(inside, state_changes.act_of_resuming(paused), by)
        self._wake_engine(number)
        return bool(paused)

    async def stop(self, number: int, *, by: int) -> bool:
        """Stop all jobs of a broadcast for good, except the job that deletes discreet notices.

        The remaining recipients get nothing. Edits and deletions in progress stop too.
        """
        changed, unfinished = state_changes.stopped, (Status.READY, Status.PAUSED)
        return await self._change(number, _BY_ADMINS, changed, act=AuditAct.STOPPED, by=by, statuses=unfinished)

    async def send_only_unsent(self, number: int, *, by: int) -> bool:
        """Resume a held broadcast, but send only to recipients who were claimed and certainly got nothing.

        A broadcast is held after a restore or downtime, because another process may have sent it. So subscribers who
        were not claimed yet get nothing. Nor do recipients who wait for the end of quiet hours or for a digest; they
        are stored as unknown.
        """
        async with self._broadcasts.changing(number) as inside:
            if is_paused := (job := inside.standing.jobs[Work.SEND]).status is Status.PAUSED:
                await self._broadcasts.replace_outcome(inside, Outcome.WAITING, Outcome.UNKNOWN)
                inside.standing = inside.standing.with_job(state_changes.only_unsent(job))
                await self._record(inside, AuditAct.RELEASED_UNSENT, by)
        self._wake_engine(number)
        return is_paused

    async def recall(self, number: int, *, by: int) -> bool:
        """Stop sending and editing a broadcast, and delete its messages in all chats."""
        return await self._add_job(number, Work.RECALL, act=AuditAct.WITHDRAWN, by=by, stops=_BY_ADMINS)

    async def edit(self, number: int, announcement: Announcement, *, by: int) -> bool:
        """Replace the text of a broadcast in all chats, and for the remaining recipients. Media stay the same.

        If Telegram had refused the old content, sending resumes with the new one.
        """
        return await self._add_job(number, Work.EDIT, act=AuditAct.EDITED, by=by, announcement=announcement)

    async def reschedule(
        self, number: int, at: float | None, announcement: Announcement | None = None, *, by: int
    ) -> bool:
        """Change the time of a scheduled broadcast to `at` (Unix time); None means to send it at once.

        If `announcement` is given, also replace the text. If the broadcast is no longer scheduled, return False.
        """
        content = None if announcement is None else await self._encoded(number, announcement)
        async with self._broadcasts.changing(number) as inside:
            state = inside.standing
            if state_changes.scheduled_at(state, self._now()) is None:
                return False
            if content is not None:
                await self._broadcasts.replace_content(inside.change, number, content)
            inside.standing = state_changes.with_send_time(state, at)
            await self._record(inside, AuditAct.RESCHEDULED, by, announcement)
        self._wake_engine(number)
        return True

    async def resend_unknown(self, number: int, *, by: int) -> bool:
        """Send again to recipients whose delivery is unknown. Some of them may get the message twice."""
        return await self._add_job(number, Work.RESEND, act=AuditAct.RESENT_UNKNOWN, by=by)

    async def retry_refused(self, number: int, *, by: int) -> bool:
        """Send again to recipients for whom Telegram refused the message for a reason that may be over."""
        return await self._add_job(number, Work.RETRY, act=AuditAct.RESENT_REFUSED, by=by)

    def progress(self, number: int) -> Progress:
        """Return the progress of a broadcast. Raises KeyError for an unknown number."""
        return progress_of(pause_expiry.with_expiry(self._broadcasts.known[number], self._now()))

    def scheduled_at(self, number: int) -> float | None:
        """Return the Unix time at which a broadcast will be sent; None if it is not scheduled, or unknown."""
        state = self._broadcasts.known.get(number)
        return None if state is None else state_changes.scheduled_at(state, self._now())

    def number_of(self, name: str) -> int | None:
        """Return the number of the broadcast with this name; None if there is none.

        The name, which is the number and a tag, is part of the actions of buttons. Raises ValueError if it has
        another form.
        """
        state = self._broadcasts.known.get(int(name.partition(".")[0]))
        return state.number if state and state.name == name else None

    def numbers(self) -> list[int]:
        """Return the numbers of all broadcasts, oldest first."""
        return sorted(self._broadcasts.known)

    async def announcement(self, number: int) -> Announcement | None:
        """Return the announcement of a broadcast; None if it is unknown or cannot be read."""
        stored = await self._broadcasts.content(number)
        try:
            return None if stored is None else announcement_model.decode(stored)
        except (ValueError, KeyError, TypeError):
            log.warning("The announcement of broadcast %d cannot be read: it is left out", number)
            return None

    async def forget(self, chat: int) -> list[int]:
        """Erase the person with this chat id from the ledgers of all broadcasts.

        Return the ids of the discreet notices in the chat, which the caller must delete now. A discreet notice is a
        neutral message in place of an announcement.
        """
        async with self._store.database.transaction() as change:
            messages = await self._store.ledger_eraser.erase(change, [chat], pushes_too=True)
        self._store.database.mark_erased()
        return messages

    async def _change(
        self,
        number: int,
        works: Iterable[Work],
        changed: Callable[[Job], Job],
        *,
        act: AuditAct,
        by: int,
        statuses: Collection[Status] = (Status.READY,),
    ) -> bool:
        """Apply `changed` to jobs whose kind is in `works` and whose status is in `statuses`. Record `act`.

        Return False, and record nothing, if there are no such jobs.
        """
        async with self._broadcasts.changing(number) as inside:
            jobs = [inside.standing.jobs[work] for work in works if work in inside.standing.jobs]
            concerned = [changed(job) for job in jobs if job.status in statuses]
            for job in concerned:
                inside.standing = inside.standing.with_job(job)
            if concerned:
                inside.standing = state_changes.with_posts_after(inside.standing, act)
                await self._record(inside, act, by)
        self._wake_engine(number)
        return bool(concerned)

    async def _encoded(self, number: int, announcement: Announcement) -> bytes:
        """Return the new content of a broadcast as it is stored: `announcement`, but with old values of some fields.

        `paid` is always taken from the old content. `urgent` is taken from it if the broadcast is no longer
        scheduled.
        """
        if before := await self.announcement(number):
            urgent = before.urgent if self.scheduled_at(number) is None else announcement.urgent
            announcement = replace(announcement, paid=before.paid, urgent=urgent)
        return announcement_model.encode(announcement)

    async def _add_job(
        self,
        number: int,
        work: Work,
        *,
        act: AuditAct,
        by: int,
        stops: Iterable[Work] = (),
        announcement: Announcement | None = None,
    ) -> bool:
        """Add a job of the kind `work`, end the jobs of the kinds `stops`, and record `act`.

        If `announcement` is given, it replaces the content of the broadcast. Return False and change nothing if the
        ledger is destroyed, or if a job of this kind is not over yet.
        """
        content = None if announcement is None else await self._encoded(number, announcement)
        async with self._broadcasts.changing(number) as inside:
            state = inside.standing
            if state.key is None or state_changes.is_under_way(state, work):
                return False
            for other in stops:
                if state_changes.is_under_way(state, other):
                    state = state.with_job(state_changes.recalled(state.jobs[other]))
            if content is not None:
                await self._broadcasts.replace_content(inside.change, number, content)
                state = state_changes.with_new_content(state)
            inside.standing = state_changes.with_new_job(state, work, self._now())
            await self._record(inside, act, by, announcement)
        self._wake_engine(number)
        return True

    async def _record(
        self, inside: BroadcastChange, act: AuditAct, by: int, announcement: Announcement | None = None
    ) -> None:
        digest = announcement_model.content_digest(announcement) if announcement else b""
        await self._trail.record(inside.change, AuditEntry(act, by, inside.standing.name, digest))


_BY_ADMINS = [work for work in Work if work is not Work.CLEAN]

"""What an admin does with broadcasts, and sees of them: rows changed in a transaction, which the engine goes by."""

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from bot.broadcast.delivery import pause_expiry
from bot.broadcast.delivery.results import refusal_kinds
from bot.model import announcement as announcement_model
from bot.model.announcement import Announcement
from storage.deliveries.broadcast_state import (
    LIST_IS_DONE,
    SENDING,
    BroadcastState,
    Held,
    Job,
    JobReason,
    Status,
    Work,
)
from storage.deliveries.ledger import Outcome
from storage.store import Store

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Progress:
    """Counted from the ledger: sent + refused + unknown + left + skipped = claimed, but for who is `in_flight`."""

    number: int
    name: str  # for buttons, with a tag that no other broadcast of this number has
    claimed: int
    sent: int
    refused: int
    refused_for_now: int  # of the refused
    unknown: int
    left: int
    skipped: int
    in_flight: int
    jobs: Mapping[Work, Job]
    begun: float | None
    ended: float | None
    recall_until: float | None  # when the ledger goes, and with it the chance to recall, edit or resend
    stops_at: float | None  # for good, when nobody resumes it
    reasons: Mapping[str, int] = field(default_factory=dict)  # of the refused, by kind
    unsent: int = 0  # of those in flight: surely not sent to
    held: Held | None = None


class BroadcastService:
    """Operations raise KeyError for a number that there is not; False where there was nothing to do.

    `poke` tells the engine to look at once.
    """

    def __init__(self, store: Store, wake: Callable[[int], None], now: Callable[[], float]) -> None:
        self._store = store
        self._rows = store.broadcasts
        self._wake_engine = wake
        self._now = now

    async def create(self, said: Announcement, at: float | None = None) -> int:
        """Sent at once, or at `at` in Unix time; it survives whatever happens meanwhile. Its number."""
        now = self._now()
        made = await self._rows.create(
            announcement_model.encode(said), Job(Work.SEND, now if at is None else at), now
        )
        self._wake_engine(made.number)
        return made.number

    async def schedule(self, number: int, at: float) -> bool:
        """Another time for what has not begun."""
        if self._rows.known[number].begun is not None:
            return False
        return await self._change(number, [Work.SEND], lambda job: replace(job, at=at))

    async def pause(self, number: int) -> bool:
        return await self._change(
            number, Work, lambda job: replace(job, status=Status.PAUSED, reason=JobReason.ADMIN)
        )

    async def resume(self, number: int) -> bool:
        """Also what was held, or stopped by the breaker.

        The words for which the content was judged wrong concern people from now on.
        """
        async with self._rows.changing(number) as inside:
            paused = [job for job in inside.standing.jobs.values() if job.status is Status.PAUSED]
            for job in paused:
                excused = {*inside.standing.excused, *filter(None, [job.refused_words])}
                standing = inside.standing.with_job(replace(job, status=Status.READY, reason=None, detail=""))
                inside.standing = replace(standing, excused=tuple(sorted(excused)))
        self._wake_engine(number)
        return bool(paused)

    async def stop(self, number: int) -> bool:
        """For good; who was not sent to is skipped. Recalls and edits stop too."""

        def stopped(job: Job) -> Job:
            return replace(job, status=Status.OVER, reason=JobReason.STOPPED, detail="")

        ready = await self._change(number, _BY_ADMINS, stopped)
        return await self._change(number, _BY_ADMINS, stopped, Status.PAUSED) or ready

    async def send_only_unsent(self, number: int) -> bool:
        """Of what is held, only to those surely not sent to; whoever else is still to come does not get it."""

        def only(job: Job) -> Job:
            return replace(job, status=Status.READY, reason=JobReason.ONLY_UNSENT, detail="", place=LIST_IS_DONE)

        return await self._change(number, [Work.SEND], only, Status.PAUSED)

    async def recall(self, number: int) -> bool:
        """Deletes it in all chats; what is still being sent stops first."""
        return await self._again(number, Work.RECALL, stops=_BY_ADMINS)

    async def edit(self, number: int, said: Announcement) -> bool:
        """Say it anew in all chats, those to come included; media stay what they are.

        What was paused because Telegram refused the content goes on with the new one.
        """
        return await self._again(number, Work.EDIT, said=said)

    async def resend_unknown(self, number: int) -> bool:
        """To those of whom nobody knows whether they got it: some may get it twice."""
        return await self._again(number, Work.RESEND)

    async def retry_refused(self, number: int) -> bool:
        """Those refused for now."""
        return await self._again(number, Work.RETRY)

    def progress(self, number: int) -> Progress:
        return _progress(pause_expiry.dated(self._rows.known[number], self._now()))

    def number_of(self, name: str) -> int | None:
        """The number of the broadcast that buttons call so; None for one of another time, or none at all."""
        number = int(name.partition(".")[0])
        return number if number in self._rows.known and self._rows.known[number].name == name else None

    def numbers(self) -> list[int]:
        return sorted(self._rows.known)

    async def announcement(self, number: int) -> Announcement | None:
        """None also where it is written as no version of this code writes it: the others are shown all the same."""
        said = await self._rows.said(number)
        try:
            return None if said is None else announcement_model.decode(said)
        except (ValueError, KeyError, TypeError):
            log.warning("What broadcast %d says cannot be read: it is left out", number)
            return None

    async def forget(self, chat: int) -> list[int]:
        """Takes somebody out of all ledgers; the ids of discreet pushes in their chat, to be deleted now."""
        async with self._store.database.writing() as change:
            pushes = await self._store.forgetting.forget(change, [chat], pushes_too=True)
        self._store.database.erased()
        return pushes

    async def _change(
        self, number: int, works: Iterable[Work], how: Callable[[Job], Job], only: Status = Status.READY
    ) -> bool:
        async with self._rows.changing(number) as inside:
            jobs = [inside.standing.jobs[work] for work in works if work in inside.standing.jobs]
            concerned = [how(job) for job in jobs if job.status is only]
            for job in concerned:
                inside.standing = inside.standing.with_job(job)
        self._wake_engine(number)
        return bool(concerned)

    async def _again(
        self, number: int, work: Work, stops: Iterable[Work] = (), said: Announcement | None = None
    ) -> bool:
        """A further job on a ledger that is still there; one that is under way is not begun anew."""
        async with self._rows.changing(number) as inside:
            standing = inside.standing
            job = standing.jobs.get(work)
            if standing.key is None or (job is not None and job.status is not Status.OVER):
                return False
            for other in stops:
                if other in standing.jobs and standing.jobs[other].status is not Status.OVER:
                    recalled = replace(standing.jobs[other], status=Status.OVER, reason=JobReason.RECALLED, detail="")
                    standing = standing.with_job(recalled)
            if said is not None:
                await self._rows.say(inside.change, number, announcement_model.encode(said))
                standing = _with_new_content(standing)
            if work in SENDING:
                standing = replace(standing, ended=None, destroy_at=None)  # the two days begin anew behind it
            if work is Work.RETRY:
                kept = {kind: count for kind, count in standing.reasons.items() if kind in refusal_kinds.FOR_GOOD}
                standing = replace(standing, reasons=kept)
            if work is not Work.EDIT or _has_reached_anybody(standing):
                standing = standing.with_job(Job(work, self._now()))
            inside.standing = standing
        self._wake_engine(number)
        return True


def _with_new_content(standing: BroadcastState) -> BroadcastState:
    """What was paused for the old content goes on; of words about the new one nothing is known."""
    for job in standing.jobs.values():
        if job.status is Status.PAUSED and job.refused_words:
            standing = standing.with_job(replace(job, status=Status.READY, reason=None, detail=""))
    return replace(standing, excused=())


def _has_reached_anybody(standing: BroadcastState) -> bool:
    return bool(standing.totals[Outcome.SENT] or standing.totals[Outcome.CLAIMED])


_BY_ADMINS = [work for work in Work if work is not Work.CLEAN]


def _progress(one: BroadcastState) -> Progress:
    totals = one.totals
    return Progress(
        one.number,
        one.name,
        one.claimed,
        totals[Outcome.SENT],
        totals[Outcome.REFUSED] + totals[Outcome.PUT_OFF],
        totals[Outcome.PUT_OFF],
        totals[Outcome.UNKNOWN],
        totals[Outcome.LEFT],
        totals[Outcome.SKIPPED],
        totals[Outcome.CLAIMED] + totals[Outcome.AGAIN],
        one.jobs,
        one.begun,
        one.ended,
        one.destroy_at,
        one.stop_at,
        one.reasons,
        totals[Outcome.AGAIN],
        one.held,
    )

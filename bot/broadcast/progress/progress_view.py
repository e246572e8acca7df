"""Summarize the progress of a broadcast for its screens: the current job, the share done, how it ended. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import assert_never

from bot.broadcast.delivery.results.progress import Progress
from bot.model.small_numbers import PRIVACY_THRESHOLD
from storage.deliveries.broadcast_state import JobReason, Status, Work
from storage.deliveries.timeline import NARROWEST

MIN_CHART_SECONDS = 2 * NARROWEST  # a shorter broadcast has no chart
CHART_STEPS = 10  # of a chart, for a broadcast to only some subscribers
_JOB_ORDER = (Work.RECALL, Work.EDIT, Work.RESEND, Work.RETRY, Work.SEND)  # the first that is not over is shown


class Ending(StrEnum):
    """How a broadcast ended. The phrase for each value has the key `progress.{value}`."""

    ENDED = "ended"
    STOPPED = "stopped"  # by an admin
    RECALLED = "recalled"
    EXPIRED = "expired"  # it was paused for too long
    CONTENT = "content"  # Telegram refused the content


def current_job(progress: Progress) -> Work | None:
    """Return the kind of the job that is running, paused or scheduled; None if all jobs of the broadcast are over."""
    jobs = progress.jobs
    return next((work for work in _JOB_ORDER if work in jobs and jobs[work].status is not Status.OVER), None)


@dataclass(frozen=True, slots=True)
class ProgressView:
    """The progress of a broadcast, and further data that its screens show.

    `expected` is the number of recipients when the broadcast began. `by_language` has this number for each language;
    it is empty if unknown. `is_everyone` is True if the broadcast goes to all subscribers. `rate` is in messages per
    second: measured, or the allowed rate before the first measurement. `zone` is an index in ZONES. `storage_fails`
    is True while the database cannot be written. `is_frozen` is True if the bot sends nothing because of an
    emergency.
    """

    progress: Progress
    expected: int
    is_everyone: bool
    rate: float
    zone: int = 0
    storage_fails: bool = False
    is_frozen: bool = False
    by_language: Mapping[str, int] = field(default_factory=dict)

    @property
    def current_job(self) -> Work | None:
        """Return the kind of the job that is running, paused or scheduled; None if all jobs are over."""
        return current_job(self.progress)

    @property
    def is_over(self) -> bool:
        """Return whether the broadcast has ended and can no longer be recalled, edited or resent."""
        return self.progress.ended is not None and self.progress.recall_until is None and self.current_job is None

    @property
    def is_recalled(self) -> bool:
        """Return whether the messages of the broadcast are being deleted or were deleted on request of an admin.

        If an admin stopped the deletion, return False.
        """
        recall = self.progress.jobs.get(Work.RECALL)
        return recall is not None and recall.reason is not JobReason.STOPPED

    def is_asleep(self, now: float) -> bool:
        """Return whether nothing is sent now because all remaining recipients have to wait.

        Before sending has begun, return False.
        """
        if self.current_job is None or self.progress.begun is None:
            return False
        job = self.progress.jobs[self.current_job]
        return job.status is Status.READY and job.at > now

    @property
    def remaining(self) -> int:
        """Return how many recipients are still to be sent to, not counting those who have to wait."""
        return max(0, self.expected - self.progress.claimed + self.progress.in_flight)

    def share_done(self, work: Work) -> float:
        """Return how much of the job of kind `work` is done, from 0 to 1.

        For the first delivery, this is the share of recipients who are done. Those who have to wait count as done, so
        that the share does not reveal how few they are. For any other job, it is the share of messages that it has
        handled.
        """
        if work is Work.SEND:
            done, remaining = self.progress.claimed - self.progress.in_flight, self.remaining
        else:
            done = sum(self.progress.jobs[work].counts.values())
            remaining = max(0, self.progress.sent - done)
        return done / (done + remaining) if remaining else 1.0

    @property
    def seconds(self) -> float:
        """Return how many seconds sending took; 0 before sending has ended."""
        begun, ended = self.progress.begun, self.progress.ended
        return max(0.0, ended - begun) if begun is not None and ended is not None else 0.0

    @property
    def has_chart(self) -> bool:
        """Return whether sending took long enough, and reached enough people, for a chart.

        If the broadcast went to only some subscribers, each step of the chart must stand for at least
        PRIVACY_THRESHOLD people.
        """
        needed = 1 if self.is_everyone else CHART_STEPS * PRIVACY_THRESHOLD
        return self.seconds >= MIN_CHART_SECONDS and self.progress.sent >= needed

    @property
    def ending(self) -> Ending:
        """Return how the broadcast ended. Call this only if `current_job` is None."""
        if self.is_recalled:
            return Ending.RECALLED
        reason = self.progress.jobs[Work.SEND].reason
        match reason:
            case JobReason.STOPPED:
                return Ending.STOPPED
            case JobReason.RECALLED:
                return Ending.RECALLED
            case JobReason.EXPIRED:
                return Ending.EXPIRED
            case JobReason.CONTENT:
                return Ending.CONTENT
            case JobReason.ADMIN | JobReason.HELD | JobReason.BREAKER | JobReason.STARS | JobReason.ERROR:
                return Ending.ENDED
            case JobReason.UNCONFIRMED | JobReason.ONLY_UNSENT | None:
                return Ending.ENDED
            case _:
                assert_never(reason)

"""Where a broadcast stands: its jobs, its totals, its deadlines; as data and as the JSON that is sealed."""

import json
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from storage.deliveries.ledger import Outcome, Totals
from storage.sealing.sealed_table import Place

_START = Place()
LIST_IS_DONE = Place(2**62, b"\xff" * 16)  # behind everybody on the list


class Work(StrEnum):
    """What can be done with a broadcast; at most one job of each."""

    SEND = "send"
    RESEND = "resend"  # to those of whom nobody knows
    RETRY = "retry"  # those refused for now
    EDIT = "edit"
    RECALL = "recall"
    CLEAN = "clean"  # discreet pushes, before Telegram no longer lets them be deleted


SENDING = frozenset({Work.SEND, Work.RESEND, Work.RETRY})


class Status(StrEnum):
    READY = "ready"  # worked on from `at`
    PAUSED = "paused"  # until it is resumed; `reason` says why
    OVER = "over"


class JobReason(StrEnum):
    """Why a job is paused, or ended before its time. Stored: never change a value."""

    ADMIN = "admin"  # paused by an admin
    HELD = "held"  # another process may have sent it: see bot/broadcast/delivery/restore_check.py
    BREAKER = "breaker"  # the circuit breaker opened; the detail is the kind of failure
    CONTENT = "content"  # Telegram refused the content; the detail is the words of the refusal
    STARS = "stars"  # the bot's Stars are not enough
    ERROR = "mistake"  # an unexpected error
    STOPPED = "stopped"  # by an admin, for good
    RECALLED = "recalled"
    EXPIRED = "expired"  # left paused for too long
    ONLY_UNSENT = "only"  # resumed for those alone who surely did not get it


@dataclass(frozen=True, slots=True)
class Job:
    """`place` is behind whom it goes on; `counts` is what a recall, edit or cleaning came to, by word."""

    work: Work
    at: float
    status: Status = Status.READY
    reason: JobReason | None = None
    detail: str = ""
    place: Place = _START
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def refused_words(self) -> str:
        """Return the words in which Telegram refused the content; empty when it did not."""
        return self.detail if self.reason is JobReason.CONTENT else ""


@dataclass(frozen=True, slots=True)
class Held:
    """When it was held for an admin, and the last heartbeat before: in between it was perhaps sent from elsewhere.

    `is_copy`: the database was put back from a backup.
    """

    beat: float
    at: float
    is_copy: bool


@dataclass(frozen=True, slots=True)
class BroadcastState:
    """Times are Unix seconds. `key` opens the ledger; None when it is destroyed.

    `begun` is the first claim, `ended` when nothing more is sent, `destroy_at` when the ledger goes, `clean_at` when
    the deletion of discreet pushes is due (None: there are none), `stop_at` when it is stopped, being left paused.
    `tag` is chance: a restored copy may give the same number to another broadcast. `reasons` counts refusals by kind.
    `excused` are words of refusals after which an admin resumed without a change: they concern people.
    """

    number: int
    created: float
    key: bytes | None = field(repr=False)
    jobs: Mapping[Work, Job] = field(default_factory=dict)
    totals: Totals = field(default_factory=Counter)
    begun: float | None = None
    ended: float | None = None
    destroy_at: float | None = None
    clean_at: float | None = None
    stop_at: float | None = None
    tag: str = ""
    reasons: Mapping[str, int] = field(default_factory=dict)
    excused: tuple[str, ...] = ()
    held: Held | None = None

    @property
    def name(self) -> str:
        """What buttons call it."""
        return f"{self.number}.{self.tag}" if self.tag else str(self.number)

    def with_job(self, job: Job) -> "BroadcastState":
        return replace(self, jobs={**self.jobs, job.work: job})

    @property
    def claimed(self) -> int:
        """How many it has come to, one way or another."""
        return sum(self.totals.values())

    def moved(self, counted: Totals) -> "BroadcastState":
        """With `counted` added; negative numbers take away."""
        totals = self.totals.copy()
        for outcome, count in counted.items():
            totals[outcome] += count
        return replace(self, totals=Counter({what: count for what, count in totals.items() if count}))


def encoded(one: BroadcastState) -> bytes:
    told = {
        "number": one.number,
        "created": one.created,
        "key": None if one.key is None else b64encode(one.key).decode(),
        "jobs": [_job_told(job) for job in one.jobs.values()],
        "totals": {str(int(what)): count for what, count in one.totals.items()},
        "begun": one.begun,
        "ended": one.ended,
        "destroy_at": one.destroy_at,
        "clean_at": one.clean_at,
        "stop_at": one.stop_at,
        "tag": one.tag,
        "reasons": dict(one.reasons),
        "excused": list(one.excused),
        "held": None if one.held is None else [one.held.beat, one.held.at, one.held.is_copy],
    }
    return json.dumps(told).encode()


def decoded(content: bytes) -> BroadcastState:
    told = json.loads(content)
    jobs = [_job(one) for one in told["jobs"]]
    return BroadcastState(
        told["number"],
        told["created"],
        None if told["key"] is None else b64decode(told["key"]),
        {job.work: job for job in jobs},
        Counter({Outcome(int(what)): count for what, count in told["totals"].items()}),
        told["begun"],
        told["ended"],
        told["destroy_at"],
        told["clean_at"],
        told.get("stop_at"),
        told.get("tag", ""),
        told.get("reasons", {}),
        tuple(told.get("excused", ())),
        None if told.get("held") is None else Held(*told["held"]),
    )


def _job_told(job: Job) -> dict[str, Any]:
    place = [job.place.epoch, job.place.pseudonym.hex()]
    return {
        "work": job.work, "at": job.at, "status": job.status, "why": _why(job), "place": place,
        "counts": dict(job.counts),
    }  # fmt: skip


def _why(job: Job) -> str:
    """Return the reason and its detail as they are stored: `"breaker: page"`, `"admin"`, or an empty text."""
    return ": ".join(filter(None, (job.reason, job.detail)))


def _job(told: dict[str, Any]) -> Job:
    epoch, pseudonym = told["place"]
    place = Place(epoch, bytes.fromhex(pseudonym))
    reason, _, detail = told["why"].partition(": ")
    return Job(
        work=Work(told["work"]),
        at=told["at"],
        status=Status(told["status"]),
        reason=JobReason(reason) if reason else None,
        detail=detail,
        place=place,
        counts=told["counts"],
    )

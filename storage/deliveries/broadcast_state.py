"""Define the state of a broadcast: its jobs, totals and deadlines. Encode the state as JSON for storing."""

from base64 import b64encode
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

import msgspec

from storage.deliveries.channel_post import Posts
from storage.deliveries.ledger import Totals, convert_totals
from storage.sealing.sealed_table import RowPosition

_START = RowPosition()
LIST_IS_DONE = RowPosition(2**62, b"\xff" * 16)  # after all subscribers


class Work(StrEnum):
    """A kind of job. A broadcast has at most one job of each kind. The values are stored, so never change one."""

    SEND = "send"
    RESEND = "resend"  # to recipients whose delivery is unknown
    RETRY = "retry"  # to recipients who were refused for now
    EDIT = "edit"
    RECALL = "recall"
    CLEAN = "clean"  # delete discreet messages, while Telegram still allows it


SENDING = frozenset({Work.SEND, Work.RESEND, Work.RETRY})


class Status(StrEnum):
    """The progress of a job. The values are stored in the database, so never change one."""

    READY = "ready"  # the job runs from the time `at`
    PAUSED = "paused"  # until it is resumed; `reason` says why
    OVER = "over"  # the job is finished or was ended early


class JobReason(StrEnum):
    """The reason why a job is paused, or was ended early. The values are stored, so never change one."""

    ADMIN = "admin"  # paused by an admin
    UNCONFIRMED = "unconfirmed"  # the admin who confirmed it lost the right to do so; another admin must
    HELD = "held"  # another process may have sent it: see bot/broadcast/delivery/restore_check.py
    BREAKER = "breaker"  # the circuit breaker opened; the detail is the kind of failure
    CONTENT = "content"  # Telegram refused the content; the detail is the words of the refusal
    STARS = "stars"  # the bot's Stars are not enough
    ERROR = "mistake"  # an unexpected error
    STOPPED = "stopped"  # by an admin, for good
    RECALLED = "recalled"
    EXPIRED = "expired"  # left paused for too long
    ONLY_UNSENT = "only"  # resumed only for recipients who certainly did not get the message


@dataclass(frozen=True, slots=True)
class Job:
    """A job on a broadcast, such as sending or editing its messages, and the progress of the job.

    - `at`: the Unix time from which the job runs.
    - `position`: the last row that is done, in the list of subscribers or in the ledger of recipients.
    - `reason`: why the job is paused or was ended early, or None. `detail` adds, for example, Telegram's error
      message.
    - `counts`: the results of a job that recalls, edits or deletes messages, by the name of the result.
    """

    work: Work
    at: float
    status: Status = Status.READY
    reason: JobReason | None = None
    detail: str = ""
    position: RowPosition = _START
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def refused_words(self) -> str:
        """Return the error message with which Telegram refused the announcement's content; "" without a refusal."""
        return self.detail if self.reason is JobReason.CONTENT else ""


@dataclass(frozen=True, slots=True)
class BroadcastHold:
    """The reason why a broadcast waits for an admin to decide: another process might have sent parts of it.

    - `last_heartbeat`, `at`: the other process might have sent between these two times, in Unix seconds.
    - `is_copy`: True when the database was restored from a backup or a replica.
    - `possibly_sent`: the number of recipients to whom the other process might have sent the announcement after that
      backup or replica was made. Their outcome was set to UNKNOWN.
    """

    last_heartbeat: float
    at: float
    is_copy: bool
    possibly_sent: int = 0


@dataclass(frozen=True, slots=True)
class BroadcastState:
    """The state of a broadcast, without its content and its recipients. Times are Unix seconds.

    - `tag`: random; after a restore from a backup, two broadcasts can have the same number, but not the same tag.
    - `key`: decrypts the ledger, which has a row for each recipient; None once the ledger is destroyed.
    - `totals`: how many recipients have each outcome. Posts in the channel (`posts`) are not included.
    - `reasons`: the numbers of refused deliveries by the kind of refusal.
    - `begun`: when the first recipient was recorded; None before that.
    - `ended`: when the last job that sends ended; None before that, and again when a new one is added.
    - `destroy_at`: when the ledger is to be destroyed.
    - `pruned`: when rows that are no longer needed were last deleted, while other recipients still wait.
    - `clean_at`: the deadline for deleting discreet messages, neutral notices in place of the announcement; or None.
    - `stop_at`: when the broadcast is stopped if it is still paused.
    - `held`: the reason why an admin must decide, or None.
    - `excused`: error messages of Telegram that no longer pause the broadcast, because an admin resumed it with the
      same content.
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
    held: BroadcastHold | None = None
    posts: Posts = ()
    pruned: float | None = None

    @property
    def name(self) -> str:
        """Return the name that buttons use: the number and the tag, such as `7.0a1b2c3d`."""
        return f"{self.number}.{self.tag}" if self.tag else str(self.number)

    def with_job(self, job: Job) -> "BroadcastState":
        """Return a copy of the state with `job`, which replaces a job of the same kind."""
        return replace(self, jobs={**self.jobs, job.work: job})

    @property
    def claimed(self) -> int:
        """Return for how many recipients a row was written into the ledger, whether their outcome is known or not."""
        return sum(self.totals.values())

    def add_to_totals(self, counted: Totals) -> "BroadcastState":
        """Return a copy of the state with `counted` added to its totals. Negative counts are subtracted."""
        totals = self.totals.copy()
        for outcome, count in counted.items():
            totals[outcome] += count
        return replace(self, totals=Counter({outcome: count for outcome, count in totals.items() if count}))


def encode(state: BroadcastState) -> bytes:
    """Return the state as JSON, the form in which it is encrypted and stored."""
    return msgspec.json.encode(state)


def decode(content: bytes) -> BroadcastState:
    """Return the state in a JSON document of this or an earlier version.

    Raises msgspec.ValidationError, a ValueError, when a field has the wrong type.
    """
    document = msgspec.json.decode(content)
    if isinstance(document["jobs"], list):
        document = _upgrade(document)
    return msgspec.convert(document, BroadcastState, str_keys=True, dec_hook=convert_totals)


def _upgrade(document: dict[str, Any]) -> dict[str, Any]:
    """Convert a state in the first format to the current format. Both are parsed JSON.

    In the first format, `jobs` is a list of jobs, and `held` is an array of three values.
    """
    jobs = {job["work"]: _upgrade_job(job) for job in document["jobs"]}
    held = document.get("held") and dict(zip(("last_heartbeat", "at", "is_copy"), document["held"], strict=True))
    return {**document, "jobs": jobs, "held": held}


def _upgrade_job(job: dict[str, Any]) -> dict[str, Any]:
    """Convert a job in the first format to the current format. Both are parsed JSON.

    In the first format, `why` holds the reason and the detail, as in "breaker: page", and `place` holds the position.
    """
    reason, _, detail = job["why"].partition(": ")
    epoch, pseudonym = job["place"]
    position = {"epoch": epoch, "pseudonym": b64encode(bytes.fromhex(pseudonym)).decode()}
    return {**job, "reason": reason or None, "detail": detail, "position": position}

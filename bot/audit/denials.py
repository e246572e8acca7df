"""Record in the audit log which attempts the bot refused: acts of admins, and invalid invitations.

A refusal is recorded within about a second after the bot has answered. At most 60 refusals an hour are recorded, so
that nobody can fill the audit log by being refused. Further refusals are in the log file only.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from enum import StrEnum

from bot.audit.trail import BOT, AuditEntry, AuditTrail
from bot.runtime.loop_guard import LoopGuard
from storage.audit.record import AuditAct

_OF_ONE = 6  # records of one kind and person in an hour
_OF_ALL = 60  # records in an hour
_WINDOW = 3600.0  # seconds


class Denial(StrEnum):
    """The reason why the bot refused an attempt. Audit records store the values, so never change one."""

    OWN = "own announcement"  # the author tried to approve it
    VOID = "announcement was changed, cancelled or sent"
    TOO_EARLY = "may not confirm yet"
    ALONE = "may not send alone yet"
    ROLE = "role does not allow it"
    NO_ADMIN = "not an admin, or suspended"
    EXPIRED = "button has expired"
    LOCKED = "second factor is locked"
    NO_FACTOR = "no second factor"
    INVITATION = "invitation is wrong, used or expired"


class Denials:
    """A queue of refused attempts, which `run` writes to the audit log. Keep `run` running.

    `is_member` returns whether a person is in the team, even if suspended. For anybody else, the record names no
    person. `clock` returns a monotonic time in seconds.
    """

    def __init__(
        self, trail: AuditTrail, is_member: Callable[[int], bool], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._trail = trail
        self._is_member = is_member
        self._clock = clock
        self._recent: deque[tuple[float, int, Denial]] = deque()
        self._queue: asyncio.Queue[AuditEntry] = asyncio.Queue()

    def add(self, denial: Denial, user: int) -> None:
        """Queue a record that an attempt of `user` was refused.

        Drop it if 60 records were queued within the last hour, or 6 with the same person and `denial`. All people
        outside the team count as one person.
        """
        now, person = self._clock(), user if self._is_member(user) else BOT
        while self._recent and self._recent[0][0] <= now - _WINDOW:
            self._recent.popleft()
        of_one = sum((other, kind) == (person, denial) for _, other, kind in self._recent)
        if of_one < _OF_ONE and len(self._recent) < _OF_ALL:
            self._recent.append((now, person, denial))
            self._queue.put_nowait(AuditEntry(AuditAct.DENIED, person, denial.value))

    async def run(self) -> None:
        """Write queued refusals to the audit log until cancelled."""
        guard = LoopGuard("The record of a refusal")
        while True:
            entry = await self._queue.get()
            with guard.guard():
                await self._record(entry)

    async def _record(self, entry: AuditEntry) -> None:
        if entry.by == BOT or self._is_member(entry.by):  # do not give a former member a pseudonym again
            await self._trail.record_alone(entry)

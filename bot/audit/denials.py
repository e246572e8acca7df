"""Record in the audit log what the bot refused: an admin's attempt, or an attempt with an invitation.

A refused attempt changes nothing, so it is recorded after the answer, within a second. The number of records is
limited, so that nobody can fill the log by being refused. Refusals above the limit are in the log file only.
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
    """The reason of a refusal. The values are stored as subjects of records, so never change one."""

    OWN = "own announcement"  # the same person twice
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
    """Queue refusals and record them. Keep `run` running.

    `is_member` returns whether a person is in the team, suspended or not. For anybody else, not even a pseudonym is
    recorded. `clock` returns a time in seconds that no change of the system's clock affects.
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
        """Queue the refusal of an attempt of `user`, unless there are too many."""
        now, person = self._clock(), user if self._is_member(user) else BOT
        while self._recent and self._recent[0][0] <= now - _WINDOW:
            self._recent.popleft()
        of_one = sum((other, kind) == (person, denial) for _, other, kind in self._recent)
        if of_one < _OF_ONE and len(self._recent) < _OF_ALL:
            self._recent.append((now, person, denial))
            self._queue.put_nowait(AuditEntry(AuditAct.DENIED, person, denial.value))

    async def run(self) -> None:
        """Record what is queued until cancelled."""
        guard = LoopGuard("The record of a refusal")
        while True:
            entry = await self._queue.get()
            with guard.guard():
                await self._record(entry)

    async def _record(self, entry: AuditEntry) -> None:
        if entry.by == BOT or self._is_member(entry.by):  # nobody who left meanwhile gets a pseudonym again
            await self._trail.record_alone(entry)

"""Decide whether the wall clock can be believed, before something irreversible is done by it.

The wall clock is compared with a clock that only goes forward, with the last heartbeat, and with Telegram's dates.
When it leaps, it is in doubt until it comes back, until Telegram's dates have agreed with it for an hour, or until an
admin confirms it. Meanwhile no key and no ledger is destroyed, nothing scheduled begins and nothing expires.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

TOLERANCE = 900.0  # seconds: clocks of servers are wrong by minutes, and a corrected one leaps by as much
GAP = 86_400.0  # seconds since the last heartbeat, after which a start needs Telegram's dates
AGREEMENT = 3600.0  # seconds for which Telegram's dates have agreed
LOOK_EVERY = 60.0

log = logging.getLogger(__name__)


def steady_clock() -> float:
    """Return seconds that only go forward, those in which the machine slept included where that can be known."""
    boot = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boot is None else time.clock_gettime(boot)


@dataclass(frozen=True, slots=True)
class _Reading:
    """Both clocks at one instant."""

    wall: float
    steady: float

    def drift(self, later: "_Reading") -> float:
        """Return by how much the wall clock has leapt since."""
        return (later.wall - self.wall) - (later.steady - self.steady)


@dataclass(frozen=True, slots=True)
class _Word:
    """What Telegram's dates say since an instant; void when the wall clock leaps."""

    since: _Reading
    agrees: bool


@dataclass(frozen=True, slots=True)
class Doubt:
    """`number` tells one doubt from another."""

    number: int
    since: _Reading
    at_start: bool


class ClockGuard:
    """`now` is the wall clock, in Unix seconds; `clock` only goes forward; `last_beat` is a wall time of before."""

    def __init__(
        self,
        now: Callable[[], float] = time.time,
        clock: Callable[[], float] = steady_clock,
        last_beat: float | None = None,
    ) -> None:
        self._now = now
        self._clock = clock
        reading = self._reading()
        self._known = reading if last_beat is None else _Reading(last_beat, reading.steady)
        self._ahead = TOLERANCE if last_beat is None else GAP
        self._word: _Word | None = None
        self._doubt: Doubt | None = None
        self._doubts = 0
        self.on_doubt: Callable[[Doubt | None], None] = lambda doubt: None

    @property
    def is_trusted(self) -> bool:
        """Whether the wall clock can be believed now."""
        self._look()
        return self._doubt is None

    @property
    def may_delete_messages(self) -> bool:
        """Whether what is due to be deleted from chats may be: in doubt it waits an hour, and never over a start.

        A message that is deleted too early does less harm than one that stays on a phone.
        """
        if self.is_trusted or self._doubt is None or self._doubt.at_start:
            return True
        return self._clock() - self._doubt.since.steady >= AGREEMENT

    def estimate(self) -> float:
        """Return the wall time; in doubt the one that follows from before."""
        if self.is_trusted:
            return self._now()
        return self._known.wall + self._clock() - self._known.steady

    def record_exact_date(self, date: object) -> None:
        """Note Telegram's date of what it did just now."""
        if (seconds := _seconds(date)) is not None:
            self._hear(abs(self._now() - seconds) <= TOLERANCE)

    def record_received_date(self, date: object) -> None:
        """Note Telegram's date of what arrived, perhaps after waiting for long."""
        if (seconds := _seconds(date)) is not None:
            age = self._now() - seconds
            if age <= TOLERANCE:
                self._hear(age >= -TOLERANCE)

    def confirm(self, number: int) -> bool:
        """Believe the clock, as an admin says that it is right; False for a doubt that is over."""
        if self.is_trusted or self._doubt is None or self._doubt.number != number:
            return False
        reading = self._reading()
        self._word = _Word(_Reading(reading.wall - AGREEMENT, reading.steady - AGREEMENT), agrees=True)
        return self.is_trusted

    async def run(self, ask_date: Callable[[], Awaitable[float | None]]) -> None:
        """Look at the clocks every minute, and ask for a date while in doubt, until cancelled."""
        while True:
            if not self.is_trusted or self._word is None:
                self.record_exact_date(await ask_date())
            await asyncio.sleep(LOOK_EVERY)

    def _reading(self) -> _Reading:
        return _Reading(self._now(), self._clock())

    def _hear(self, agrees: bool) -> None:
        self._look()
        if self._word is None or self._word.agrees != agrees:
            self._word = _Word(self._reading(), agrees)
        self._look()

    def _look(self) -> None:
        reading = self._reading()
        word = self._word
        if word is not None and abs(word.since.drift(reading)) > TOLERANCE:
            word = self._word = None
        fits = -TOLERANCE <= self._known.drift(reading) <= self._ahead
        if word is not None:
            has_agreed = word.agrees and reading.steady - word.since.steady >= AGREEMENT
            fits = has_agreed or (fits and word.agrees)
        if fits:
            self._known, self._ahead = reading, TOLERANCE
        self._note(reading, fits)

    def _note(self, reading: _Reading, fits: bool) -> None:
        """Log and report where a doubt begins or ends."""
        if fits == (self._doubt is None):
            return
        if fits:
            self._doubt = None
            log.warning("The clock is believed again: what waited for it goes on")
        else:
            self._doubts += 1
            self._doubt = Doubt(self._doubts, reading, at_start=self._ahead == GAP)
            log.warning(
                "The clock is in doubt: it is %+.1f hours from what is known, so nothing is destroyed, "
                "nothing scheduled begins and nothing expires until Telegram's dates agree or an admin confirms it",
                self._known.drift(reading) / 3600,
            )
        self.on_doubt(self._doubt)


def _seconds(date: object) -> float | None:
    """Return a date as Telegram writes it; None for what is none."""
    is_date = isinstance(date, (int, float)) and not isinstance(date, bool) and 0 < date < 2**40
    return float(date) if is_date else None  # type: ignore[arg-type]

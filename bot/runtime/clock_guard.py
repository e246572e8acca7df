"""Decide whether the wall clock (the system's date and time) can be trusted.

The wall clock is compared with a monotonic clock, with the last heartbeat in the database, and with the dates that
Telegram sends. After a jump, it is in doubt. The doubt ends when the clock jumps back, or when Telegram's dates have
agreed with it for an hour. An admin can also end it. During the doubt, the bot destroys no key and no ledger, begins
no scheduled work and lets nothing expire.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

TOLERANCE = 900.0  # seconds: servers' clocks are wrong by minutes, and jump by as much when they are corrected
GAP = 86_400.0  # seconds since the last heartbeat, after which a start waits for Telegram's dates
AGREEMENT = 3600.0  # seconds for which Telegram's dates must agree
CHECK_INTERVAL = 60.0  # seconds

log = logging.getLogger(__name__)


def steady_clock() -> float:
    """Return the seconds of a monotonic clock. On Linux it also counts while the machine is suspended."""
    boot_clock = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boot_clock is None else time.clock_gettime(boot_clock)


@dataclass(frozen=True, slots=True)
class _Reading:
    """The wall clock and the monotonic clock (`steady`) at one moment, in seconds."""

    wall: float
    steady: float

    def drift(self, later: "_Reading") -> float:
        """Return by how many seconds the wall clock has moved ahead of the monotonic clock until `later`."""
        return (later.wall - self.wall) - (later.steady - self.steady)


@dataclass(frozen=True, slots=True)
class _Evidence:
    """The result of the latest comparisons of the wall clock with Telegram's dates. `agrees` says whether they agree.

    `since` is the moment of the first of these comparisons; all of them had the same result. A jump of the wall clock
    makes earlier results invalid.
    """

    since: _Reading
    agrees: bool


@dataclass(frozen=True, slots=True)
class Doubt:
    """A period in which the wall clock is not trusted.

    Doubts are numbered from 1. An admin can end one with `ClockGuard.confirm(number)`. If `at_start`, the doubt began
    at the start of the process, because the last heartbeat was long ago.
    """

    number: int
    since: _Reading
    at_start: bool


class ClockGuard:
    """Watch the wall clock. `is_trusted` says whether it can be trusted.

    `now` returns the wall time in Unix seconds, and `clock` returns monotonic seconds. `last_beat` is the wall time
    at which an earlier process last recorded that it was running; None if there was none.
    """

    def __init__(
        self,
        now: Callable[[], float] = time.time,
        clock: Callable[[], float] = steady_clock,
        last_beat: float | None = None,
    ) -> None:
        self._now = now
        self._clock = clock
        reading = self._reading()
        self._trusted_reading = reading if last_beat is None else _Reading(last_beat, reading.steady)
        self._max_ahead = TOLERANCE if last_beat is None else GAP  # seconds
        self._evidence: _Evidence | None = None
        self._doubt: Doubt | None = None
        self._doubts = 0
        self.on_doubt: Callable[[Doubt | None], None] = lambda doubt: None  # called when a doubt begins or ends

    @property
    def is_trusted(self) -> bool:
        """Return whether the wall clock can be trusted now."""
        self._check()
        return self._doubt is None

    @property
    def may_delete_messages(self) -> bool:
        """Return whether messages that are due to be deleted may be deleted now.

        While the clock is trusted, they may. If the clock has been in doubt since this process started, they may as
        well: a message that is deleted too early does less harm than one that stays on a phone. If the doubt began
        later, they may after an hour.
        """
        if self.is_trusted or self._doubt is None or self._doubt.at_start:
            return True
        return self._clock() - self._doubt.since.steady >= AGREEMENT

    def estimate(self) -> float:
        """Return the most likely wall time.

        While the clock is trusted, this is its time. During a doubt, it is the last trusted time plus the monotonic
        time that has passed since.
        """
        if self.is_trusted:
            return self._now()
        return self._trusted_reading.wall + self._clock() - self._trusted_reading.steady

    def record_exact_date(self, date: object) -> None:
        """Compare the wall clock with `date`, a current time from Telegram, such as that of a message just sent."""
        if (seconds := _seconds(date)) is not None:
            self._record(abs(self._now() - seconds) <= TOLERANCE)

    def record_received_date(self, date: object) -> None:
        """Compare the wall clock with `date`, the time at which a received message was sent.

        A date more than TOLERANCE seconds in the past is ignored: it says nothing, because the message may have
        waited at Telegram.
        """
        if (seconds := _seconds(date)) is not None:
            age = self._now() - seconds
            if age <= TOLERANCE:
                self._record(age >= -TOLERANCE)

    def is_in_doubt(self, number: int) -> bool:
        """Return whether the clock is in doubt now and this doubt has the `number`. Each doubt has its own number."""
        return not self.is_trusted and self._doubt is not None and self._doubt.number == number

    def confirm(self, number: int) -> bool:
        """End a doubt (a time in which the wall clock is not trusted): an admin says that the clock is right.

        The doubt is the one with this `number`. If it has ended already, return False and change nothing, so that an
        old button cannot end a later doubt. Otherwise return whether the clock is trusted now.
        """
        if not self.is_in_doubt(number):
            return False
        reading = self._reading()
        self._evidence = _Evidence(_Reading(reading.wall - AGREEMENT, reading.steady - AGREEMENT), agrees=True)
        return self.is_trusted

    async def run(self, ask_date: Callable[[], Awaitable[float | None]]) -> None:
        """Check the clocks every minute until cancelled.

        While the clock is in doubt, or was not compared with Telegram's dates yet, call `ask_date`. It returns the
        date of Telegram's server in Unix time, or None if the server gives none.
        """
        while True:
            if not self.is_trusted or self._evidence is None:
                self.record_exact_date(await ask_date())
            await asyncio.sleep(CHECK_INTERVAL)

    def _reading(self) -> _Reading:
        return _Reading(self._now(), self._clock())

    def _record(self, agrees: bool) -> None:
        self._check()
        if self._evidence is None or self._evidence.agrees != agrees:
            self._evidence = _Evidence(self._reading(), agrees)
        self._check()

    def _check(self) -> None:
        reading = self._reading()
        evidence = self._evidence
        if evidence is not None and abs(evidence.since.drift(reading)) > TOLERANCE:
            evidence = self._evidence = None
        fits = -TOLERANCE <= self._trusted_reading.drift(reading) <= self._max_ahead
        if evidence is not None:
            has_agreed = evidence.agrees and reading.steady - evidence.since.steady >= AGREEMENT
            fits = has_agreed or (fits and evidence.agrees)
        if fits:
            self._trusted_reading, self._max_ahead = reading, TOLERANCE
        self._update_doubt(reading, fits)

    def _update_doubt(self, reading: _Reading, fits: bool) -> None:
        """Begin a doubt if the wall clock seems wrong; end the doubt if it seems right.

        `reading` has the current times of both clocks. `fits` says whether the comparisons show that the wall clock
        is right. The beginning and the end of a doubt are logged and reported to `on_doubt`.
        """
        if fits == (self._doubt is None):
            return
        if fits:
            self._doubt = None
            log.warning("The clock is trusted again: suspended work goes on")
        else:
            self._doubts += 1
            self._doubt = Doubt(self._doubts, reading, at_start=self._max_ahead == GAP)
            log.warning(
                "The clock is in doubt: it differs by %+.1f hours from the expected time, so nothing is destroyed, "
                "nothing scheduled begins and nothing expires until Telegram's dates agree or an admin confirms it",
                self._trusted_reading.drift(reading) / 3600,
            )
        self.on_doubt(self._doubt)


def _seconds(date: object) -> float | None:
    """Return `date`, Unix seconds from Telegram, as a float; None when it is not a valid date."""
    is_date = isinstance(date, (int, float)) and not isinstance(date, bool) and 0 < date < 2**40
    return float(date) if is_date else None  # type: ignore[arg-type]

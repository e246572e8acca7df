"""Track the conditions under which people get no answer, or a late one. Times are arguments, in seconds.

When a condition begins or ends, a line is written to the log, except at the normal start and end of the bot.
"""

import logging
import math
from dataclasses import dataclass
from enum import StrEnum

log = logging.getLogger(__name__)

SILENT_AFTER = 45.0  # seconds without an answer; a quiet poll takes 25, a lost one 35, and the poll after it is short
MAX_FAILURES = 3  # answers that fail in a row before SENDING_FAILS begins
FAILURE_RELEVANCE = 300.0  # seconds for which failed answers make it likely that the next one fails


class Condition(StrEnum):
    """A state of the bot in which people get no answer, or a late one."""

    STARTING = "starting"  # Telegram has not answered yet
    STOPPING = "stopping"  # the bot was asked to end
    SILENT = "silent"  # Telegram has stopped answering
    FLOOD_WAIT = "flood_wait"  # Telegram has paused all messages
    SENDING_FAILS = "sending_fails"
    STORAGE = "storage"  # the database cannot be written
    BUDGET = "budget"  # more is waiting than Telegram allows to send; people are answered late


_WARNINGS = frozenset({Condition.BUDGET})  # people are answered nevertheless
_QUIET = frozenset({Condition.STARTING, Condition.STOPPING})  # every start and every end has them
_ALIVE = frozenset({Condition.STARTING, Condition.STOPPING, Condition.FLOOD_WAIT})  # a restart would not help
_BEGUN = {
    Condition.STARTING: "Telegram has not answered yet",
    Condition.STOPPING: "the bot is stopping",
    Condition.SILENT: "Telegram has not answered for {age} seconds",
    Condition.FLOOD_WAIT: "Telegram accepts no messages for {left} seconds",
    Condition.SENDING_FAILS: "the last answers did not reach Telegram",
    Condition.STORAGE: "the database cannot be written",
    Condition.BUDGET: "more is waiting than Telegram allows to send, so answers are late",
}
_ENDED = {
    Condition.STARTING: "Telegram answers",
    Condition.STOPPING: "the bot goes on",
    Condition.SILENT: "Telegram answers again",
    Condition.FLOOD_WAIT: "the bot may send again",
    Condition.SENDING_FAILS: "answers reach Telegram again, or nobody has written",
    Condition.STORAGE: "the database can be written again",
    Condition.BUDGET: "answers are in time again",
}


@dataclass(slots=True)
class _Occurrence:
    since: float
    until: float  # infinity when only `end` ends it
    detail: str


class Readiness:
    """The conditions that hold now.

    Report changes with `begin`, `end` or `set`. Read them with `reasons` and `warnings`.
    """

    def __init__(self) -> None:
        self._current: dict[Condition, _Occurrence] = {}

    def begin(
        self,
        condition: Condition,
        now: float,
        *,
        since: float | None = None,
        until: float = math.inf,
        detail: str = "",
    ) -> None:
        """Record that `condition` holds since the time `since`, by default `now`.

        The condition ends at the time `until`, or earlier when `end` is called. `detail` is added to the sentence
        about it. If the condition already holds, only `until` and `detail` change.
        """
        self.end_expired(now)
        occurrence = self._current.get(condition)
        if occurrence:
            occurrence.until, occurrence.detail = until, detail
            return
        self._current[condition] = _Occurrence(now if since is None else since, until, detail)
        if condition not in _QUIET:
            log.warning("%s (%s): %s", _kind(condition), condition, self._sentence(condition, now))

    def end(self, condition: Condition, now: float) -> None:
        """End `condition` if it holds."""
        occurrence = self._current.pop(condition, None)
        if occurrence and condition not in _QUIET:
            lasted = min(now, occurrence.until) - occurrence.since
            log.warning("Over after %.0f seconds (%s): %s", lasted, condition, _ENDED[condition])

    def set(
        self, condition: Condition, now: float, *, holds: bool, since: float | None = None, detail: str = ""
    ) -> None:
        """Call `begin` if `condition` now `holds`, otherwise `end`. `since` and `detail` are arguments of `begin`."""
        if holds:
            self.begin(condition, now, since=since, detail=detail)
        else:
            self.end(condition, now)

    def end_expired(self, now: float) -> None:
        """End the conditions whose planned end has passed (the argument `until` of `begin`)."""
        for condition in [expired for expired, occurrence in self._current.items() if occurrence.until <= now]:
            self.end(condition, now)

    def reasons(self, now: float) -> tuple[str, ...]:
        """Return a sentence for each condition under which people get no answer."""
        self.end_expired(now)
        return tuple(self._sentence(condition, now) for condition in self._current if condition not in _WARNINGS)

    def is_alive(self, now: float) -> bool:
        """Return False if a condition holds that a restart of the bot could end; otherwise True.

        A restart does not help while Telegram demands a wait, or while the bot starts or stops.
        """
        self.end_expired(now)
        return all(condition in _ALIVE | _WARNINGS for condition in self._current)

    def holds(self, condition: Condition) -> bool:
        """Return whether `condition` holds. A condition whose planned end has just passed may still count."""
        return condition in self._current

    def planned_duration(self, condition: Condition, now: float) -> float:
        """Return the seconds from the beginning of `condition` to its planned end, or to `now` if it has none.

        Return 0 if the condition does not hold.
        """
        occurrence = self._current.get(condition)
        if occurrence is None:
            return 0.0
        return (now if math.isinf(occurrence.until) else occurrence.until) - occurrence.since

    def warnings(self, now: float) -> tuple[str, ...]:
        """Return a sentence for each condition under which people get late answers."""
        self.end_expired(now)
        return tuple(self._sentence(condition, now) for condition in self._current if condition in _WARNINGS)

    def _sentence(self, condition: Condition, now: float) -> str:
        occurrence = self._current[condition]
        left = "some" if math.isinf(occurrence.until) else f"{max(occurrence.until - now, 0):.0f}"
        sentence = _BEGUN[condition].format(age=f"{now - occurrence.since:.0f}", left=left)
        return f"{sentence} ({occurrence.detail})" if occurrence.detail else sentence


class ReplyFailures:
    """Count the answers to people that fail in a row. After MAX_FAILURES, begin Condition.SENDING_FAILS."""

    def __init__(self, readiness: Readiness) -> None:
        self._readiness = readiness
        self._in_a_row = 0
        self._last = -math.inf

    def record_failure(self, now: float, detail: str) -> None:
        """Count an answer that did not reach Telegram. `detail` names the error, without personal data."""
        self._in_a_row = 1 if now - self._last > FAILURE_RELEVANCE else self._in_a_row + 1
        self._last = now
        if self._in_a_row >= MAX_FAILURES:
            self._readiness.begin(Condition.SENDING_FAILS, now, until=now + FAILURE_RELEVANCE, detail=detail)

    def record_success(self, now: float) -> None:
        """Record that an answer reached Telegram, and end Condition.SENDING_FAILS."""
        self._in_a_row = 0
        self._readiness.end(Condition.SENDING_FAILS, now)


def _kind(condition: Condition) -> str:
    return "Slow" if condition in _WARNINGS else "Not ready"

"""Whether somebody who writes now gets an answer, and if not, why. Pure: the time is an argument, in seconds.

Each condition that holds is a reason; the log has one line when it begins and one when it ends.
"""

import logging
import math
from dataclasses import dataclass
from enum import StrEnum

log = logging.getLogger(__name__)

SILENT_AFTER = 45.0  # seconds without an answer; a quiet poll takes 25, one that is lost 35, and the next is short
FAILURES = 3  # in a row, before answers count as failing
BELIEVED = 300.0  # seconds for which failed answers say something of the next one


class Condition(StrEnum):
    STARTING = "starting"  # Telegram has not answered yet
    SILENT = "silent"  # Telegram does not answer any more
    FLOOD_WAIT = "flood_wait"  # Telegram wants nobody to be answered for a while
    SENDING_FAILS = "sending_fails"
    STORAGE = "storage"  # the database cannot be written
    BUDGET = "budget"  # more is to be sent than Telegram allows; people are answered, but late


_WARNINGS = frozenset({Condition.BUDGET})  # people are answered all the same
_QUIET = frozenset({Condition.STARTING})  # every start says so already
_BEGUN = {
    Condition.STARTING: "Telegram has not answered yet",
    Condition.SILENT: "Telegram has not answered for {age} seconds",
    Condition.FLOOD_WAIT: "Telegram asks the bot to send nothing to anybody for {left} seconds",
    Condition.SENDING_FAILS: "the last answers to people did not reach Telegram",
    Condition.STORAGE: "nothing can be stored",
    Condition.BUDGET: "more is to be sent than Telegram allows, answers come late",
}
_ENDED = {
    Condition.STARTING: "Telegram answers",
    Condition.SILENT: "Telegram answers again",
    Condition.FLOOD_WAIT: "the bot may send again",
    Condition.SENDING_FAILS: "answers reach Telegram again, or nobody wrote",
    Condition.STORAGE: "the database is written again",
    Condition.BUDGET: "answers come in time again",
}


@dataclass(slots=True)
class _Spell:
    since: float
    until: float  # infinity: until `end`
    why: str


class Readiness:
    def __init__(self) -> None:
        self._spells: dict[Condition, _Spell] = {}

    def begin(
        self, condition: Condition, now: float, *, since: float | None = None, until: float = math.inf, why: str = ""
    ) -> None:
        """Let `condition` hold from `since` (default: now) until `until`, or until `end`.

        Beginning it again only moves its end and its `why`.
        """
        self.look(now)
        spell = self._spells.get(condition)
        if spell:
            spell.until, spell.why = until, why
            return
        self._spells[condition] = _Spell(now if since is None else since, until, why)
        if condition not in _QUIET:
            log.warning("%s (%s): %s", _kind(condition), condition, self._sentence(condition, now))

    def end(self, condition: Condition, now: float) -> None:
        """End `condition`; nothing happens where it does not hold."""
        spell = self._spells.pop(condition, None)
        if spell and condition not in _QUIET:
            lasted = min(now, spell.until) - spell.since
            log.warning("Over after %.0f seconds (%s): %s", lasted, condition, _ENDED[condition])

    def set(
        self, condition: Condition, now: float, *, holds: bool, since: float | None = None, why: str = ""
    ) -> None:
        """Begin or end `condition`, whichever fits."""
        if holds:
            self.begin(condition, now, since=since, why=why)
        else:
            self.end(condition, now)

    def look(self, now: float) -> None:
        """End what has an end that is over."""
        for condition in [one for one, spell in self._spells.items() if spell.until <= now]:
            self.end(condition, now)

    def reasons(self, now: float) -> tuple[str, ...]:
        """Return a sentence for each condition in which somebody who writes gets no answer; none when all is well."""
        self.look(now)
        return tuple(self._sentence(one, now) for one in self._spells if one not in _WARNINGS)

    def warnings(self, now: float) -> tuple[str, ...]:
        """Return a sentence for each condition in which people are answered all the same."""
        self.look(now)
        return tuple(self._sentence(one, now) for one in self._spells if one in _WARNINGS)

    def _sentence(self, condition: Condition, now: float) -> str:
        spell = self._spells[condition]
        left = "some" if math.isinf(spell.until) else f"{max(spell.until - now, 0):.0f}"
        sentence = _BEGUN[condition].format(age=f"{now - spell.since:.0f}", left=left)
        return f"{sentence} ({spell.why})" if spell.why else sentence


class ReplyFailures:
    """Counts answers that failed one after the other, and lets SENDING_FAILS begin and end."""

    def __init__(self, readiness: Readiness) -> None:
        self._readiness = readiness
        self._in_a_row = 0
        self._last = -math.inf

    def failed(self, now: float, why: str) -> None:
        """Count an answer that did not arrive; `why` is the kind of error, without anything of a person."""
        self._in_a_row = 1 if now - self._last > BELIEVED else self._in_a_row + 1
        self._last = now
        if self._in_a_row >= FAILURES:
            self._readiness.begin(Condition.SENDING_FAILS, now, until=now + BELIEVED, why=why)

    def succeeded(self, now: float) -> None:
        self._in_a_row = 0
        self._readiness.end(Condition.SENDING_FAILS, now)


def _kind(condition: Condition) -> str:
    return "Slow" if condition in _WARNINGS else "Not ready"

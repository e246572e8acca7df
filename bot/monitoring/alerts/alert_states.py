"""Decide when a failure needs an alert: when it begins, when it ends, and now and then while it lasts. Pure.

A failure has ended when no check has found it for CALM seconds. If it is found again sooner, it has not ended. If it
has ended and begins again within MEMORY seconds, it ends only after twice as many seconds as before, at most
MAX_CALM. So a failure that comes and goes causes few alerts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.monitoring.alerts.alert import Alert, AlertState, Failure

CALM = 120.0  # seconds of absence after which a failure has ended
MAX_CALM = 3600.0  # seconds
MEMORY = 6 * 3600.0  # seconds for which an ended failure is remembered
REPEAT_AFTER = 6 * 3600.0  # seconds until a failure that lasts is reported again

# Seconds for which a failure must be observed before it is reported. The others are certain at once.
PATIENCE = {Failure.STORAGE: 10.0, Failure.SENDING: 30.0, Failure.CLOCK: 10.0, Failure.DISK: 10.0}


_BEFORE_RESTART = "It began before the bot was started again."


@dataclass(slots=True)
class _Course:
    """The history of one failure.

    `reported_at` is the time of the last alert that the failure began or lasts. It is None while the failure is not
    reported: before the first alert, and again after the alert that it has ended.
    """

    sentence: str
    began: float
    seen_at: float
    reported_at: float | None = None
    was_absent: bool = False  # at the last look
    times_begun: int = 0

    def calm(self) -> float:
        return float(min(CALM * 2 ** max(self.times_begun - 1, 0), MAX_CALM))


class AlertStates:
    """The failures that last or have ended a short time ago. Times are seconds of a monotonic clock."""

    def __init__(self) -> None:
        self._courses: dict[Failure, _Course] = {}

    @property
    def lasting(self) -> frozenset[Failure]:
        """Return the failures that were reported and have not ended."""
        return frozenset(failure for failure, course in self._courses.items() if course.reported_at is not None)

    def restore(self, began: Mapping[Failure, float], now: float, wall: float) -> None:
        """Continue with the failures that an earlier process reported.

        `began` has the Unix time at which each of these failures began. `now` is the current time of the monotonic
        clock, and `wall` the current Unix time.
        """
        for failure, at in began.items():
            course = _Course(_BEFORE_RESTART, now - max(0.0, wall - at), now, reported_at=now, times_begun=1)
            self._courses[failure] = course

    def keep(self, failures: Iterable[Failure], now: float) -> None:
        """Record for each of `failures` that it still lasts at `now`, without a new check.

        Use this for failures that an earlier process reported, until their checks have run in this process.
        """
        for failure in failures:
            if failure in self._courses:
                self._courses[failure].seen_at = now

    def began(self, offset: float) -> dict[Failure, float]:
        """Return the Unix time at which each lasting failure began.

        `offset` is the current Unix time minus the current time of the monotonic clock.
        """
        return {failure: self._courses[failure].began + offset for failure in self.lasting}

    def update(self, observed: Mapping[Failure, str], now: float, wall: float) -> list[Alert]:
        """Return the alerts to send at `now`. `observed` maps each failure that is present to the sentence about it.

        `now` is a time of the monotonic clock, `wall` the same moment in Unix time.
        """
        for failure, sentence in observed.items():
            self._observe(failure, sentence, now)
        alerts = [self._due(failure, now, wall, is_observed=failure in observed) for failure in list(self._courses)]
        self._forget_old(now)
        return [alert for alert in alerts if alert]

    def _observe(self, failure: Failure, sentence: str, now: float) -> None:
        course = self._courses.setdefault(failure, _Course(sentence, now, now))
        if course.reported_at is None and course.was_absent:
            course.began = now
        course.sentence, course.seen_at = sentence, now

    def _due(self, failure: Failure, now: float, wall: float, *, is_observed: bool) -> Alert | None:
        course = self._courses[failure]
        course.was_absent = not is_observed
        if course.reported_at is None:
            return self._begin(failure, now, wall) if is_observed else None
        if now - course.seen_at >= course.calm():
            course.reported_at = None
            return self._alert(failure, AlertState.ENDED, wall - now)
        if is_observed and now - course.reported_at >= REPEAT_AFTER:
            course.reported_at = now
            return self._alert(failure, AlertState.LASTS, wall - now)
        return None

    def _begin(self, failure: Failure, now: float, wall: float) -> Alert | None:
        course = self._courses[failure]
        if now - course.began < PATIENCE.get(failure, 0.0):
            return None
        course.reported_at, course.times_begun = now, course.times_begun + 1
        return self._alert(failure, AlertState.BEGAN, wall - now)

    def _forget_old(self, now: float) -> None:
        for failure, course in list(self._courses.items()):
            if course.reported_at is None and now - course.seen_at >= MEMORY:
                del self._courses[failure]

    def _alert(self, failure: Failure, state: AlertState, offset: float) -> Alert:
        course = self._courses[failure]
        return Alert(failure, state, course.sentence, noticed=course.began + offset, is_last=not self.lasting)

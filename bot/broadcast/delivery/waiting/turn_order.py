"""Let the announcements that waited for people reach them in the order of the announcements, the oldest first."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from storage.deliveries.broadcast_state import SENDING, BroadcastState, Status
from storage.deliveries.ledger import Outcome

PAUSE = 1.0  # seconds after which a job whose turn it is not looks again


class TurnOrder:
    """Know which broadcasts have people who are due, so that newer broadcasts let them go first.

    A broadcast that is paused or over lets all others go first. Sending takes no longer in this order, because all
    jobs share the rate limiter.
    """

    def __init__(self) -> None:
        self._running: dict[int, Callable[[], bool]] = {}

    @contextmanager
    def taking_part(self, number: int, has_due: Callable[[], bool]) -> Iterator[None]:
        """Let a broadcast take part while its job runs. `has_due` returns whether somebody waits who is due."""
        self._running[number] = has_due
        try:
            yield
        finally:
            del self._running[number]

    def is_turn_of(self, number: int, states: Mapping[int, BroadcastState], now: float) -> bool:
        """Return whether no older broadcast has people who are due. `states` are those of all broadcasts."""
        return not any(self._has_due(state, now) for state in states.values() if state.number < number)

    def _has_due(self, state: BroadcastState, now: float) -> bool:
        if has_due := self._running.get(state.number):
            return has_due()
        if state.key is None or not state.totals[Outcome.WAITING]:
            return False
        ready = [job for job in state.jobs.values() if job.work in SENDING and job.status is Status.READY]
        return any(job.at <= now for job in ready)

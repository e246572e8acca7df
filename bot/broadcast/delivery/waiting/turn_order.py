"""Let several announcements for which a person has waited reach that person in order, the oldest first."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from storage.deliveries.broadcast_state import SENDING, BroadcastState, Status
from storage.deliveries.ledger import Outcome

PAUSE = 1.0  # seconds after which a job whose turn it is not looks again


class TurnOrder:
    """Decide which broadcast may send to recipients whose wait is over: the oldest one that has such recipients.

    A broadcast that is paused or over does not make newer ones wait. Sending takes no more time in this order,
    because all jobs share the rate limiter.
    """

    def __init__(self) -> None:
        self._running: dict[int, Callable[[], bool]] = {}

    @contextmanager
    def taking_part(self, number: int, has_due: Callable[[], bool]) -> Iterator[None]:
        """Include a broadcast in the order during this context, while its job runs.

        `has_due` returns whether the broadcast has recipients whose wait is over.
        """
        self._running[number] = has_due
        try:
            yield
        finally:
            del self._running[number]

    def is_turn_of(self, number: int, states: Mapping[int, BroadcastState], now: float) -> bool:
        """Return whether no broadcast older than `number` has recipients whose wait is over.

        `states` are the states of all broadcasts by number.
        """
        return not any(self._has_due(state, now) for state in states.values() if state.number < number)

    def _has_due(self, state: BroadcastState, now: float) -> bool:
        if has_due := self._running.get(state.number):
            return has_due()
        if state.key is None or not state.totals[Outcome.WAITING]:
            return False
        ready = [job for job in state.jobs.values() if job.work in SENDING and job.status is Status.READY]
        return any(job.at <= now for job in ready)

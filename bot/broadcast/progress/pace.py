"""Measure how fast broadcasts are being sent, to estimate the time that is left."""

from dataclasses import dataclass

MEASURE_FOR = 6.0  # seconds at least


@dataclass(frozen=True, slots=True)
class _Measurement:
    at: float
    done: int
    rate: float


class PaceMeter:
    """Measure the rate of each broadcast, by comparing how many recipients were reached at two different times."""

    def __init__(self) -> None:
        self._measurements: dict[int, _Measurement] = {}

    def rate(self, number: int, *, done: int, now: float, allowed: float, is_running: bool) -> float:
        """Return the rate of broadcast `number` in messages per second.

        `done` is how many recipients the broadcast has reached by `now` (Unix time). The rate is `allowed` until the
        first measurement, and while the broadcast is not running.
        """
        last = self._measurements.get(number)
        if last is None or not is_running:
            last = _Measurement(now, done, allowed)
        elif now - last.at >= MEASURE_FOR:
            last = _Measurement(now, done, (done - last.done) / (now - last.at))
        self._measurements[number] = last
        return last.rate

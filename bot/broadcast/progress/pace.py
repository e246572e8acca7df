"""Measure how fast broadcasts are being sent, to estimate the time that is left."""

from dataclasses import dataclass

MEASURE_FOR = 6.0  # seconds at least


@dataclass(frozen=True, slots=True)
class _Measurement:
    at: float
    done: int
    rate: float


class PaceMeter:
    """Measure the rate of each broadcast, by comparing how many recipients it has reached at two different times."""

    def __init__(self) -> None:
        self._measurements: dict[int, _Measurement] = {}

    def rate(self, number: int, *, done: int, now: float, allowed: float, is_running: bool) -> float:
        """Return the messages per second of a broadcast that has reached `done` recipients at `now` (Unix time).

        Return the `allowed` rate until there is a measurement, and whenever the broadcast is not running.
        """
        last = self._measurements.get(number)
        if last is None or not is_running:
            last = _Measurement(now, done, allowed)
        elif now - last.at >= MEASURE_FOR:
            last = _Measurement(now, done, (done - last.done) / (now - last.at))
        self._measurements[number] = last
        return last.rate

"""Measure how fast broadcasts are being sent, in order to estimate the remaining time."""

from dataclasses import dataclass

MEASURE_FOR = 6.0  # seconds at least


@dataclass(frozen=True, slots=True)
class _Measurement:
    at: float
    done: int
    rate: float


class PaceMeter:
    """Measure the sending rate of each broadcast from its progress between two points in time."""

    def __init__(self) -> None:
        self._measurements: dict[int, _Measurement] = {}

    def rate(self, number: int, *, done: int, now: float, allowed: float, is_running: bool) -> float:
        """Return the sending rate of broadcast `number` in messages per second.

        `done` is how many recipients are finished at `now`, in Unix time. Call this repeatedly: the rate is measured
        between calls that are at least MEASURE_FOR seconds apart. Until the first measurement, and while `is_running`
        is False, return `allowed`.
        """
        last = self._measurements.get(number)
        if last is None or not is_running:
            last = _Measurement(now, done, allowed)
        elif now - last.at >= MEASURE_FOR:
            last = _Measurement(now, done, (done - last.done) / (now - last.at))
        self._measurements[number] = last
        return last.rate

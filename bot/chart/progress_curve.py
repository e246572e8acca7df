"""Describe the chart of a broadcast's progress, in an admin's words and digits."""

from dataclasses import dataclass

from bot.chart.axis import Tick, TimeTick


@dataclass(frozen=True, slots=True)
class Series:
    """One line and its name in the legend. `points` are (seconds since the beginning, number)."""

    name: str
    points: tuple[tuple[float, int], ...]


@dataclass(frozen=True, slots=True)
class ProgressCurve:
    """A chart of up to three lines. `refused` and `unknown` are None where too few to see; `note` may be empty."""

    rtl: bool
    title: str
    sent: Series
    refused: Series | None
    unknown: Series | None
    scale: tuple[Tick, ...]
    clock: tuple[TimeTick, ...]
    zone: str
    note: str

"""Describe the chart of a broadcast's progress: all words and numbers, in the language of an admin."""

from dataclasses import dataclass

from bot.chart.axis import Tick, TimeTick


@dataclass(frozen=True, slots=True)
class Series:
    """One line of the chart and its name in the legend. `points` are (seconds since the beginning, value)."""

    name: str
    points: tuple[tuple[float, int], ...]


@dataclass(frozen=True, slots=True)
class ProgressCurve:
    """A chart with a line for messages sent, and up to two lines for refused messages and those of unknown delivery.

    `refused` and `unknown` are None when their numbers are too small to see. `scale` and `clock` are the labels of
    the axes, and `zone` is the name of the time zone. `note` may be empty.
    """

    rtl: bool
    title: str
    sent: Series
    refused: Series | None
    unknown: Series | None
    scale: tuple[Tick, ...]
    clock: tuple[TimeTick, ...]
    zone: str
    note: str

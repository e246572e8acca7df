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
    """A chart with a line for sent messages, and perhaps two more: refused messages, and those of unknown delivery.

    `refused` and `unknown` are these two lines; each is None when its numbers are too small to see. `scale` holds the
    labels of the vertical axis, and `clock` those of the time axis. `zone` is the name of the time zone. `note` is an
    explanation below the graph, or "".
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

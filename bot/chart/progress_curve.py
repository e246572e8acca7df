"""Define the words and numbers of the chart of a broadcast's progress, in the language of an admin."""

from dataclasses import dataclass

from bot.chart.axis import Tick, TimeTick


@dataclass(frozen=True, slots=True)
class Series:
    """One curve of the chart and its name in the legend. `points` are (seconds since the beginning, messages)."""

    name: str
    points: tuple[tuple[float, int], ...]


@dataclass(frozen=True, slots=True)
class ProgressCurve:
    """A chart with a curve of the sent messages, and perhaps curves of the refused and of the unknown ones.

    Unknown means that Telegram did not respond, so the message might have arrived. `refused` and `unknown` are None
    if their numbers are too small to see. `scale` holds the labels of the vertical axis, and `clock` those of the
    time axis. `zone` is the name of the time zone. `note` is an explanation below the graph, or "".
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

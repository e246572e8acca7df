"""Build the chart of a broadcast from its timeline: the counts of results over time. Pure.

If the broadcast went to only some subscribers, the chart reveals no small numbers of people.
"""

import math
from collections.abc import Iterable, Iterator, Sequence

from bot.broadcast.progress import summary_text
from bot.broadcast.progress.progress_view import CHART_STEPS, ProgressView
from bot.chart.axis import Tick, hour_ticks, number_tick, round_scale
from bot.chart.progress_curve import ProgressCurve, Series
from bot.flows import time_format
from bot.model.small_numbers import PRIVACY_THRESHOLD
from content.screens.reader import Reader
from storage.deliveries.timeline import Timeline, TimelinePoint
from storage.subscriptions.subscriber import ZONES

_MIN_HEIGHT = 0.01  # share of the height of the chart; a lower line looks like the axis

Point = tuple[float, int]  # seconds since the beginning, number or percentage


def build_curve(reader: Reader, view: ProgressView, timeline: Timeline) -> ProgressCurve:
    """Return the data of the chart of a broadcast. Call this only if `view.has_chart`."""
    if view.is_everyone:
        return _exact_curve(reader, view, timeline)
    return _stepped_curve(reader, view, timeline)


def _exact_curve(reader: Reader, view: ProgressView, timeline: Timeline) -> ProgressCurve:
    line, progress = summary_text.points(view, timeline), view.progress
    sent = [(point.at, point.counts.sent) for point in line]
    refused = [(point.at, point.counts.refused) for point in line]
    unknown = [(point.at, point.counts.unknown) for point in line]
    scale = round_scale(max(_highest(points) for points in (sent, refused, unknown)))
    lowest = scale[-1] * _MIN_HEIGHT
    return _curve(
        reader,
        view,
        timeline,
        sent=_series(reader, "sent", progress.sent, sent),
        refused=_series(reader, "refused", progress.refused, refused) if _highest(refused) >= lowest else None,
        unknown=_series(reader, "unknown", progress.unknown, unknown) if _highest(unknown) >= lowest else None,
        scale=[number_tick(number, reader.book.language) for number in scale],
    )


def _stepped_curve(reader: Reader, view: ProgressView, timeline: Timeline) -> ProgressCurve:
    """Return a chart of sent messages only, as a percentage that rises in ten steps of at least ten people each.

    Times are rounded up to multiples of an interval in which at least ten messages can be sent. With exact times, a
    long gap between two sent messages would show how many recipients had their turn in it and got no message.
    """
    line, sent = summary_text.points(view, timeline), view.progress.sent
    interval = max(timeline.width, PRIVACY_THRESHOLD / max(view.rate, 0.1))
    return _curve(
        reader,
        view,
        timeline,
        sent=_series(reader, "sent", sent, _steps(line, sent, interval)),
        refused=None,
        unknown=None,
        scale=[Tick(percent, reader.say("progress.percent", number=percent)) for percent in range(0, 101, 25)],
    )


def _steps(line: Sequence[TimelinePoint], sent: int, interval: float) -> Iterator[Point]:
    share = 100 // CHART_STEPS
    yield 0.0, 0
    for step in range(1, CHART_STEPS + 1):
        reached = next(point.at for point in line if point.counts.sent * CHART_STEPS >= sent * step)
        at = math.ceil(reached / interval) * interval
        yield at, (step - 1) * share
        yield at, step * share
    yield math.ceil(line[-1].at / interval) * interval, 100


def _curve(
    reader: Reader,
    view: ProgressView,
    timeline: Timeline,
    *,
    sent: Series,
    refused: Series | None,
    unknown: Series | None,
    scale: Iterable[Tick],
) -> ProgressCurve:
    zone, language = time_format.zone_name_at(reader, view.zone), reader.book.language
    return ProgressCurve(
        rtl=language.rtl,
        title=reader.say("progress.title", number=view.progress.number),
        sent=sent,
        refused=refused,
        unknown=unknown,
        scale=tuple(scale),
        clock=hour_ticks(timeline.begun, sent.points[-1][0], ZONES[view.zone], language),
        zone=reader.say("progress.clock", zone=zone),
        note="" if view.is_everyone else reader.say("progress.shares"),
    )


def _series(reader: Reader, key: str, number: int, points: Iterable[Point]) -> Series:
    return Series(reader.say(f"progress.{key}", amount=reader.book.language.amount(number)), tuple(points))


def _highest(points: Iterable[Point]) -> int:
    return max(number for _, number in points)

"""From the course of a broadcast to its chart, which tells nothing of fewer than ten of a part of the list. Pure."""

import math
from collections.abc import Iterable, Iterator

from bot.broadcast.authoring import draft_text
from bot.broadcast.progress import progress_screen, summary_text
from bot.broadcast.progress.progress_screen import View
from bot.chart.axis import Tick, hour_ticks, number_tick, round_scale
from bot.chart.progress_curve import ProgressCurve, Series
from bot.flows import time_format
from content.screens.reader import Reader
from storage.deliveries.timeline import Timeline, TimelinePoint
from storage.subscriptions.subscriber import ZONES

_NEGLIGIBLE = 0.01  # of the height: it could not be told from the axis


def curve(reader: Reader, view: View, course: Timeline) -> ProgressCurve:
    """Of a view that `has_chart`."""
    return _counted(reader, view, course) if view.is_everyone else _in_steps(reader, view, course)


def _counted(reader: Reader, view: View, course: Timeline) -> ProgressCurve:
    line, progress = summary_text.points(view, course), view.progress
    sent = [(point.at, point.counts.sent) for point in line]
    refused = [(point.at, point.counts.refused) for point in line]
    unknown = [(point.at, point.counts.unknown) for point in line]
    numbers = round_scale(max(number for strand in (sent, refused, unknown) for _, number in strand))
    least = numbers[-1] * _NEGLIGIBLE
    return _drawn(
        reader,
        view,
        course,
        _strand(reader, "sent", progress.sent, sent),
        _strand(reader, "refused", progress.refused, refused) if _most(refused) >= least else None,
        _strand(reader, "unknown", progress.unknown, unknown) if _most(unknown) >= least else None,
        [number_tick(at, reader.book.language) for at in numbers],
    )


def _in_steps(reader: Reader, view: View, course: Timeline) -> ProgressCurve:
    """What was sent alone, in shares of it, each of ten people at least.

    Its times are rounded to what ten messages take: at one a second the others, who took their turns as well, could
    be counted otherwise.
    """
    line, sent = summary_text.points(view, course), view.progress.sent
    pause = max(course.width, draft_text.FEW / max(view.rate, 0.1))
    steps = list(_steps(line, sent, pause))
    scale = [Tick(at, reader.say("progress.percent", number=at)) for at in range(0, 101, 25)]
    return _drawn(reader, view, course, _strand(reader, "sent", sent, steps), None, None, scale)


def _steps(line: Iterable[TimelinePoint], sent: int, pause: float) -> Iterator[tuple[float, int]]:
    line, share = list(line), 100 // progress_screen.STEPS
    yield 0.0, 0
    for step in range(1, progress_screen.STEPS + 1):
        reached = next(point.at for point in line if point.counts.sent * progress_screen.STEPS >= sent * step)
        at = math.ceil(reached / pause) * pause
        yield at, (step - 1) * share
        yield at, step * share
    yield math.ceil(line[-1].at / pause) * pause, 100


def _drawn(
    reader: Reader,
    view: View,
    course: Timeline,
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
        clock=hour_ticks(course.begun, sent.points[-1][0], ZONES[view.zone], language),
        zone=reader.say("progress.clock", zone=zone),
        note="" if view.is_everyone else reader.say("progress.shares"),
    )


def _strand(reader: Reader, name: str, number: int, points: Iterable[tuple[float, int]]) -> Series:
    return Series(reader.say(f"progress.{name}", amount=reader.book.language.number(number)), tuple(points))


def _most(points: Iterable[tuple[float, int]]) -> int:
    return max(number for _, number in points)

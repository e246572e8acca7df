"""What admins are told when sending has ended: how it went, in words. Pure."""

import itertools
from collections.abc import Iterator

from bot.broadcast.progress import progress_screen
from bot.broadcast.progress.progress_screen import View
from bot.flows import time_format
from content.screens.reader import Reader
from content.screens.screen import Screen, Span, Style
from storage.deliveries.timeline import Counts, Timeline, TimelinePoint

_STILL = 5.0, 60.0  # seconds without a result that are told: a tenth of all, within these
_SECONDS = 120.0  # up to which seconds are told


def words(reader: Reader, view: View, course: Timeline | None, now: float) -> Screen:
    """What the chart shows and what it does not; short enough for its caption."""
    title = reader.say("progress.outcome", number=view.progress.number)
    is_plain = view.working is None and view.ending in ("ended", *progress_screen.HEARD_ENDS)  # the rest was told
    parts = [
        *([] if is_plain else [progress_screen.state(reader, view, now)]),
        "\n".join(progress_screen.counts(reader, view)),
        "\n".join(_times(reader, view, course if view.has_chart else None)),
    ]
    return Screen((Span(title + "\n\n", Style.BOLD), Span("\n\n".join(parts))))


def points(view: View, course: Timeline) -> tuple[TimelinePoint, ...]:
    progress = view.progress
    return course.points(course.begun + view.took, Counts(progress.sent, progress.refused, progress.unknown))


def _times(reader: Reader, view: View, course: Timeline | None) -> Iterator[str]:
    """Of a part of the list neither seconds nor a rate: from both one could count those who were not sent."""
    begun, seconds = view.progress.begun or 0.0, view.took
    moment = time_format.format_moment(reader, begun, view.zone)
    yield reader.say("progress.began", moment=moment, zone=time_format.zone_name_at(reader, view.zone))
    yield reader.say("progress.took", time=_span(reader, seconds, view.is_everyone))
    if course is None:
        return
    still = _still(points(view, course), seconds)
    if still:
        yield reader.say("progress.still", time=_span(reader, still, view.is_everyone))
    if view.is_everyone:
        yield _pace(reader, view.progress.sent / max(1.0, seconds - still))
    else:
        yield reader.say("progress.shares")


def _span(reader: Reader, seconds: float, exact: bool) -> str:
    if not exact or seconds >= _SECONDS:
        return time_format.format_duration(reader, seconds)
    if seconds < progress_screen.SHORT:
        return reader.say("progress.moment")
    return reader.say("progress.seconds", number=round(seconds))


def _still(line: tuple[TimelinePoint, ...], whole: float) -> float:
    least, most = _STILL
    pairs = itertools.pairwise(line)
    flat = [later.at - earlier.at for earlier, later in pairs if earlier.counts == later.counts]
    return sum(seconds for seconds in flat if seconds >= min(most, max(least, whole / 10)))


def _pace(reader: Reader, rate: float) -> str:
    if rate >= 1:
        return reader.say("progress.pace", number=round(rate))
    return reader.say("progress.pace_slow", number=max(1, round(rate * 60)))

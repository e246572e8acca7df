"""Describe in words how sending a broadcast went, after it has ended. Pure."""

import itertools
from collections.abc import Iterator, Sequence

from bot.broadcast.progress import channel_text, progress_counts, progress_screen
from bot.broadcast.progress.progress_view import MIN_CHART_SECONDS, Ending, ProgressView
from bot.chart.disclosure import Amount, Exact, parts, rounded_counts
from bot.chart.stats_chart import amount_text
from bot.flows import time_format
from bot.model.small_numbers import PRIVACY_THRESHOLD
from content.screens.reader import Reader
from content.screens.screen import Screen, Span, Style
from storage.deliveries.timeline import Counts, Timeline, TimelinePoint

_MIN_PAUSE, _MAX_PAUSE = 5.0, 60.0  # seconds; a tenth of the sending time counts as a pause, within these limits
_EXACT_BELOW = 120.0  # seconds; longer durations are given in minutes


def summary(
    reader: Reader, view: ProgressView, timeline: Timeline | None, now: float, *, is_caption: bool = False
) -> Screen:
    """Return a summary of how sending a broadcast went, short enough for the caption of a photo.

    `is_caption` is True if the text is the caption of the chart. The chart has the numbers of sent and failed
    messages, so the caption leaves them out.
    """
    title = reader.say("progress.outcome", number=view.progress.number)
    is_plain = view.current_job is None and view.ending in (Ending.ENDED, *progress_screen.NOTIFIED_ENDINGS)
    paragraphs = [
        "" if is_plain else progress_screen.status_text(reader, view, now),
        "" if is_caption else "\n".join(progress_counts.counts(reader, view)),
        "\n".join(_languages(reader, view)),
        *channel_text.paragraph(reader, view.progress.posts),
        "\n".join(_times(reader, view, timeline if view.has_chart else None)),
    ]
    return Screen((Span(title + "\n\n", Style.BOLD), Span("\n\n".join(filter(None, paragraphs)))))


def points(view: ProgressView, timeline: Timeline) -> tuple[TimelinePoint, ...]:
    """Return the points of the timeline up to the end of sending, the last with the final counts."""
    progress = view.progress
    final = Counts(progress.sent, progress.refused, progress.unknown)
    return timeline.points(timeline.begun + view.seconds, final)


def _times(reader: Reader, view: ProgressView, timeline: Timeline | None) -> Iterator[str]:
    """Yield text lines: when sending began, how long it took, for how long nothing changed, and the rate.

    If the broadcast went to only some subscribers, round the times to minutes and leave out the rate. The rate limit
    is known, so exact values would show how many recipients without a message took up the rest of the time.
    """
    moment = time_format.format_moment(reader, view.progress.begun or 0.0, view.zone)
    yield reader.say("progress.began", moment=moment, zone=time_format.zone_name_at(reader, view.zone))
    yield reader.say("progress.took", time=_duration(reader, view.seconds, is_exact=view.is_everyone))
    if timeline is None:
        return
    paused = _paused_seconds(points(view, timeline), view.seconds)
    if paused:
        yield reader.say("progress.still", time=_duration(reader, paused, is_exact=view.is_everyone))
    if view.is_everyone:
        yield _rate(reader, view.progress.sent / max(1.0, view.seconds - paused))
    else:
        yield reader.say("progress.shares")


def _duration(reader: Reader, seconds: float, *, is_exact: bool) -> str:
    if not is_exact or seconds >= _EXACT_BELOW:
        return time_format.format_duration(reader, seconds)
    if seconds < MIN_CHART_SECONDS:
        return reader.say("progress.moment")
    return reader.say("progress.seconds", number=round(seconds))


def _paused_seconds(line: Sequence[TimelinePoint], total: float) -> float:
    """Return for how many seconds sending paused. A pause is a long time in which no count changed.

    `line` are the points of the timeline. `total` is how long sending took, in seconds.
    """
    long = min(_MAX_PAUSE, max(_MIN_PAUSE, total / 10))
    flat = [later.at - earlier.at for earlier, later in itertools.pairwise(line) if earlier.counts == later.counts]
    return sum(seconds for seconds in flat if seconds >= long)


def _languages(reader: Reader, view: ProgressView) -> Iterator[str]:
    """Yield a heading, then a line for each language with the number of its recipients.

    Yield nothing if there is only one language, or if there are so few recipients that all numbers would be hidden.
    """
    total = sum(view.by_language.values())
    if len(view.by_language) < 2 or total < 2 * PRIVACY_THRESHOLD:
        return
    everyone = parts(total, view.by_language) if view.is_everyone else rounded_counts(view.by_language)
    yield reader.say("progress.by_language")
    for language, amount in sorted(everyone.items()):
        yield reader.say("stats.line", name=reader.language_name(language), amount=_shown(reader, amount, view))


def _shown(reader: Reader, amount: Amount, view: ProgressView) -> str:
    if isinstance(amount, Exact) and not view.is_everyone:
        return reader.say("stats.about", number=amount.number)
    return amount_text(amount, reader.book)


def _rate(reader: Reader, per_second: float) -> str:
    if per_second >= 1:
        return reader.say("progress.pace", number=round(per_second))
    return reader.say("progress.pace_slow", number=max(1, round(per_second * 60)))

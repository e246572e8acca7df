"""Answer /stats for admins with the numbers of subscribers, in a picture and its caption."""

import logging
from collections.abc import Callable, Iterable
from datetime import date

from bot.chart.disclosure import ALL_TOPICS, DayChanges, Figures, Point, figures
from bot.chart.drawing_process import DrawingFailed
from bot.chart.renderer import ChartRenderer
from bot.chart.stats_chart import CaptionRow, build_chart, caption_rows, short_caption
from bot.model.replies import MessageReplies, SendPhoto, SendText
from bot.runtime.dates import today
from content.model import Campaign
from content.screens.reader import Reader
from content.screens.screen import Screen, Span, Style
from storage.store import Store
from storage.subscriptions.daily_count import series

log = logging.getLogger(__name__)


class StatsCommand:
    """Answer /stats: count the subscribers and draw a chart of the counts."""

    def __init__(
        self, store: Store, campaign: Campaign, renderer: ChartRenderer, day: Callable[[], date] = today
    ) -> None:
        self._store = store
        self._campaign = campaign
        self._renderer = renderer
        self._day = day

    async def replies(self, reader: Reader) -> MessageReplies:
        """Return the chart as a picture with a caption, or the caption alone when drawing fails."""
        counts = await disclosable_figures(self._store, self._campaign, self._day())
        chart = build_chart(counts, reader.campaign, reader.book)
        try:
            return (SendPhoto(await self._renderer.render(chart), _caption(reader, short_caption(chart))),)
        except DrawingFailed as error:
            log.warning("%s", error)
            return (SendText(_caption(reader, caption_rows(chart))),)


async def disclosable_figures(store: Store, campaign: Campaign, day: date) -> Figures:
    """Return the numbers of subscribers on `day` that an admin can see; small numbers are hidden."""
    numbers = await store.subscribers.count_choices()
    days = series(await store.daily_counts.days())
    history = [Point(entry.day, entry.total) for entry in days]
    changes = [DayChanges(entry.day, entry.joined, entry.left, entry.blocked) for entry in days]
    topics = {topic.number: numbers.topics[topic.number] for topic in campaign.topics}
    if topics:
        topics = {ALL_TOPICS: numbers.everything, **topics}
    languages = {str(lang): 0 for lang in campaign.languages} | dict(numbers.languages)
    return figures(Point(day, numbers.total), history, topics, languages, changes)


def _caption(reader: Reader, rows: Iterable[CaptionRow]) -> Screen:
    """Return a caption with a line for each row: name and amount. A row without an amount is a bold heading."""
    spans: list[Span] = []
    for row in rows:
        line = reader.say("stats.line", name=row.name, amount=row.amount) if row.amount else row.name
        spans.append(Span(("\n" if spans else "") + line, None if row.amount else Style.BOLD))
    return Screen(tuple(spans))

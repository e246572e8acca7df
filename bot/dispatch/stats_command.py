"""/stats for admins: the list in figures, as a picture and as a caption that says the same."""

import logging
from collections.abc import Callable
from datetime import date

from bot.chart.disclosure import Figures, Point, figures
from bot.chart.renderer import ChartFailed, ChartRenderer
from bot.chart.stats_chart import build_chart, caption_rows
from bot.dispatch.subscriptions import today
from bot.model.replies import Replies, SendPhoto, SendText
from content.model import Campaign
from content.screens.reader import Reader
from content.screens.screen import Screen, Span, Style
from storage.store import Store
from storage.subscriptions.daily_count import series

COMMAND = "stats"

log = logging.getLogger(__name__)


class StatsCommand:
    def __init__(
        self, store: Store, campaign: Campaign, draughtsman: ChartRenderer, day: Callable[[], date] = today
    ) -> None:
        self._store = store
        self._campaign = campaign
        self._day = day
        self._draughtsman = draughtsman

    async def told(self, reader: Reader) -> Replies:
        """The picture with its caption; the caption alone when it could not be drawn."""
        shown = build_chart(
            await disclosable_figures(self._store, self._campaign, self._day()), reader.campaign, reader.book
        )
        caption = _caption(reader, [(row.name, row.amount) for row in caption_rows(shown)])
        try:
            return (SendPhoto(await self._draughtsman.render(shown), caption),)
        except ChartFailed as failed:
            log.warning("%s", failed)
            return (SendText(caption),)


async def disclosable_figures(store: Store, campaign: Campaign, day: date) -> Figures:
    """What an admin may see of the list on `day`."""
    numbers = await store.subscribers.count_choices()
    history = [Point(one.day, one.total) for one in series(await store.daily_counts.days())]
    topics = {topic.number: numbers.topics[topic.number] + numbers.everything for topic in campaign.topics}
    known = {str(lang): 0 for lang in campaign.languages}
    return figures(Point(day, numbers.total), history, topics, known | dict(numbers.languages))


def _caption(reader: Reader, rows: list[tuple[str, str]]) -> Screen:
    """Headings bold; figures behind their names."""
    spans: list[Span] = []
    for name, amount in rows:
        line = reader.say("stats.line", name=name, amount=amount) if amount else name
        spans.append(Span(("\n" if spans else "") + line, None if amount else Style.BOLD))
    return Screen(tuple(spans))

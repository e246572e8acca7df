"""The end of a broadcast as admins are told it: a chart with its words, or the words alone."""

import logging
from collections.abc import Awaitable, Callable, Iterable

from bot.broadcast.authoring.admins import Admins
from bot.broadcast.progress import progress_chart, summary_text
from bot.broadcast.progress.progress_screen import HEARD_ENDS, View
from bot.broadcast.progress.watchlist import MonitoredBroadcast
from bot.chart.renderer import ChartFailed, ChartRenderer
from bot.model.replies import Replies, SendPhoto, SendText
from content.model import Lang
from content.screens.reader import Reader
from storage.store import Store

log = logging.getLogger(__name__)


class FinalReport:
    def __init__(self, store: Store, admins: Admins, draughtsman: ChartRenderer, now: Callable[[], float]) -> None:
        self._store = store
        self._admins = admins
        self._draughtsman = draughtsman
        self._now = now

    async def replies(self, reader: Reader, view: View) -> Replies:
        course = (
            await self._store.timelines.get(self._store.database, view.progress.number) if view.has_chart else None
        )
        said = summary_text.words(reader, view, course, self._now())
        if course is None:
            return (SendText(said),)
        try:
            return (SendPhoto(await self._draughtsman.render(progress_chart.curve(reader, view, course)), said),)
        except ChartFailed as failed:
            log.warning("%s", failed)
            return (SendText(said),)

    async def tell(
        self, watched: MonitoredBroadcast, view: View, admins: Iterable[int], noted: Callable[[], Awaitable[None]]
    ) -> None:
        """Those of `admins` who were not told of this end, with a sound: the message that is edited makes none.

        It is noted for each admin after they were told: a crash in between tells one of them twice, and none is left
        out. Who cannot be reached is not tried again.
        """
        end, made = view.progress.ended, dict[Lang, Replies]()
        if end is None or view.progress.begun is None or (view.ending in HEARD_ENDS and not view.has_chart):
            return
        for admin in admins:
            if watched.told.get(str(admin)) == end:
                continue
            reader = await self._admins.reader(admin, watched.lang)
            if reader.lang not in made:
                made[reader.lang] = await self.replies(reader, view)
            await self._say(admin, made[reader.lang])
            watched.told[str(admin)] = end
            await noted()

    def shown(self, watched: MonitoredBroadcast, view: View, admin: int) -> None:
        """They get the report as a new message: where it says the end already and there is no chart, that is told."""
        if view.progress.ended is not None and not view.has_chart:
            watched.told[str(admin)] = view.progress.ended

    async def _say(self, admin: int, replies: Replies) -> None:
        """In words where the picture does not arrive."""
        if not await self._admins.notify(admin, replies):
            await self._admins.notify(
                admin, tuple(SendText(one.caption) for one in replies if isinstance(one, SendPhoto))
            )

"""Send admins the final report of a broadcast: a chart with a summary, or the summary alone."""

import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace

from bot.audit.head_spans import head_spans
from bot.broadcast.authoring.admins import Admins
from bot.broadcast.progress import progress_chart, summary_text
from bot.broadcast.progress.progress_screen import NOTIFIED_ENDINGS
from bot.broadcast.progress.progress_view import ProgressView
from bot.broadcast.progress.watchlist import MonitoredBroadcast
from bot.chart.drawing_process import DrawingFailed
from bot.chart.renderer import ChartRenderer
from bot.model.replies import Replies, SendPhoto, SendText
from content.model import Lang
from content.screens.reader import Reader
from content.screens.screen import Screen
from storage.store import Store

log = logging.getLogger(__name__)


class FinalReport:
    """Build the final report of a broadcast, and send it to every admin."""

    def __init__(self, store: Store, admins: Admins, renderer: ChartRenderer, now: Callable[[], float]) -> None:
        self._store = store
        self._admins = admins
        self._renderer = renderer
        self._now = now

    async def replies(self, reader: Reader, view: ProgressView) -> Replies:
        """Return the final report of a broadcast: a chart with a summary.

        Without a chart, or if drawing it fails, return the summary alone.
        """
        timeline = None
        if view.has_chart:
            timeline = await self._store.timelines.get(self._store.database, view.progress.number)
        summary = self._with_head(reader, summary_text.summary(reader, view, timeline, self._now()))
        if timeline is None:
            return (SendText(summary),)
        try:
            png = await self._renderer.render(progress_chart.build_curve(reader, view, timeline))
        except DrawingFailed as error:
            log.warning("%s", error)
            return (SendText(summary),)
        caption = summary_text.summary(reader, view, timeline, self._now(), is_caption=True)
        return (SendPhoto(png, self._with_head(reader, caption)),)

    def _with_head(self, reader: Reader, summary: Screen) -> Screen:
        return replace(summary, spans=(*summary.spans, *head_spans(reader, self._store.audit.head)))

    async def send(
        self,
        broadcast: MonitoredBroadcast,
        view: ProgressView,
        admins: Iterable[int],
        save: Callable[[], Awaitable[None]],
    ) -> None:
        """Send the final report of an ended broadcast to those of `admins` who have not received it.

        The report is a new message, so that it makes a sound. `save` stores `broadcast.reported` after each admin. So
        after a crash one admin can receive the report twice, but none misses it. An admin who cannot be reached is
        not tried again. Nothing is sent if the broadcast never began, or if it has no chart and another message has
        reported its end.
        """
        end, reports = view.progress.ended, dict[Lang, Replies]()
        is_known = view.ending in NOTIFIED_ENDINGS and not view.has_chart
        if end is None or view.progress.begun is None or is_known:
            return
        for admin in admins:
            if broadcast.reported.get(admin) == end:
                continue
            reader = await self._admins.reader(admin, broadcast.language)
            if reader.lang not in reports:
                reports[reader.lang] = await self.replies(reader, view)
            await self._send_to(admin, reports[reader.lang])
            broadcast.reported[admin] = end
            await save()

    def note_shown(self, broadcast: MonitoredBroadcast, view: ProgressView, admin: int) -> None:
        """Record that `admin` got the progress screen as a new message.

        If the broadcast has ended and has no chart, the admin needs no final report: the screen says the same.
        """
        if view.progress.ended is not None and not view.has_chart:
            broadcast.reported[admin] = view.progress.ended

    async def _send_to(self, admin: int, report: Replies) -> None:
        """Send the final report to an admin. If that fails, send the caption of its chart as a text message."""
        if not await self._admins.notify(admin, report):
            captions = (SendText(reply.caption) for reply in report if isinstance(reply, SendPhoto))
            await self._admins.notify(admin, tuple(captions))

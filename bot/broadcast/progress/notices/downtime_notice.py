"""Notify admins after a long downtime that Telegram has dropped updates, perhaps also requests to unsubscribe.

Telegram keeps updates for 24 hours. Downtime is time without contact to Telegram: the bot did not run, or had no
network.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from bot.broadcast.authoring.admins import phrase_screen
from bot.broadcast.progress.notices.admin_notices import AdminNotices, NoticeText
from bot.flows import time_format
from bot.runtime.loop_guard import LoopGuard
from content.screens.reader import Reader
from content.screens.screen import Screen
from storage.contact_record import ContactRecord

KEPT_BY_TELEGRAM = 86_400.0  # seconds
RECORD_EVERY = 600.0  # seconds: the recorded contact is at most this old, so a downtime is never underestimated
_RECENT = 60.0  # seconds since Telegram answered a poll; polls take 25
_HOUR = 3600.0
_REPORTED_FOR = 2 * 86_400.0  # seconds in which a restart repeats a notice that an admin has not received
_NOTICE = "downtime"
_UTC = 1  # index of UTC in ZONES

AskDate = Callable[[], Awaitable[float | None]]

log = logging.getLogger(__name__)


class DowntimeNotice:
    """Record the time of contacts with Telegram, and report to admins a downtime of more than 24 hours.

    After such a downtime, updates are lost. `now` returns Unix time. `previous` is the Unix time of the last contact
    of an earlier process, or None. A contact is recorded every `record_every` seconds.
    """

    def __init__(
        self,
        record: ContactRecord,
        notices: AdminNotices,
        now: Callable[[], float],
        previous: float | None,
        record_every: float = RECORD_EVERY,
    ) -> None:
        self._record = record
        self._notices = notices
        self._now = now
        self._previous = previous
        self._record_every = record_every

    async def run(self, seconds_since_answer: Callable[[], float], ask_date: AskDate) -> None:
        """Record contacts with Telegram until cancelled. Call this when Telegram has answered for the first time.

        `seconds_since_answer` returns how long ago Telegram answered a poll. `ask_date` returns the Unix time of
        Telegram's server, or None.
        """
        guard = LoopGuard("The record of contacts with Telegram")
        with guard.guard():
            await self._report_again()
        while True:
            if seconds_since_answer() <= _RECENT:
                with guard.guard():
                    await self._record_contact(ask_date)
            await asyncio.sleep(self._record_every)

    async def _record_contact(self, ask_date: AskDate) -> None:
        """Record a contact with Telegram now. Report the time since the previous contact if it is over 24 hours.

        This machine's clock might be wrong. So before reporting, ask Telegram for the date.
        """
        previous, now = self._previous, self._now()
        if previous is not None and not 0 <= now - previous <= KEPT_BY_TELEGRAM:
            now = await ask_date() or now
        is_long = previous is not None and now - previous > KEPT_BY_TELEGRAM
        await self._record.write(now, (previous, now) if previous is not None and is_long else None)
        self._previous = now
        if previous is not None and is_long:
            log.warning(
                "The bot was out of contact with Telegram for %.0f hours, and Telegram keeps updates for 24: "
                "requests to leave may be lost",
                (now - previous) / _HOUR,
            )
            self._post(previous, now)

    async def _report_again(self) -> None:
        """Report a stored downtime again, because not all admins have been notified.

        If the downtime ended over two days ago, erase it instead.
        """
        downtime = await self._record.downtime()
        if downtime is None:
            return
        if 0 <= self._now() - downtime[1] <= _REPORTED_FOR:
            self._post(*downtime)
        else:
            await self._record.clear_downtime()

    def _post(self, since: float, until: float) -> None:
        self._notices.post(_NOTICE, _text(since, until), on_end=self._record.clear_downtime)


def _text(since: float, until: float) -> NoticeText:
    duration = round((until - since) / _HOUR) * _HOUR

    def text(reader: Reader) -> Screen:
        return phrase_screen(
            reader,
            "progress.downtime",
            duration=time_format.format_duration(reader, duration),
            moment=time_format.format_moment(reader, since, _UTC),
            zone=time_format.zone_name_at(reader, _UTC),
        )

    return text

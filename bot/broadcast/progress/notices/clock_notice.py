"""Notify admins that the server's clock might be wrong, and let one of them confirm that it is right."""

from bot.audit.trail import AuditEntry, AuditTrail
from bot.broadcast.progress.notices.admin_notices import AdminNotices
from bot.broadcast.progress.progress_actions import PREFIX
from bot.flows import time_format
from bot.model.events import SignedPress
from bot.model.replies import Replies, Toast
from bot.runtime.clock_guard import ClockGuard, Doubt
from content.screens.reader import Reader
from content.screens.screen import Screen, Span
from storage.audit.record import AuditAct

ACTION = f"{PREFIX}clock."
_NOTICE = "clock"
_UTC = 1  # index of UTC in ZONES


class ClockNotice:
    """Post a notice to admins while the server's clock might be wrong.

    With the button of the notice, an admin confirms that the clock is right.
    """

    def __init__(self, guard: ClockGuard, notices: AdminNotices, trail: AuditTrail) -> None:
        self._guard = guard
        self._trail = trail
        self._notices = notices
        guard.on_doubt = self._on_doubt

    async def confirm(self, event: SignedPress, reader: Reader) -> Replies:
        """Handle a press of the button that confirms that the clock is right. Record this in the audit log first."""
        number = event.action.removeprefix(ACTION)
        if event.is_expired or not number.isdecimal() or not self._guard.is_in_doubt(int(number)):
            return (Toast(reader.say("toast.nothing_to_do")),)
        await self._trail.record_alone(AuditEntry(AuditAct.CLOCK_CONFIRMED, event.sender.id))
        is_confirmed = self._guard.confirm(int(number))
        return (Toast(reader.say("toast.done" if is_confirmed else "toast.nothing_to_do")),)

    def _on_doubt(self, doubt: Doubt | None) -> None:
        if doubt is None:
            self._notices.withdraw(_NOTICE)
        else:
            self._notices.post(_NOTICE, lambda reader: _screen(reader, doubt))


def _screen(reader: Reader, doubt: Doubt) -> Screen:
    moment = time_format.format_moment(reader, doubt.since.wall, _UTC)
    text = reader.say("progress.clock_doubt", moment=moment, zone=time_format.zone_name_at(reader, _UTC))
    button = reader.action_button(reader.say("button.clock_right"), f"{ACTION}{doubt.number}")
    return Screen((Span(text),), ((button,),))

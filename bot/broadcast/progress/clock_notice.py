"""Tell admins that the clock is in doubt, and let one of them confirm it."""

from bot.broadcast.progress.admin_notices import Notices
from bot.broadcast.progress.progress_screen import PREFIX
from bot.flows import time_format
from bot.model.events import SignedPress
from bot.model.replies import Replies, Toast
from bot.runtime.clock_guard import ClockGuard, Doubt
from content.screens.reader import Reader
from content.screens.screen import Screen, Span

ACTION = f"{PREFIX}clock."
_NAME = "clock"
_UTC = 1  # the place of UTC in ZONES


class ClockNotice:
    def __init__(self, guard: ClockGuard, notices: Notices) -> None:
        self._guard = guard
        self._notices = notices
        guard.on_doubt = self._heard

    def confirmed(self, event: SignedPress, reader: Reader) -> Replies:
        """Answer the button that says that the clock is right."""
        number = event.action.removeprefix(ACTION)
        if event.is_expired or not number.isdecimal() or not self._guard.confirm(int(number)):
            return (Toast(reader.say("toast.nothing_to_do")),)
        return (Toast(reader.say("toast.done")),)

    def _heard(self, doubt: Doubt | None) -> None:
        if doubt is None:
            self._notices.drop(_NAME)
        else:
            self._notices.put(_NAME, lambda reader: _screen(reader, doubt))


def _screen(reader: Reader, doubt: Doubt) -> Screen:
    moment = time_format.format_moment(reader, doubt.since.wall, _UTC)
    said = reader.say("progress.clock_doubt", moment=moment, zone=time_format.zone_name_at(reader, _UTC))
    return Screen(
        (Span(said),), ((reader.action_button(reader.say("button.clock_right"), f"{ACTION}{doubt.number}"),),)
    )

"""Notify the other admins at once when an admin pauses, stops, withdraws or resends something, and who did it."""

from collections.abc import Callable

from bot.audit.trail import AuditEntry, AuditTrail
from bot.broadcast.progress.notices.admin_notices import AdminNotices
from content.screens.reader import Reader
from content.screens.screen import Screen, Span
from storage.audit.record import AuditAct

# The acts that an admin does alone. The others are known to all anyway: two admins did them, or a message follows.
NOTIFIED = frozenset(
    {
        AuditAct.PAUSED,
        AuditAct.STOPPED,
        AuditAct.WITHDRAWN,
        AuditAct.RESENT_UNKNOWN,
        AuditAct.RESENT_REFUSED,
        AuditAct.RELEASED,
        AuditAct.RELEASED_UNSENT,
        AuditAct.CLOCK_CONFIRMED,
    }
)
_TRIES = 60  # once a minute; after an hour it is in the log and on the progress screen only

NameOfAdmin = Callable[[int, Reader], str]


def another_admin(admin: int, reader: Reader) -> str:
    """Return the words for an admin without a name."""
    return reader.say("act.another_admin")


class ActNotices:
    """Post a notice about each act of NOTIFIED to all admins but the one who did it.

    `name_of` returns the role and the name of an admin, in the language of the reader.
    """

    def __init__(self, notices: AdminNotices, trail: AuditTrail, name_of: NameOfAdmin = another_admin) -> None:
        self._notices = notices
        self._name_of = name_of
        trail.subscribe(self._on_act)

    def _on_act(self, entry: AuditEntry) -> None:
        if entry.act not in NOTIFIED:
            return

        def text(reader: Reader) -> Screen:
            number = entry.subject.partition(".")[0]
            values: dict[str, str | int] = {"number": int(number)} if number else {}
            sentence = reader.say(f"act.{entry.act.value}", who=self._name_of(entry.by, reader), **values)
            return Screen((Span(sentence + "\n\n" + reader.say("act.hint")),))

        name = f"act {entry.act.value} {entry.subject} {entry.by}"
        self._notices.post(name, text, without=entry.by, tries=_TRIES)

"""Notify the other admins at once when an admin pauses, stops, withdraws or resends something.

The notice names the admin who did it.
"""

from bot.audit.trail import AuditEntry, AuditTrail
from bot.broadcast.authoring.admins import Admins
from bot.broadcast.progress.notices.admin_notices import AdminNotices
from bot.team.member_names import shown_name
from content.screens.reader import Reader
from content.screens.screen import Screen, Span
from storage.audit.record import AuditAct

# Acts of a single admin. All admins learn of other acts anyway: these need two admins, or a message follows.
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
        AuditAct.CHANNEL_NAMED,
        AuditAct.CHANNEL_FORGOTTEN,
        AuditAct.CHANNEL_POSTED_AGAIN,
    }
)
_TRIES = 60  # once a minute; after an hour, only the log and the progress screen show the act


class ActNotices:
    """Post a notice about each recorded act in NOTIFIED to all admins except the admin who did it."""

    def __init__(self, notices: AdminNotices, admins: Admins, trail: AuditTrail) -> None:
        self._notices = notices
        self._admins = admins
        trail.subscribe(self._on_act)

    def _on_act(self, entry: AuditEntry) -> None:
        if entry.act not in NOTIFIED:
            return

        def text(reader: Reader) -> Screen:
            number = entry.subject.partition(".")[0]
            values: dict[str, str | int] = {"number": int(number)} if number else {}
            sentence = reader.say(f"act.{entry.act.value}", who=self._name_of(entry.by, reader), **values)
            return Screen((Span(sentence + "\n\n" + reader.say("act.hint")),))

        others = [admin for admin in self._admins.ids if admin != entry.by]
        name = f"act {entry.act.value} {entry.subject} {entry.by}"
        self._notices.post(name, text, others, tries=_TRIES)

    def _name_of(self, admin: int, reader: Reader) -> str:
        """Return an admin's name and role, or the phrase for "another admin" if they are no longer in the team."""
        member = self._admins.team.member(admin)
        if member is None:
            return reader.say("act.another_admin")
        name, role = shown_name(reader, member), reader.say(f"team.role_{member.role.value}")
        return reader.say("act.member", name=name, role=role) if member.name else name

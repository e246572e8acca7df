"""Notify the owners and the member concerned of changes to second factors."""

from functools import partial
from itertools import count

from bot.audit.trail import AuditEntry, AuditTrail
from bot.broadcast.progress.notices.admin_notices import AdminNotices
from bot.second_factor import factor_screens
from bot.second_factor.team_colleagues import TeamColleagues
from content.screens.reader import Reader
from content.screens.screen import Screen
from storage.audit.record import AuditAct

_PHRASES = {
    AuditAct.FACTOR_SET_UP: "notice_set_up",
    AuditAct.FACTOR_LOCKED: "notice_locked",
    AuditAct.FACTOR_RECOVERY_USED: "notice_recovery_used",
    AuditAct.FACTOR_TURNED_ON: "notice_turned_on",
    AuditAct.FACTOR_TURNED_OFF: "notice_turned_off",
    AuditAct.FACTOR_ALLOWED: "notice_allowed",
    AuditAct.FACTOR_UNLOCKED: "notice_unlocked",
}


class FactorNotices:
    """Notify admins of each change to second factors, after the audit log has recorded the change.

    The owners and the member concerned are notified; if the change concerns no single member, the whole team.
    """

    def __init__(self, notices: AdminNotices, colleagues: TeamColleagues, trail: AuditTrail) -> None:
        self._notices = notices
        self._colleagues = colleagues
        self._numbers = count(1)
        trail.subscribe(self._on_act)

    def _on_act(self, entry: AuditEntry) -> None:
        """If the act in `entry` changes second factors, queue notices to the owners and the member concerned.

        If `entry` names no member, queue notices to all active members. Ignore other acts.
        """
        if entry.act not in _PHRASES:
            return
        owners = self._colleagues.owners()
        people = {*owners, entry.member} if entry.member else set(self._colleagues.active_ids())
        self._notices.post(f"factor {next(self._numbers)}", partial(self._text, entry), people)

    def _text(self, entry: AuditEntry, reader: Reader) -> Screen:
        name_of = partial(self._colleagues.name_of, reader)
        names = {"who": name_of(entry.by), **({"member": name_of(entry.member)} if entry.member else {})}
        return factor_screens.sentence(reader, _PHRASES[entry.act], **names)

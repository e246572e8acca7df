"""Record the acts on the team in the audit log."""

from bot.audit.trail import AuditEntry, AuditTrail
from bot.team.acts import Act
from storage.audit.record import AuditAct


class TeamActRecorder:
    """Record each act on the team, and erase the pseudonym of a person who is no longer in it."""

    def __init__(self, trail: AuditTrail) -> None:
        self._trail = trail

    async def record(self, act: Act) -> None:
        """Record an act that has taken effect. Raises StorageTrouble."""
        entry = AuditEntry(
            act.kind,
            act.admin,
            subject=str(act.new_role or ""),
            member=act.member,
            role=str(act.role or ""),
        )
        await self._trail.record_alone(entry)
        if act.kind in (AuditAct.REMOVED, AuditAct.LEFT):
            await self._trail.forget(act.member)

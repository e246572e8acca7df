"""Keep and change the members of the team. Each change is stored, encrypted, before its method returns.

Each change and its entry in the audit log are one transaction. ADMIN_IDS names owners, whom nobody can remove in the
chat. All others are invited. A change that would leave the team without an active owner is refused.

An announcement needs an author and an approver. A thief with one stolen account could add an approver, or suspend
all others to be the only one. So a new approver waits `WAITING` seconds before confirming announcements, if somebody
could object. If only one approver is left after another has lost the right, this one waits as long before sending
alone. Meanwhile the others can suspend the thief, or the operator can restore an owner of ADMIN_IDS on the server.
"""

import asyncio
import hmac
import logging
from collections.abc import Awaitable, Callable, Collection
from dataclasses import replace
from enum import StrEnum

from bot.audit.trail import AuditEntry, AuditTrail
from bot.model.roles import Permission, Role, allows
from bot.team import invitations, members
from bot.team.invitations import VALID_FOR
from bot.team.member_names import unused_name
from bot.team.members import Invitation, Member, Standing, TeamRecord, configured_owner
from bot.team.team_storage import TeamStorage
from storage.audit.record import AuditAct
from storage.store import Store

WAITING = 24 * 3600.0  # seconds
MAX_INVITATIONS = 20  # that are pending at once
MAX_MEMBERS = 50  # an owner can still read the list; each notice goes to all of them
_ROLES = (Role.OWNER, Role.APPROVER, Role.EDITOR)
_GIVING_ROLES = (AuditAct.ROLE_CHANGED, AuditAct.MEMBER_RESTORED)  # acts whose record in the audit log names the role

log = logging.getLogger(__name__)

Listener = Callable[[int], Awaitable[None]]


class Refusal(StrEnum):
    """The reason why a change is refused. The phrase for each value has the key `team.refused_{value}`."""

    GONE = "gone"  # there is no such member or invitation any more
    LAST_OWNER = "last_owner"
    CONFIGURED = "configured"  # ADMIN_IDS names this owner
    FULL = "full"


class Team:
    """The members of the team and the unused invitations. Call `open` before anything else.

    `key` is the secret key of the hashes that stand for members in callback data. `now` returns Unix time. `trail`
    records each change. In methods, `by` is who makes it: an admin or OPERATOR. A refused change returns a Refusal.
    """

    def __init__(
        self, owners: Collection[int], store: Store, trail: AuditTrail, *, key: bytes, now: Callable[[], float]
    ) -> None:
        self._configured = frozenset(owners)
        self._storage = TeamStorage(store, trail)
        self._key = key
        self._now = now
        self._lock = asyncio.Lock()
        self._listeners: list[Listener] = []
        self._record = TeamRecord().with_configured(self._configured)
        self.is_of_backup = False  # whether the team was read from a restored backup, at this start

    async def open(self, *, is_restored: bool = False) -> None:
        """Load the team. After a restore, no invited member can act at first: the backup may contain removed ones."""
        content = await self._storage.load()
        record = members.decode(content) if content else TeamRecord()
        record = record.with_configured(self._configured)
        self.is_of_backup = is_restored and content is not None
        self._record = record.held() if is_restored else record
        if content is not None and members.encode(self._record) != content:
            await self._save(self._record, None)

    def log_suspensions(self) -> None:
        """Log how many owners of ADMIN_IDS are suspended, and how many members have no rights since a restore."""
        suspended = sum(member.is_configured and not member.may(Permission.WRITE) for member in self._record.members)
        held = sum(member.standing is Standing.HELD for member in self._record.members)
        if suspended:
            log.warning(
                "Owners of ADMIN_IDS who are suspended: %d. If that was not meant, stop the bot and run "
                "`python -m bot team restore`",
                suspended,
            )
        if held:
            log.warning("Members who cannot act until an owner restores them, since a backup was restored: %d", held)

    def on_rights_lost(self, listener: Listener) -> None:
        """Call `listener` with the user id of each person who loses a right, after this is stored."""
        self._listeners.append(listener)

    # Permissions

    @property
    def ids(self) -> list[int]:
        """Return the ids of all members who are not suspended."""
        return self.with_permission(Permission.WRITE)

    @property
    def known_ids(self) -> list[int]:
        """Return the ids of all members, including suspended ones."""
        return sorted(member.user for member in self._record.members)

    def with_permission(self, permission: Permission) -> list[int]:
        """Return the ids of the active members whose role has `permission`."""
        return sorted(member.user for member in self._record.members if member.may(permission))

    def role_of(self, user: int) -> Role | None:
        """Return the role of an active member; None for a suspended member and for people outside the team."""
        member = self._record.member(user)
        return member.role if member and member.standing is Standing.ACTIVE else None

    def may(self, user: int, permission: Permission) -> bool:
        """Return whether a person is an active member whose role has `permission`."""
        member = self._record.member(user)
        return member is not None and member.may(permission)

    def confirmers(self) -> list[int]:
        """Return the ids of the members who can confirm announcements of others now."""
        return [user for user in self.with_permission(Permission.APPROVE) if self.confirms_from(user) <= self._now()]

    def confirms_from(self, user: int) -> float:
        """Return the Unix time, past or future, from which a member may confirm announcements of others."""
        member = self._record.member(user)
        return member.confirms_from if member else 0.0

    @property
    def alone_from(self) -> float:
        """Return the Unix time, past or future, from which an admin who is the only approver may send alone."""
        return self._record.alone_from

    # Members and invitations

    def member(self, user: int) -> Member | None:
        """Return the member with this id, suspended or not; None if there is none."""
        return self._record.member(user)

    def members(self) -> list[Member]:
        """Return all members: first owners, then approvers, then editors."""
        return sorted(self._record.members, key=lambda member: _ROLES.index(member.role))

    def tag(self, user: int) -> str:
        """Return the short keyed hash that stands for a member in callback data, which does not reveal the id."""
        return hmac.digest(self._key, b"member %d" % user, "sha256")[:5].hex()

    def invitations(self) -> list[Invitation]:
        """Return the invitations that are still valid."""
        return [invitation for invitation in self._record.invitations if invitation.expires > self._now()]

    def invitation(self, digest: str) -> Invitation | None:
        """Return the valid invitation whose secret has the hash `digest`; None if there is none."""
        return invitations.matching(self._record.invitations, digest, self._now())

    # Changes

    async def invite(self, inviter: int, role: Role) -> str | Refusal:
        """Store a new invitation, and return the secret for its link, or why this is refused."""
        async with self._lock:
            pending = self.invitations()
            if len(pending) >= MAX_INVITATIONS or len(self._record.members) >= MAX_MEMBERS:
                return Refusal.FULL
            secret = invitations.new_secret()
            new = Invitation(invitations.digest_of(secret), role, self._now() + VALID_FOR, inviter)
            entry = AuditEntry(AuditAct.INVITED, inviter, role.value)
            await self._save(replace(self._record, invitations=(*pending, new)), entry)
            return secret

    async def cancel_invitation(self, digest: str, *, by: int) -> Refusal | None:
        """Delete the unused invitation with the hash `digest`; return None, or why this is refused."""
        async with self._lock:
            invitation = self.invitation(digest)
            if invitation is None:
                return Refusal.GONE
            entry = AuditEntry(AuditAct.INVITATION_CANCELLED, by, invitation.role.value)
            await self._save(self._without_invitation(digest), entry)
            return None

    async def accept(self, user: int, digest: str, name: str) -> Member | Refusal:
        """Use up the invitation with the hash `digest`; return `user` as a new member, or why this is refused."""
        async with self._lock:
            invitation = self.invitation(digest)
            if invitation is None or self._record.member(user):
                return Refusal.GONE
            name = unused_name(name, [other.name for other in self._record.members])
            member = Member(user, invitation.role, name, confirms_from=self._confirms_from(invitation.role, 0.0))
            entry = AuditEntry(AuditAct.JOINED, user, member.role.value, member=user, role=member.role.value)
            await self._save(self._without_invitation(digest).with_member(member), entry)
            return member

    def _without_invitation(self, digest: str) -> TeamRecord:
        left = tuple(invitation for invitation in self.invitations() if invitation.digest != digest)
        return replace(self._record, invitations=left)

    def _confirms_from(self, role: Role, before: float) -> float:
        """Return the Unix time from which a member who gets `role` may confirm; with the old role, it was `before`.

        It is at least WAITING seconds from now if `role` may approve and others could object; otherwise `before`.
        """
        may_wait = len(self.with_permission(Permission.APPROVE)) > 1 or self.alone_from > self._now()
        is_waiting = may_wait and allows(role, Permission.APPROVE)
        return max(before, self._now() + WAITING) if is_waiting else before

    async def change_role(self, user: int, role: Role, *, by: int) -> Refusal | None:
        """Give a member another role; return None, or why this is refused."""

        def changed(member: Member) -> Member | Refusal:
            if member.is_configured:
                return Refusal.CONFIGURED
            gains = not allows(member.role, Permission.APPROVE)
            confirms_from = self._confirms_from(role, member.confirms_from) if gains else member.confirms_from
            return replace(member, role=role, confirms_from=confirms_from)

        return await self._change(AuditAct.ROLE_CHANGED, user, by, changed)

    async def suspend(self, user: int, *, by: int) -> Refusal | None:
        """Take all rights from a member until somebody restores them, and delete their invitations."""
        return await self._change(AuditAct.SUSPENDED, user, by, _in_standing(Standing.SUSPENDED))

    async def restore(self, user: int, *, by: int) -> Refusal | None:
        """Give a suspended or held member their rights back; return None, or why this is refused."""
        return await self._change(AuditAct.MEMBER_RESTORED, user, by, _in_standing(Standing.ACTIVE))

    async def rename(self, user: int, name: str) -> Refusal | None:
        """Store the name that a member chose; return None, or why this is refused."""
        taken = [member.name for member in self._record.members if member.user != user]
        unused = unused_name(name, taken)
        return await self._change(AuditAct.RENAMED, user, user, lambda member: replace(member, name=unused))

    async def remove(self, user: int, *, by: int) -> Refusal | None:
        """Erase a member whom ADMIN_IDS does not name; return None, or why this is refused."""

        def removed(member: Member) -> Refusal | None:
            return Refusal.CONFIGURED if member.is_configured else None

        return await self._change(AuditAct.REMOVED, user, by, removed)

    async def forget(self, user: int) -> bool:
        """Erase a person who asks for it, even the last owner. Return whether a member left the team.

        For an owner named by ADMIN_IDS, only the name and the invitations are deleted. A suspension stays.
        """
        async with self._lock:
            before = self._record.member(user)
            if before is None:
                return False
            after = self._record.without_member(user)
            entry = AuditEntry(AuditAct.LEFT, user, member=user, role=before.role.value)
            if before.is_configured:
                rest = replace(configured_owner(user, before.number), standing=before.standing)
                after = self._record.without_invitations_of(user).with_member(rest)
            await self._save(self._with_waiting(before, after), None if before.is_configured else entry)
        await self._report_lost(user)
        return not before.is_configured

    async def _change(
        self, act: AuditAct, user: int, by: int, changed: Callable[[Member], Member | Refusal | None]
    ) -> Refusal | None:
        """Replace member `user` by `changed(member)`, or remove them if that is None; return None or a Refusal."""
        async with self._lock:
            before = self._record.member(user)
            if before is None:
                return Refusal.GONE
            after = changed(before)
            if isinstance(after, Refusal):
                return after
            record = self._record.with_member(after) if after else self._record.without_member(user)
            if not record.has_active_owner:
                return Refusal.LAST_OWNER
            if after is None or not after.may(Permission.TEAM):
                record = record.without_invitations_of(user)
            role = after.role.value if after and act in _GIVING_ROLES else ""
            await self._save(self._with_waiting(before, record), AuditEntry(act, by, role, member=user))
        if after is None or (after.role, after.standing) != (before.role, before.standing):
            await self._report_lost(user)
        return None

    def _with_waiting(self, before: Member, record: TeamRecord) -> TeamRecord:
        """Return `record`, the team after a change of the member `before`.

        If the member lost the right to confirm, set `alone_from`: nobody may send alone for the next WAITING seconds.
        """
        after = record.member(before.user)
        could_confirm = before.may(Permission.APPROVE) and before.confirms_from <= self._now()
        has_lost = could_confirm and not (after and after.may(Permission.APPROVE))
        return replace(record, alone_from=self._now() + WAITING) if has_lost else record

    async def _report_lost(self, user: int) -> None:
        for listener in self._listeners:
            await listener(user)

    async def _save(self, record: TeamRecord, entry: AuditEntry | None) -> None:
        await self._storage.save(record, entry)
        self._record = record


def _in_standing(standing: Standing) -> Callable[[Member], Member]:
    return lambda member: replace(member, standing=standing)

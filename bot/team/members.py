"""The record of the team as data, and the JSON under which it is stored. Pure."""

from dataclasses import dataclass, replace
from enum import StrEnum

import msgspec

from bot.model import stored_json
from bot.model.roles import Permission, Role, allows


class Standing(StrEnum):
    """The right of a member to act. The values are stored, so never change one."""

    ACTIVE = "active"
    SUSPENDED = "suspended"  # by an owner
    HELD = "held"  # because the database was restored from a backup, until an owner restores the member


@dataclass(frozen=True, slots=True)
class Member:
    """A member of the team.

    `is_configured` says that ADMIN_IDS names this person. `name` is the one that the person chose; an owner of
    ADMIN_IDS has none at first, and is shown by `number`. From `confirms_from` (Unix time) on, the person can confirm
    announcements of others.
    """

    user: int
    role: Role
    name: str = ""
    standing: Standing = Standing.ACTIVE
    is_configured: bool = False
    confirms_from: float = 0.0
    number: int = 0  # among the owners of ADMIN_IDS, from 1; 0 for other members

    def may(self, permission: Permission) -> bool:
        """Return whether the member is active and their role has `permission`."""
        return self.standing is Standing.ACTIVE and allows(self.role, permission)


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation that nobody has used yet. `digest` is a hash of the secret in its link.

    The invitation is valid until `expires`, in Unix time. `inviter` is the owner who made it.
    """

    digest: str
    role: Role
    expires: float
    inviter: int


@dataclass(frozen=True, slots=True)
class TeamRecord:
    """All that is stored about the team: the members by their ids, and the pending invitations.

    `alone_from` is the Unix time from which the last approver can send without the approval of another.
    """

    members: tuple[Member, ...] = ()
    invitations: tuple[Invitation, ...] = ()
    alone_from: float = 0.0

    def member(self, user: int) -> Member | None:
        """Return the member with this id; None if there is none."""
        return next((member for member in self.members if member.user == user), None)

    @property
    def has_active_owner(self) -> bool:
        """Return whether somebody in the team can change the team."""
        return any(member.may(Permission.TEAM) for member in self.members)

    def with_member(self, member: Member) -> "TeamRecord":
        """Return the record with `member` added, in the place of the member with the same id if there is one."""
        if self.member(member.user) is None:
            return replace(self, members=(*self.members, member))
        members = tuple(member if other.user == member.user else other for other in self.members)
        return replace(self, members=members)

    def without_member(self, user: int) -> "TeamRecord":
        """Return the record without the member with this id and without the invitations that they made."""
        members = tuple(member for member in self.members if member.user != user)
        return replace(self, members=members).without_invitations_of(user)

    def without_invitations_of(self, inviter: int) -> "TeamRecord":
        """Return the record without the invitations that `inviter` made."""
        left = tuple(invitation for invitation in self.invitations if invitation.inviter != inviter)
        return replace(self, invitations=left)

    def with_configured(self, owners: frozenset[int]) -> "TeamRecord":
        """Return the record with the owners that ADMIN_IDS names, and without those that it no longer names.

        A member whom ADMIN_IDS names is an owner, and stays suspended if they were.
        """
        remaining = [member for member in self.members if member.user in owners or not member.is_configured]
        numbers = {user: number for number, user in enumerate(sorted(owners), 1)}
        known = {member.user: member for member in remaining}
        configured = [
            replace(known.get(user, Member(user, Role.OWNER)), role=Role.OWNER, is_configured=True, number=number)
            for user, number in numbers.items()
        ]
        invited = [replace(member, number=0) for member in remaining if member.user not in owners]
        return replace(self, members=(*configured, *invited))

    def held(self) -> "TeamRecord":
        """Return the record after a restore from a backup: invited members are held, and invitations are void."""
        members = tuple(_held(member) for member in self.members)
        return replace(self, members=members, invitations=())


def configured_owner(user: int, number: int) -> Member:
    """Return an owner of ADMIN_IDS about whom nothing is stored."""
    return Member(user, Role.OWNER, is_configured=True, number=number)


def _held(member: Member) -> Member:
    is_concerned = member.standing is Standing.ACTIVE and not member.is_configured
    return replace(member, standing=Standing.HELD) if is_concerned else member


def encode(record: TeamRecord) -> bytes:
    """Return the JSON under which the team is stored, without owners of ADMIN_IDS about whom nothing is known."""
    stored = tuple(member for member in record.members if member != configured_owner(member.user, member.number))
    return msgspec.json.encode(replace(record, members=stored))


def decode(content: bytes) -> TeamRecord:
    """Return the team that was stored as `content`.

    Raises ValueError if a field does not fit; its text names the field.
    """
    return stored_json.convert(stored_json.parse(content), TeamRecord)

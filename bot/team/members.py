"""Represent the team as data, and encode it as the JSON that is stored. Pure."""

from dataclasses import dataclass, replace
from enum import StrEnum

import msgspec

from bot.model import stored_json
from bot.model.roles import Permission, Role, allows


class Standing(StrEnum):
    """The state of a member's rights. The values are stored, so never change one."""

    ACTIVE = "active"
    SUSPENDED = "suspended"  # by an owner
    HELD = "held"  # because the database was restored from a backup, until an owner restores the member


@dataclass(frozen=True, slots=True)
class Member:
    """A member of the team of admins.

    `is_configured` says that ADMIN_IDS names this person. `name` is what the person chose. An owner in ADMIN_IDS has
    no name at first, and is shown as, for example, "Owner 1", with their `number`. The person can confirm
    announcements of others from the Unix time `confirms_from` on.
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

    It is valid until the Unix time `expires`. `inviter` is the owner who created it.
    """

    digest: str
    role: Role
    expires: float
    inviter: int


@dataclass(frozen=True, slots=True)
class TeamRecord:
    """All stored data of the team: the members and the unused invitations.

    `alone_from` is the Unix time from which the only approver may send without another's approval.
    """

    members: tuple[Member, ...] = ()
    invitations: tuple[Invitation, ...] = ()
    alone_from: float = 0.0

    def member(self, user: int) -> Member | None:
        """Return the member with this id; None if there is none."""
        return next((member for member in self.members if member.user == user), None)

    @property
    def has_active_owner(self) -> bool:
        """Return whether there is an owner who is not suspended or held."""
        return any(member.may(Permission.TEAM) for member in self.members)

    def with_member(self, member: Member) -> "TeamRecord":
        """Return a copy with `member` added. It replaces a member with the same id."""
        if self.member(member.user) is None:
            return replace(self, members=(*self.members, member))
        members = tuple(member if other.user == member.user else other for other in self.members)
        return replace(self, members=members)

    def without_member(self, user: int) -> "TeamRecord":
        """Return a copy without the member with this id, and without the invitations that they created."""
        members = tuple(member for member in self.members if member.user != user)
        return replace(self, members=members).without_invitations_of(user)

    def without_invitations_of(self, inviter: int) -> "TeamRecord":
        """Return a copy without the invitations that `inviter` created."""
        left = tuple(invitation for invitation in self.invitations if invitation.inviter != inviter)
        return replace(self, invitations=left)

    def with_configured(self, owners: frozenset[int]) -> "TeamRecord":
        """Return a copy in which the owners named by ADMIN_IDS are exactly `owners`.

        Members whom ADMIN_IDS named earlier are removed. A member in `owners` becomes an owner, and stays suspended
        if they were.
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
        """Return a copy without invitations, in which invited members cannot act until an owner restores them.

        The bot uses it after its database was restored from a backup.
        """
        members = tuple(_held(member) for member in self.members)
        return replace(self, members=members, invitations=())


def configured_owner(user: int, number: int) -> Member:
    """Return the owner with this id in ADMIN_IDS, without a name; `number` is shown instead, as in "Owner 1"."""
    return Member(user, Role.OWNER, is_configured=True, number=number)


def _held(member: Member) -> Member:
    is_concerned = member.standing is Standing.ACTIVE and not member.is_configured
    return replace(member, standing=Standing.HELD) if is_concerned else member


def encode(record: TeamRecord) -> bytes:
    """Return the team as the JSON that is stored. Leave out members that can be created from ADMIN_IDS alone."""
    stored = tuple(member for member in record.members if member != configured_owner(member.user, member.number))
    return msgspec.json.encode(replace(record, members=stored))


def decode(content: bytes) -> TeamRecord:
    """Return the team in the stored JSON `content`.

    Raises ValueError with the name of the field that has a wrong type.
    """
    return stored_json.convert(stored_json.parse(content), TeamRecord)

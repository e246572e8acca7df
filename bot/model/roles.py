"""Define the roles in a team of admins, and the permissions that each role has. Pure."""

from enum import Enum, StrEnum


class Role(StrEnum):
    """The role of a member of the team. The values are stored, so never change one."""

    EDITOR = "editor"
    APPROVER = "approver"
    OWNER = "owner"


class Permission(Enum):
    """A right that a role in the team can have."""

    WRITE = "write announcements, ask for their approval, and follow their progress"
    STATISTICS = "read the numbers of subscribers"
    APPROVE = "confirm announcements of others, and pause, stop, withdraw and resend what was confirmed"
    TEAM = "invite, change and suspend members"
    FREEZE = "freeze sending and subscribing in an emergency"
    FEEDBACK = "read messages of people, and answer them for the campaign"
    PANIC = "end a freeze and destroy the list"


_EDITOR = frozenset({Permission.WRITE, Permission.STATISTICS})
_APPROVER = _EDITOR | {Permission.APPROVE, Permission.FREEZE, Permission.FEEDBACK}
_PERMISSIONS = {Role.EDITOR: _EDITOR, Role.APPROVER: _APPROVER, Role.OWNER: frozenset(Permission)}


def allows(role: Role | None, permission: Permission) -> bool:
    """Return whether `role` has `permission`. None is the role of a person who is not in the team."""
    return role is not None and permission in _PERMISSIONS[role]


def permissions_of(role: Role | None) -> frozenset[Permission]:
    """Return all permissions of `role`; none for a person who is not in the team."""
    return _PERMISSIONS[role] if role else frozenset()

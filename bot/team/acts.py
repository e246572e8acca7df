"""Publish what admins do in the team, with their second factors, and in a panic.

The audit log subscribes to `Acts`. An act is published after it has taken effect and before the admin reads that it
is done. If a listener raises `StorageTrouble`, the admin reads that nothing was saved; any other error is one of the
program. What admins do with announcements is recorded in its own transaction instead: see `bot.audit.trail`.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

from bot.model.roles import Role


class ActKind(StrEnum):
    """A kind of act. The values are those of `AuditAct`, and are stored, so never change one."""

    INVITED = "invited"
    INVITATION_CANCELLED = "invitation_cancelled"
    JOINED = "joined"
    ROLE_CHANGED = "role_changed"
    SUSPENDED = "suspended"
    RESTORED = "restored"
    REMOVED = "removed"
    RENAMED = "renamed"
    LEFT = "left"
    FROZEN = "frozen"  # sending and subscribing, in an emergency
    UNFROZEN = "unfrozen"
    SHREDDED = "shredded"
    FACTOR_SET_UP = "factor_set_up"
    FACTOR_LOCKED = "factor_locked"  # after wrong codes
    FACTOR_RECOVERY_USED = "factor_recovery_used"
    FACTOR_TURNED_ON = "factor_turned_on"  # required of the team
    FACTOR_TURNED_OFF = "factor_turned_off"
    FACTOR_ALLOWED = "factor_allowed"
    FACTOR_UNLOCKED = "factor_unlocked"


@dataclass(frozen=True, slots=True)
class Act:
    """An act of an admin.

    `admin` did it, in the role `role`. `member` is the person whom the act concerns, and `new_role` the role that it
    gives.
    """

    kind: ActKind
    admin: int
    role: Role | None = None
    member: int = 0
    new_role: Role | None = None


ActListener = Callable[[Act], Awaitable[None]]


class Acts:
    """Pass each act on to all listeners, in the order in which these subscribed."""

    def __init__(self) -> None:
        self._listeners: list[ActListener] = []

    def subscribe(self, listener: ActListener) -> None:
        """Call `listener` with each act from now on."""
        self._listeners.append(listener)

    async def publish(self, act: Act) -> None:
        """Wait until each listener has handled `act`."""
        for listener in self._listeners:
            await listener(act)

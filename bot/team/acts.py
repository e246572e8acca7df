"""Publish what admins do.

A log of the acts subscribes to `Acts`. An act is published before the admin reads that it is done: CONFIRMED before
the announcement is handed over, all others after they have taken effect. If a listener raises `StorageTrouble`, the
admin reads that nothing was saved; any other error is one of the program.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

from bot.model.roles import Role


class ActKind(StrEnum):
    """A kind of act of an admin. The values may be stored, so never change one."""

    REQUESTED = "requested"  # asked for approval, or began the minute of an only approver
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    HANDED_OVER = "handed_over"  # the announcement is scheduled, sent or edited from now on
    PAUSED = "paused"
    RESUMED = "resumed"
    STOPPED = "stopped"
    WITHDRAWN = "withdrawn"  # deleted from the chats
    RESENT = "resent"
    RETRIED = "retried"
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

    `admin` did it, in the role `role`. `member` is the person whom an act on the team concerns, and `new_role` the
    role that it gives. `broadcast` is the number of a broadcast, 0 before there is one. `digest` is the SHA-256 of
    the text and the audience of an announcement, as hexadecimal digits.
    """

    kind: ActKind
    admin: int
    role: Role | None = None
    member: int = 0
    new_role: Role | None = None
    broadcast: int = 0
    digest: str = ""


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

"""Publish what admins do in the team, and check a second factor before certain acts.

The audit log subscribes to `Acts`. An act is published after it has taken effect and before the admin reads that it
is done. If a listener raises `StorageTrouble`, the admin reads that nothing was saved; any other error is one of the
program. What admins do with announcements is recorded in its own transaction instead: see `bot.audit.trail`.

A second factor is a function with the signature of `SecondFactor`. `bot.dispatch.admin_commands` calls it with the
press of each button in `NEEDS_SECOND_FACTOR`, after it has checked the permission and before anything happens. To
repeat the press after a correct code, pass the same event to `AdminCommands.replies` again.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

from bot.model.events import SignedPress
from bot.model.replies import Replies
from bot.model.roles import Role
from content.screens.reader import Reader


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


# Return None to let the act happen, or the replies to send instead, such as the request for a code.
SecondFactor = Callable[[SignedPress, Reader], Awaitable[Replies | None]]


async def no_second_factor(event: SignedPress, reader: Reader) -> Replies | None:
    """Let every act happen: the second factor of a team that uses none."""
    return None

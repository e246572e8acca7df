"""Publish what admins do in the team, with their second factors, and in a panic.

The audit log subscribes to `Acts`. An act is published after it has taken effect and before the admin reads that it
is done. If a listener raises `StorageTrouble`, the admin reads that nothing was saved; any other error is one of the
program. What admins do with announcements is recorded in its own transaction instead: see `bot.audit.trail`.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.model.roles import Role
from storage.audit.record import AuditAct


@dataclass(frozen=True, slots=True)
class Act:
    """An act of an admin.

    `admin` did it, in the role `role`. `member` is the person whom the act concerns, and `new_role` the role that it
    gives.
    """

    kind: AuditAct
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

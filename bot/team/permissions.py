"""Determine which permission an admin needs for a button. Pure.

This is the only table of permissions for buttons. With it, `bot.dispatch.admin_commands` refuses a press, and
`bot.broadcast.authoring.admins` leaves out the buttons that a person may not press.
"""

from collections.abc import Callable
from dataclasses import replace

from bot.model.replies import EditMessage, EditPanel, Replies, Reply, SendText
from bot.model.roles import Permission
from content.screens.screen import ActionButton, Button, Screen

TEAM_PREFIX = "t."  # of the actions of the team's screens
CHANNEL_PREFIX = "c."  # of the actions of the page on which an owner names the channel
_WRITING = ("b", "x", "l", "m")  # the editor, progress, the list of announcements, the menu of commands
_OWNING = (TEAM_PREFIX.rstrip("."), CHANNEL_PREFIX.rstrip("."))
_APPROVING = frozenset(
    ["b.yes", "b.no", "l.ask"]  # the approval of another admin's announcement
    + [f"x.{act}" for act in ("pause", "resume", "confirm", "stop", "recall", "resend", "retry", "send", "only")]
    + [f"x.{act}" for act in ("channel", "post")]
    + ["x.ask", "x.clock"]
)
_FEEDBACK = "fr"  # the messages of people
_PANIC, _SECOND_FACTOR = "p", "f"  # the panic and the second factor; some of their buttons are for owners only
SHOW_FACTOR, SHOW_TEAM = (
    f"{_SECOND_FACTOR}.show",
    f"{TEAM_PREFIX}list",
)  # actions of the buttons by which the two screens open each other


def action_permission(action: str) -> Permission | None:
    """Return the permission that a button with this action needs; None if it is not a button for admins."""
    first, _, rest = action.partition(".")
    if f"{first}.{rest.partition('.')[0]}" in _APPROVING:
        return Permission.APPROVE
    if first in (*_WRITING, _SECOND_FACTOR):
        return Permission.WRITE
    if first == _PANIC:
        return Permission.FREEZE
    if first == _FEEDBACK:
        return Permission.FEEDBACK
    return Permission.TEAM if first in _OWNING else None


MayUse = Callable[[Permission], bool]


def permitted_screen(screen: Screen, may: MayUse) -> Screen:
    """Return `screen` without the buttons for which `may` returns False. Rows without buttons are left out."""
    rows = (tuple(button for button in row if _is_permitted(button, may)) for row in screen.rows)
    return replace(screen, rows=tuple(row for row in rows if row))


def permitted_replies(replies: Replies, may: MayUse) -> Replies:
    """Return `replies` without the buttons for which `may` returns False."""
    return tuple(_permitted_reply(reply, may) for reply in replies)


def _permitted_reply(reply: Reply, may: MayUse) -> Reply:
    if isinstance(reply, SendText | EditMessage | EditPanel):
        return replace(reply, screen=permitted_screen(reply.screen, may))
    return reply


def _is_permitted(button: Button, may: MayUse) -> bool:
    permission = action_permission(button.action) if isinstance(button, ActionButton) else None
    return permission is None or may(permission)

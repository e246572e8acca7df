"""Each button of admins has one permission, and each role has its buttons."""

import pytest

from bot.broadcast.progress.progress_actions import ProgressAction
from bot.model.replies import SendText
from bot.model.roles import Permission, Role, allows
from bot.team.permissions import action_permission, permitted_replies
from content.model import Lang
from content.screens.screen import ActionButton, CallbackButton, Screen, Span

# The buttons of progress screens that only show something, or begin an edit that another admin has to confirm.
READING = {
    *(ProgressAction.SHOW, ProgressAction.CHART, ProgressAction.EDIT, ProgressAction.REPLACE_DRAFT),
    *(
        ProgressAction.TIME,
        ProgressAction.TIME_REPLACING_DRAFT,
        ProgressAction.NOW,
        ProgressAction.NOW_REPLACING_DRAFT,
    ),
}


@pytest.mark.parametrize("action", ProgressAction)
def test_every_button_of_a_progress_screen_that_changes_something_needs_an_approver(action: ProgressAction) -> None:
    expected = Permission.WRITE if action in READING else Permission.APPROVE

    assert action_permission(f"x.{action.value}.7.0a1b2c3d") is expected


@pytest.mark.parametrize(
    ("action", "permission"),
    [
        ("b.yes.abc", Permission.APPROVE), ("b.no.abc", Permission.APPROVE), ("l.ask.abc", Permission.APPROVE),
        ("b.send.abc", Permission.WRITE), ("b.yesterday", Permission.WRITE), ("l.list.0", Permission.WRITE),
        ("t.suspend.abc", Permission.TEAM), ("t.list", Permission.TEAM), ("x.clock.1", Permission.APPROVE),
        ("m.on", Permission.WRITE),
        ("fr.answer.1234", Permission.FEEDBACK), ("fr.mute.1234", Permission.FEEDBACK), ("fb.ask.0a1b", None),
        ("p.freeze", Permission.FREEZE), ("f.setup", Permission.WRITE),
        ("leave", None), ("forget", None), ("j.yes.abc", None), ("quiet.1", None), ("mx.list", None),
    ],
)  # fmt: skip
def test_a_button_needs_the_permission_of_its_part(action: str, permission: Permission | None) -> None:
    assert action_permission(action) is permission


def test_each_role_may_do_all_that_the_role_below_it_may() -> None:
    rights = [{permission for permission in Permission if allows(role, permission)} for role in Role]

    assert rights[0] < rights[1] < rights[2] == set(Permission)
    assert not any(allows(None, permission) for permission in Permission)


def test_buttons_that_a_role_forbids_are_left_out_with_their_empty_rows() -> None:
    stop, show = (ActionButton("label", Lang("en"), action) for action in ("x.stop.7", "x.show.7"))
    menu = CallbackButton("menu", "data")
    replies = (SendText(Screen((Span("text"),), ((stop,), (stop, show), (menu,)))),)

    [reply] = permitted_replies(replies, lambda permission: allows(Role.EDITOR, permission))
    assert isinstance(reply, SendText)
    assert reply.screen.rows == ((show,), (menu,))

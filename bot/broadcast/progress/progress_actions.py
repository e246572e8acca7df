"""Define the actions of the buttons under a progress screen.

A button whose action cannot be undone first shows a question, which the admin has to confirm.
"""

from enum import StrEnum
from typing import assert_never

from bot.broadcast.delivery.results.progress import Progress
from bot.broadcast.delivery.service import BroadcastService
from content.screens.reader import Reader
from content.screens.screen import ActionButton, Screen, Span

PREFIX = "x."  # of every action of these buttons


class ProgressAction(StrEnum):
    """The action of a button on a progress screen. Buttons in old chats contain these values, so never change one."""

    SHOW = "show"
    PAUSE = "pause"
    RESUME = "resume"
    CONFIRM = "confirm"  # approve the broadcast again, after the admin who approved it lost that right
    STOP = "stop"
    RECALL = "recall"
    RESEND = "resend"  # to recipients whose delivery is unknown
    RETRY = "retry"  # for recipients who were refused for now
    EDIT = "edit"
    REPLACE_DRAFT = "edit.sure"  # edit, although that discards another draft
    TIME = "time"  # change when a scheduled announcement is sent
    TIME_REPLACING_DRAFT = "time.sure"
    NOW = "now"  # send a scheduled announcement at once
    NOW_REPLACING_DRAFT = "now.sure"
    CHART = "chart"
    SEND = "send"  # the held announcement, to all remaining recipients
    ONLY_UNSENT = "only"  # the held announcement, only to recipients who certainly did not get it
    ASK_STOP = "ask.stop"
    ASK_RECALL = "ask.recall"
    ASK_RESEND = "ask.resend"
    ASK_SEND = "ask.send"
    ASK_ONLY_UNSENT = "ask.only"
    CHANNEL = "channel"  # repeat failed work on the posts in the channel
    ASK_POST = "ask.post"
    POST = "post"  # post again in the channel, where the post may already be


_ACTIONS = {action.value: action for action in ProgressAction}
# The actions that show a question first, and the action of the button that confirms it.
CONFIRMED = {
    ProgressAction.ASK_STOP: ProgressAction.STOP,
    ProgressAction.ASK_RECALL: ProgressAction.RECALL,
    ProgressAction.ASK_RESEND: ProgressAction.RESEND,
    ProgressAction.ASK_SEND: ProgressAction.SEND,
    ProgressAction.ASK_ONLY_UNSENT: ProgressAction.ONLY_UNSENT,
    ProgressAction.ASK_POST: ProgressAction.POST,
}

# The actions that open an announcement in the editor, and the action that discards another draft first.
REPLACING_DRAFT = {
    ProgressAction.EDIT: ProgressAction.REPLACE_DRAFT,
    ProgressAction.TIME: ProgressAction.TIME_REPLACING_DRAFT,
    ProgressAction.NOW: ProgressAction.NOW_REPLACING_DRAFT,
}


def parse_action(action: str) -> tuple[ProgressAction | None, str]:
    """Split the action of a button into its ProgressAction and the name of the broadcast.

    The ProgressAction is None if it is unknown. The name is "" if the button has none.
    """
    words = action.removeprefix(PREFIX).split(".")
    name_start = next((index for index, word in enumerate(words) if word.isdecimal()), len(words))
    value, name = ".".join(words[:name_start]), ".".join(words[name_start:])
    return _ACTIONS.get(value), name


def action_button(reader: Reader, label: str, action: ProgressAction, progress: Progress) -> ActionButton:
    """Return a button that does `action` with the broadcast of `progress`. Its label is phrase `button.{label}`."""
    return reader.action_button(reader.say(f"button.{label}"), f"{PREFIX}{action.value}.{progress.name}")


def confirmation(reader: Reader, progress: Progress, action: ProgressAction) -> Screen:
    """Return the screen that asks an admin to confirm `action`, which cannot be undone."""
    question = reader.say(f"progress.sure_{_question(progress, action)}", number=progress.number)
    yes = action_button(reader, f"sure_{action.value}", action, progress)
    back = action_button(reader, "back", ProgressAction.SHOW, progress)
    return Screen((Span(question),), ((yes,), (back,)))


def _question(progress: Progress, action: ProgressAction) -> str:
    """Return what follows `progress.sure_` in the key of the phrase that asks an admin to confirm `action`.

    Usually it is the value of `action`. It is "send_rest" if `action` would send a held broadcast that some people
    may have got already.
    """
    is_counted = progress.held is not None and progress.held.possibly_sent > 0
    return "send_rest" if action is ProgressAction.SEND and is_counted else action.value


def edit_question(reader: Reader, progress: Progress, action: ProgressAction) -> Screen:
    """Return the screen that asks whether to discard another draft of the admin.

    If the admin agrees, `action` opens the broadcast in the editor in place of that draft.
    """
    yes = action_button(reader, "drop_now", REPLACING_DRAFT[action], progress)
    back = action_button(reader, "back", ProgressAction.SHOW, progress)
    return Screen((Span(reader.say("broadcast.drop_to_edit", number=progress.number)),), ((yes,), (back,)))


async def perform(action: ProgressAction | None, number: int, service: BroadcastService, *, by: int) -> bool:
    """Perform the action of a button that the admin `by` pressed; return False if there was nothing to do."""
    match action:
        case ProgressAction.SHOW:
            return True
        case ProgressAction.PAUSE:
            return await service.pause(number, by=by)
        case ProgressAction.ONLY_UNSENT:
            return await service.send_only_unsent(number, by=by)
        case ProgressAction.RESUME | ProgressAction.SEND | ProgressAction.CONFIRM:
            return await service.resume(number, by=by)
        case ProgressAction.STOP:
            return await service.stop(number, by=by)
        case ProgressAction.RECALL:
            return await service.recall(number, by=by)
        case ProgressAction.RESEND:
            return await service.resend_unknown(number, by=by)
        case ProgressAction.RETRY:
            return await service.retry_refused(number, by=by)
        case ProgressAction.CHANNEL:
            return await service.channel.retry(number, by=by)
        case ProgressAction.POST:
            return await service.channel.post_again(number, by=by)
        case ProgressAction.EDIT | ProgressAction.REPLACE_DRAFT | ProgressAction.CHART | None:
            return False
        case ProgressAction.TIME | ProgressAction.TIME_REPLACING_DRAFT:
            return False
        case ProgressAction.NOW | ProgressAction.NOW_REPLACING_DRAFT:
            return False
        case ProgressAction.ASK_STOP | ProgressAction.ASK_RECALL | ProgressAction.ASK_RESEND:
            return False
        case ProgressAction.ASK_SEND | ProgressAction.ASK_ONLY_UNSENT | ProgressAction.ASK_POST:
            return False
        case _:
            assert_never(action)

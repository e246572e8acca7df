"""Make sure that every answer to an admin has a button that leads back, for example to the menu.

If an answer has no such button, add one that opens the list of announcements. A press of this button sends the list
as a new message, and does not change the message that has the button. That message may be a picture, or the bot may
have to edit it later, because it shows a pending draft or the progress of a broadcast.
"""

from dataclasses import replace

from bot.model.replies import EditMessage, EditPanel, Replies, Reply, SendPhoto, SendText
from content.screens.frame import has_way_home
from content.screens.reader import Reader
from content.screens.screen import ActionButton, Row, Screen

LIST_PREFIX = "l."  # of the actions that lead to the list of announcements; see `overview`
NEW_LIST = f"{LIST_PREFIX}new"
# The actions that lead to the list, the draft, a page of the draft, the progress of an announcement, or the team.
_WAYS_BACK = (LIST_PREFIX, "b.main", "b.when", "b.text.", "x.show.", "t.list")


def framed(replies: Replies, reader: Reader) -> Replies:
    """Return the replies to an admin. If no button of the last screen leads back, add one that opens the list."""
    screens = (SendText, EditMessage, EditPanel, SendPhoto)
    last = next((index for index in reversed(range(len(replies))) if isinstance(replies[index], screens)), None)
    if last is None:
        return replies
    return (*replies[:last], _framed_reply(replies[last], reader), *replies[last + 1 :])


def _framed_reply(reply: Reply, reader: Reader) -> Reply:
    match reply:
        case SendText(screen) | EditMessage(screen) | EditPanel(screen):
            return replace(reply, screen=with_way_back(screen, reader))
        case SendPhoto(caption=caption):
            return replace(reply, caption=with_way_back(caption, reader))
        case _:
            return reply


def with_way_back(screen: Screen, reader: Reader) -> Screen:
    """Return `screen`. If it has no way back, add a row with the button that opens the list of announcements."""
    return screen if has_way_back(screen) else screen.with_rows((*screen.rows, list_row(reader)))


def has_way_back(screen: Screen) -> bool:
    """Return whether a button of `screen` leads back: to the menu, announcements, a draft, progress or the team."""
    actions = (button.action for row in screen.rows for button in row if isinstance(button, ActionButton))
    return has_way_home(screen) or any(action.startswith(_WAYS_BACK) for action in actions)


def list_row(reader: Reader) -> Row:
    """Return a row with the button that opens the list of announcements in a new message."""
    return (reader.action_button(reader.say("button.announcements"), NEW_LIST),)

"""Replace offers to subscribe by a button to the settings, in replies to people who are subscribers already."""

from dataclasses import replace

from bot.model.replies import EditMessage, Leave, Replies, Reply, SendText
from content.model import Campaign
from content.screens.reader import Reader
from content.screens.screen import ActionButton, Button, Screen


def for_subscriber(replies: Replies, campaign: Campaign) -> Replies:
    """Return the replies with a button to the settings in place of each offer to subscribe.

    Replies with which a subscriber leaves are not changed.
    """
    if any(isinstance(reply, Leave) for reply in replies):
        return replies
    return tuple(_without_offer(reply, campaign) for reply in replies)


def _without_offer(reply: Reply, campaign: Campaign) -> Reply:
    match reply:
        case SendText(screen) | EditMessage(screen):
            return replace(reply, screen=_with_settings(screen, campaign))
        case _:
            return reply


def _with_settings(screen: Screen, campaign: Campaign) -> Screen:
    return screen.with_rows(tuple(_settings_button(button, campaign) for button in row) for row in screen.rows)


def _settings_button(button: Button, campaign: Campaign) -> Button:
    """Return the button to the settings if `button` offers a subscription; return any other button unchanged."""
    if not isinstance(button, ActionButton) or button.action != "join":
        return button
    return ActionButton(Reader(campaign, button.lang).say("button.settings"), button.lang, "open.main")

"""Subscribing: joining, choosing, leaving. What is decided here is on disk before the person reads that it is."""

from bot.flows import choices, daily_screen, subscription_screens
from bot.model import command_parsing
from bot.model.events import Event, SignedPress, TextMessage
from bot.model.replies import Choose, EditMessage, Join, Leave, Replies, SendText, SetLanguage, Toast
from content.model import Lang
from content.screens.reader import Reader
from content.screens.screen import Screen, Span
from storage.subscriptions.subscriber import ZONES, Subscriber

COMMANDS = ("subscribe", "unsubscribe", "settings", "mydata", "forget")
_HOME_ZONE = 0  # Kabul


def commanded(event: TextMessage, command: str, reader: Reader, one: Subscriber | None) -> Replies:
    """What to do about one of COMMANDS; `one` is what is stored about the person, None when nothing is."""
    if not event.is_private:
        return (SendText(Screen((Span(reader.say("group.private_only")),))),)
    match command:
        case "subscribe":
            return _joined(reader, one, event.sender.id)
        case "unsubscribe" | "forget":
            return left(event, reader, one)
        case "settings":
            return (SendText(subscription_screens.main(reader, one)),)
        case _:
            return (SendText(subscription_screens.my_data(reader, one, event.sender.id)),)


def _joined(reader: Reader, one: Subscriber | None, chat: int) -> Replies:
    if one is not None:
        return (SendText(subscription_screens.main(reader, one)),)
    return (
        Join(reader.lang),
        SendText(subscription_screens.main(reader, newcomer(chat, reader.lang), "panel.joined")),
    )


def newcomer(chat: int, lang: Lang) -> Subscriber:
    """Who has just joined: to everything, in one language."""
    return Subscriber(chat, str(lang))


def acted(event: SignedPress, reader: Reader, one: Subscriber | None) -> Replies:
    """What to do about a signed button; an expired one shows the present state instead."""
    if event.is_expired:
        return (Toast(reader.say("toast.expired")), EditMessage(subscription_screens.main(reader, one)))
    match event.action.split("."):
        case ["join"]:
            return _pressed_join(event, reader, one)
        case ["leave" | "forget"]:
            return left(event, reader, one)
        case [daily_screen.LAST]:
            return (Toast(), EditMessage(daily_screen.last(reader)))
        case _ if one is None:
            return (Toast(reader.say("toast.not_subscribed")), EditMessage(subscription_screens.main(reader, None)))
        case ["open", page, *rest]:
            return (Toast(), EditMessage(_page(page, rest, reader, one)))
        case _:
            return _chosen(event.action, reader, one)


def leaves(event: Event) -> bool:
    """Whether this asks for everything about the person to be erased."""
    if isinstance(event, TextMessage):
        return event.is_private and event.command is not None and event.command.name in command_parsing.LEAVING
    return isinstance(event, SignedPress) and event.action in ("leave", "forget") and not event.is_expired


def mentions_leaving(event: Event) -> bool:
    """Return whether a private message speaks of leaving without being the command: that alone erases nothing."""
    if not isinstance(event, TextMessage) or not event.is_private or event.is_edited or event.command is not None:
        return False
    return command_parsing.mentions_leaving(event.text)


def left(event: Event, reader: Reader, one: Subscriber | None) -> Replies:
    screen = subscription_screens.left(reader, one is not None)
    if isinstance(event, SignedPress):
        return (Leave(), Toast(reader.say("toast.left")), EditMessage(screen))
    return (Leave(), SendText(screen))


def _pressed_join(event: SignedPress, reader: Reader, one: Subscriber | None) -> Replies:
    if one is not None:
        return (Toast(reader.say("toast.already")), EditMessage(subscription_screens.main(reader, one)))
    after = newcomer(event.chat, reader.lang)
    return (
        Join(reader.lang),
        Toast(reader.say("toast.joined")),
        EditMessage(subscription_screens.main(reader, after, "panel.joined")),
    )


def _chosen(action: str, reader: Reader, one: Subscriber) -> Replies:
    campaign = reader.campaign
    after = choices.applied(action, one, [topic.number for topic in campaign.topics], campaign.languages)
    if after is None:
        return (Toast(reader.say("toast.old_button")), EditMessage(subscription_screens.main(reader, one)))
    if action.startswith("lang."):
        lang = Lang(after.language)
        speaker = Reader(campaign, lang)
        return (
            Choose(action),
            SetLanguage(lang),
            Toast(speaker.say("toast.saved")),
            EditMessage(subscription_screens.main(speaker, after)),
        )
    kept = action.startswith("topic.") and after == one and action.endswith(".0")
    toast = reader.say("toast.one_topic" if kept else "toast.saved")
    return (Choose(action), Toast(toast), EditMessage(_after(action, reader, after)))


def _after(action: str, reader: Reader, one: Subscriber) -> Screen:
    """The page that the button was on."""
    if action.startswith(("topic", "alltopics")):
        return subscription_screens.topics(reader, one)
    return subscription_screens.main(reader, one)


def _page(page: str, rest: list[str], reader: Reader, one: Subscriber) -> Screen:
    match page:
        case "topics":
            return subscription_screens.topics(reader, one)
        case "daily":
            return subscription_screens.daily(reader, one, _zone(rest, one))
        case "zone":
            return subscription_screens.zones(reader, one)
        case "lang":
            return subscription_screens.languages(reader, one)
        case _:
            return subscription_screens.main(reader, one)


def _zone(rest: list[str], one: Subscriber) -> int:
    if rest and rest[0].isdecimal() and int(rest[0]) < len(ZONES):
        return int(rest[0])
    return ZONES.index(one.daily.zone) if one.daily else _HOME_ZONE


def moved_away() -> Replies:
    """The person blocked the bot."""
    return (Leave(blocked=True),)

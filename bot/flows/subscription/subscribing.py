"""Answer requests to subscribe, to change settings and to unsubscribe.

The dispatcher writes each change to disk before it sends the confirmation.
"""

from bot.flows import choices
from bot.flows.context import FlowContext
from bot.flows.subscription import arrival_screens, daily_screen, subscription_screens
from bot.flows.time_format import suggested_zone
from bot.model import command_parsing
from bot.model.events import Event, SignedPress, TextMessage
from bot.model.replies import (
    CallbackReplies,
    Choose,
    EditMessage,
    Join,
    Leave,
    MessageReplies,
    SendText,
    SetLanguage,
    StatusReplies,
    Toast,
)
from content.model import Lang
from content.screens.reader import Reader
from content.screens.screen import Screen, Span
from storage.subscriptions.subscriber import ZONES, Subscriber


def subscribe(event: TextMessage, context: FlowContext) -> MessageReplies:
    """Answer /subscribe: subscribe the person, or show the settings if the person is already a subscriber."""
    reader = context.reader
    if context.subscriber is not None:
        return (SendText(subscription_screens.main(reader, context.subscriber)),)
    joined = subscription_screens.main(reader, new_subscriber(event.sender.id, reader.lang), "panel.joined")
    return (Join(reader.lang), SendText(joined))


def leave(event: TextMessage, context: FlowContext) -> MessageReplies:
    """Answer /unsubscribe and /forget: erase everything that is stored about the person."""
    return (Leave(), SendText(_goodbye(context)), *_erased_too(context))


def show_settings(event: TextMessage, context: FlowContext) -> MessageReplies:
    """Answer /settings with the settings of a subscriber. Other people get the offer to subscribe."""
    return (SendText(settings_screen(context)),)


def settings_screen(context: FlowContext) -> Screen:
    """Return the settings of a subscriber, or for other people the offer to subscribe.

    The offer mentions feedback if the bot has stored any for the person.
    """
    without = "feedback.not_subscribed" if context.feedback_data else "panel.none"
    return subscription_screens.main(context.reader, context.subscriber, without=without)


def show_data(event: TextMessage, context: FlowContext) -> MessageReplies:
    """Answer /mydata with everything that is stored about the person."""
    more = (*context.feedback_data, *context.admin_data)
    return (SendText(subscription_screens.my_data(context.reader, context.subscriber, event.sender.id, more)),)


def new_subscriber(chat: int, lang: Lang) -> Subscriber:
    """Return the record of a new subscriber: all topics, in the language `lang`."""
    return Subscriber(chat, str(lang))


def press(event: SignedPress, context: FlowContext) -> CallbackReplies:
    """Answer a press of a signed button. If the button has expired, change nothing and show the current settings."""
    reader, subscriber = context.reader, context.subscriber
    if event.is_expired:
        return _show_main(context, "toast.expired")
    match event.action.split("."):
        case ["join"]:
            return _press_join(event, context)
        case ["leave" | "forget"]:
            toast = Toast(reader.say("toast.left"))
            return (Leave(), toast, EditMessage(_goodbye(context)), *_erased_too(context))
        case [daily_screen.LAST]:
            return (Toast(), EditMessage(daily_screen.last_clause(reader)))
        case _ if subscriber is None:
            return _show_main(context, "toast.not_subscribed")
        case ["open", page, *rest]:
            return (Toast(), EditMessage(_page(page, rest, reader, subscriber, context.now)))
        case _:
            return _press_choice(event.action, context, subscriber)


def is_leaving(event: Event) -> bool:
    """Return whether `event` is a command or a button that erases everything about the person."""
    if isinstance(event, TextMessage):
        return event.is_private and event.command is not None and event.command.name in command_parsing.LEAVING
    return isinstance(event, SignedPress) and event.action in ("leave", "forget") and not event.is_expired


def leave_blocked() -> StatusReplies:
    """Return the reply that erases everything about a person who has blocked the bot."""
    return (Leave(blocked=True),)


def _goodbye(context: FlowContext) -> Screen:
    return subscription_screens.goodbye(context.reader, context.subscriber is not None)


def _erased_too(context: FlowContext) -> tuple[SendText, ...]:
    """Return messages about what is erased with the subscription: feedback, a draft, membership of the team.

    For an admin who stays in the team, a message says that their pseudonym in the audit log stays.
    """
    phrases = {
        "feedback.erased": bool(context.feedback_data),
        "mydata.draft_erased": context.has_draft,
        "team.left_too": context.leaves_team,
        "act.pseudonym_stays": context.is_recorded and not context.leaves_team,
    }
    return tuple(
        SendText(Screen((Span(context.reader.say(phrase)),))) for phrase, is_erased in phrases.items() if is_erased
    )


def _show_main(context: FlowContext, toast: str) -> CallbackReplies:
    return (Toast(context.reader.say(toast)), EditMessage(settings_screen(context)))


def _press_join(event: SignedPress, context: FlowContext) -> CallbackReplies:
    reader = context.reader
    if context.subscriber is not None:
        return _show_main(context, "toast.already")
    joined = subscription_screens.main(reader, new_subscriber(event.chat, reader.lang), "panel.joined")
    return (Join(reader.lang), Toast(reader.say("toast.joined")), EditMessage(joined))


def _press_choice(action: str, context: FlowContext, before: Subscriber) -> CallbackReplies:
    reader, campaign = context.reader, context.reader.campaign
    after = choices.apply(action, before, [topic.number for topic in campaign.topics], campaign.languages)
    if after is None:
        return _show_main(context, "toast.old_button")
    if action.startswith("lang."):
        return _change_language(action, reader.speaking(Lang(after.language)), after)
    return (
        Choose(action),
        Toast(reader.say(_toast(action, before, after))),
        EditMessage(_page_of(action, reader, after)),
    )


def _toast(action: str, before: Subscriber, after: Subscriber) -> str:
    """Return the key of the phrase that is shown after a press of the button with `action`.

    `before` and `after` are the settings before and after the press. If the last topic was switched off, the phrase
    says that the person now gets all topics.
    """
    match action.split("."):
        case ["pick", _, "0"] if after.topics is None:
            return "toast.all_topics"
        case ["topic", _, "0"] if after == before:  # an old button for the last topic, which it cannot switch off
            return "toast.expired"
        case _:
            return "toast.saved"


def _change_language(action: str, reader: Reader, after: Subscriber) -> CallbackReplies:
    return (
        Choose(action),
        SetLanguage(reader.lang),
        Toast(reader.say("toast.saved")),
        EditMessage(subscription_screens.main(reader, after)),
    )


def _page_of(action: str, reader: Reader, subscriber: Subscriber) -> Screen:
    """Return the settings page that contains the button with `action`."""
    if action.startswith(("pick", "topic", "alltopics", "notopics")):
        return subscription_screens.topics(reader, subscriber)
    return subscription_screens.main(reader, subscriber)


def _page(page: str, rest: list[str], reader: Reader, subscriber: Subscriber, now: float) -> Screen:
    match page:
        case "topics":
            return subscription_screens.topics(reader, subscriber)
        case "daily":
            zone, is_night = _zone(rest, reader, subscriber), _is_night(rest, subscriber)
            return subscription_screens.daily(reader, subscriber, zone, now, is_night=is_night)
        case "hours":
            return _arrival_page(rest, reader, subscriber, now)
        case "hourszone":
            return arrival_screens.zones(reader, subscriber)
        case "zone":
            return subscription_screens.zones(reader, subscriber)
        case "lang":
            return subscription_screens.languages(reader, subscriber)
        case _:
            return subscription_screens.main(reader, subscriber)


def _arrival_page(rest: list[str], reader: Reader, subscriber: Subscriber, now: float) -> Screen:
    zone = _zone(rest, reader, subscriber)
    match rest[1:]:
        case ["quiet"]:
            return arrival_screens.quiet(reader, subscriber, zone)
        case ["begin"]:
            return arrival_screens.begins(reader, zone)
        case ["end", begin] if begin.isdecimal() and int(begin) < 24:
            return arrival_screens.ends(reader, zone, int(begin))
        case [choices.EVERY_DAY]:
            return arrival_screens.digest_hours(reader, subscriber, zone, None)
        case ["week"]:
            return arrival_screens.weekdays(reader, subscriber, zone)
        case ["week", day] if day.isdecimal() and int(day) < 7:
            return arrival_screens.digest_hours(reader, subscriber, zone, int(day))
        case _:
            return arrival_screens.page(reader, subscriber, zone, now)


def _zone(rest: list[str], reader: Reader, subscriber: Subscriber) -> int:
    """Return the index in ZONES of the time zone for the page that a button opens.

    `rest` are the parts of the button's action after the name of the page, such as ["2", "night"]. If the first part
    is the index of a zone, return it. Otherwise return the index of the zone that the subscriber has chosen, or else
    of the usual zone for the reader's language.
    """
    if rest and rest[0].isdecimal() and int(rest[0]) < len(ZONES):
        return int(rest[0])
    return ZONES.index(subscriber.zone) if subscriber.zone else suggested_zone(reader)


def _is_night(rest: list[str], subscriber: Subscriber) -> bool:
    """Return True if a button opens the page with the night hours, False if it opens the page with the day hours.

    `rest` are the parts of the button's action after "daily", such as ["2", "night"]. If there are none, the button
    opens the page that contains the hour of the subscriber's daily clause.
    """
    if rest:
        return rest[-1] == subscription_screens.NIGHT_PAGE
    return subscriber.daily is not None and subscription_screens.is_at_night(subscriber.daily.hour)

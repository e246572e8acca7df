"""Build the screens for subscribers: their settings, their stored data, and the confirmation after they leave."""

from collections.abc import Collection, Iterator, Sequence

from bot.flows.subscription import arrival_screens
from bot.flows.subscription.screen_parts import act, back, checkbox, in_columns, screen, switch, title, zone_page
from bot.flows.time_format import format_hour, format_time_now, zone_name
from content.model import Topic
from content.screens.frame import ways_out
from content.screens.reader import Reader
from content.screens.screen import ActionButton, Row, Screen, Span, Style
from storage.subscriptions.subscriber import ZONES, Subscriber

_HOURS_PER_ROW = 4  # six would be cut off on a narrow phone
_DAY = range(6, 22)  # hours that the first page offers
_NIGHT = (*range(22, 24), *range(6))
NIGHT_PAGE = "night"  # the last part of the action that opens the other page


def main(
    reader: Reader,
    subscriber: Subscriber | None,
    headline: str = "panel.subscribed",
    *,
    without: str = "panel.none",
) -> Screen:
    """Return the settings of `subscriber`, with a button for each setting; if it is None, the offer to subscribe.

    The text of the settings begins with the phrase whose key is `headline`. The text of the offer begins with the
    phrase whose key is `without`.
    """
    if subscriber is None:
        offer = (act(reader, "subscribe", "join"),)
        return screen(reader, [without, "panel.offer"], offer, ways_out(reader))
    text = (
        f"{reader.say(headline)}\n\n" + "\n".join(_settings(reader, subscriber)) + f"\n\n{reader.say('panel.hint')}"
    )
    language = reader.say("button.update_language", language=_language_name(reader, subscriber))
    return Screen(
        (title(reader), Span(text)),
        (
            (switch(reader, "discreet", "discreet", subscriber.discreet),),  # first, because it protects people
            (*_topics_button(reader), act(reader, "daily", "open.daily")),
            (
                switch(reader, "quiet", "quiet", subscriber.quiet),
                switch(reader, "text_only", "text", subscriber.text_only),
            ),
            (arrival_screens.open_button(reader), reader.action_button(language, "open.lang")),
            (act(reader, "unsubscribe", "leave"),),
            ways_out(reader),
        ),
    )


def _topics_button(reader: Reader) -> Row:
    return (act(reader, "choose_topics", "open.topics"),) if reader.campaign.topics else ()


def topics(reader: Reader, subscriber: Subscriber) -> Screen:
    """Return the page on which the subscriber chooses topics.

    If no topic is ticked, the subscriber gets all topics. The first tick then selects only its own topic.
    """
    chosen = subscriber.topics
    extremes = (
        checkbox(reader, reader.say("button.every_topic"), chosen is None, "alltopics"),
        checkbox(reader, reader.say("button.no_topics"), chosen == frozenset(), "notopics"),
    )
    buttons = [_topic_button(reader, topic, chosen or ()) for topic in reader.campaign.topics]
    rows = (reader.directed_row(extremes), *in_columns(reader, buttons, 2))
    text = f"{reader.say('panel.choose_topics')}\n\n{_chosen_topics(reader, chosen)}"
    return Screen((title(reader), Span(text)), (*rows, back(reader)))


def _topic_button(reader: Reader, topic: Topic, chosen: Collection[int]) -> ActionButton:
    is_on = topic.number in chosen
    return checkbox(reader, topic.names[reader.lang], is_on, f"pick.{topic.number}.{int(not is_on)}")


def _chosen_topics(reader: Reader, chosen: Collection[int] | None) -> str:
    """Return the sentence that says which topics of the campaign are chosen; None stands for all topics."""
    if chosen is None:
        return reader.say("panel.all_topics")
    topics = reader.campaign.topics
    names = [topic.names[reader.lang] for topic in topics if topic.number in chosen]
    if not names:
        return reader.say("panel.no_topics")
    listed = f"{reader.say('word.comma')} ".join(names)
    return reader.say("panel.topic_count", number=len(names), total=len(topics), topics=listed)


def daily(reader: Reader, subscriber: Subscriber, zone: int, now: float, *, is_night: bool = False) -> Screen:
    """Return the page on which the hour of the daily clause is chosen.

    It offers day hours or, if `is_night`, night hours. `zone` is an index in ZONES. `now` is a Unix time; the page
    shows it in that zone.
    """
    chosen = subscriber.daily.hour if subscriber.daily else None
    hours = [
        checkbox(reader, format_hour(reader, hour), hour == chosen, f"daily.{hour}.{zone}")
        for hour in (_NIGHT if is_night else _DAY)
    ]
    others = act(reader, "day_hours", f"open.daily.{zone}")
    if not is_night:
        others = act(reader, "night_hours", f"open.daily.{zone}.{NIGHT_PAGE}")
    zone_button = reader.action_button(reader.say("button.zone", zone=zone_name(reader, ZONES[zone])), "open.zone")
    off: tuple[Row, ...] = ((act(reader, "daily_off", "daily.off"),),) if subscriber.daily else ()
    text = f"{reader.say('panel.choose_hour')}\n\n{format_time_now(reader, now, zone)}"
    rows = (*in_columns(reader, hours, _HOURS_PER_ROW), (others,), (zone_button,), *off, back(reader))
    return Screen((title(reader), Span(text)), rows)


def is_at_night(hour: int) -> bool:
    """Return whether `hour` is on the page with the night hours, not on that with the day hours."""
    return hour in _NIGHT


def zones(reader: Reader, subscriber: Subscriber) -> Screen:
    """Return the page with a button for each time zone.

    For a subscriber with a daily clause, a button changes the time zone of the daily clause, the quiet hours and the
    digest. For other subscribers, it opens the page on which the hour of the daily clause is chosen.
    """
    chosen = subscriber.daily
    prefix = f"daily.{chosen.hour}" if chosen else "open.daily"
    return zone_page(reader, chosen.zone if chosen else "", prefix, back_to="open.daily")


def languages(reader: Reader, subscriber: Subscriber) -> Screen:
    """Return the page on which the subscriber chooses a language, for announcements and for answers of the bot."""
    rows = [
        (checkbox(reader, language.name, code == subscriber.language, f"lang.{code}"),)
        for code, language in reader.campaign.languages.items()
    ]
    return screen(reader, ["panel.choose_language"], *rows, back(reader))


def goodbye(reader: Reader, was_subscribed: bool) -> Screen:
    """Return the confirmation that everything about the person is erased, or that nothing was stored."""
    phrase = "panel.left" if was_subscribed else "panel.nothing_left"
    return Screen((Span(reader.say(phrase)),), ((act(reader, "subscribe", "join"),), ways_out(reader)))


def my_data(reader: Reader, subscriber: Subscriber | None, user: int, more: Sequence[str] = ()) -> Screen:
    """Return the screen with everything that is stored about `user`, one line for each field.

    `more` are further lines, about data that is stored only about some people, such as feedback.
    """
    if subscriber is None and not more:
        return Screen((Span(reader.say("mydata.nothing") + " "), Span(str(user), Style.CODE)), (ways_out(reader),))
    lines = "\n".join([*(_record(reader, subscriber) if subscriber else ()), *more])
    return Screen(
        (
            Span(reader.say("mydata.title") + "\n\n", Style.BOLD),
            Span(reader.say("mydata.id") + " "),
            Span(str(user), Style.CODE),
            Span("\n" + lines + "\n\n" + reader.say("mydata.nothing_else")),
        ),
        (
            (act(reader, "settings", "open.main"),),
            (act(reader, "unsubscribe", "leave"),),
            ways_out(reader),
        ),
    )


def _record(reader: Reader, subscriber: Subscriber) -> Iterator[str]:
    """Yield one line of text for each field of the subscriber's record."""

    def line(field: str, value: str) -> str:
        return reader.say(f"mydata.{field}", value=value)

    yield line("language", _language_name(reader, subscriber))
    yield line("topics", _topic_names(reader, subscriber))
    yield line("quiet", _yes_or_no(reader, subscriber.quiet))
    yield line("discreet", _yes_or_no(reader, subscriber.discreet))
    yield line("text_only", _yes_or_no(reader, subscriber.text_only))
    yield line("daily", _daily_time(reader, subscriber, "mydata.daily_value") or reader.say("word.off"))
    yield arrival_screens.setting(reader, subscriber)
    if subscriber.missed:
        yield reader.say("mydata.missed_once")
    if subscriber.unreached:
        yield reader.say("mydata.not_reached")
    if not subscriber.missed and not subscriber.unreached:
        yield reader.say("mydata.no_trouble")


def _settings(reader: Reader, subscriber: Subscriber) -> Iterator[str]:
    """Yield a sentence about topics, one about sound, and one for each other setting that is not the default."""
    yield reader.say("panel.topics", topics=_topic_names(reader, subscriber))
    yield reader.say("panel.quiet" if subscriber.quiet or subscriber.discreet else "panel.sound")
    if subscriber.discreet:
        yield reader.say("panel.discreet")
    if subscriber.text_only:
        yield reader.say("panel.text_only")
    if subscriber.daily:
        yield _daily_time(reader, subscriber, "panel.daily")
    if subscriber.quiet_hours or subscriber.digest:
        yield arrival_screens.setting(reader, subscriber)


def _topic_names(reader: Reader, subscriber: Subscriber) -> str:
    """Return the names of the chosen topics. A topic that the campaign no longer has appears as its number."""
    if subscriber.topics is None:
        return reader.say("word.all")
    if not subscriber.topics:
        return reader.say("panel.only_general")
    names = {topic.number: topic.names[reader.lang] for topic in reader.campaign.topics}
    shown = [names.get(number) or reader.book.language.number(number) for number in sorted(subscriber.topics)]
    return f"{reader.say('word.comma')} ".join(shown)


def _daily_time(reader: Reader, subscriber: Subscriber, phrase: str) -> str:
    """Return a phrase filled with the time of the daily clause; "" when the subscriber has no daily clause.

    `phrase` is the key of the phrase.
    """
    daily = subscriber.daily
    if not daily:
        return ""
    time, zone = format_hour(reader, daily.hour), zone_name(reader, daily.zone)
    return reader.say(phrase, time=time, zone=zone, number=daily.clause)


def _language_name(reader: Reader, subscriber: Subscriber) -> str:
    """Return the name of the subscriber's language, in the language of the reader.

    If the campaign no longer has the language, return its code and the name of the campaign's original language,
    which the bot uses instead.
    """
    languages = reader.campaign.languages
    if subscriber.language in languages:
        return reader.language_name(subscriber.language)
    instead = reader.language_name(reader.campaign.original)
    return reader.say("word.former_language", code=subscriber.language, language=instead)


def _yes_or_no(reader: Reader, value: bool) -> str:
    return reader.say("word.yes" if value else "word.no")

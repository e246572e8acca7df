"""The screens of a subscription: its state and choices, what is stored, and good-bye."""

from collections.abc import Iterator, Sequence

from bot.flows.time_format import shown_time, zone_name
from content.model import Lang
from content.screens.reader import Reader
from content.screens.screen import ActionButton, Row, Screen, Span, Style
from storage.subscriptions.subscriber import ZONES, Subscriber

_HOURS_A_ROW = 4  # six would be cut off on a narrow phone


def main(reader: Reader, one: Subscriber | None, headline: str = "panel.subscribed") -> Screen:
    """What is chosen, and a button for every choice; the offer for who is not subscribed."""
    if one is None:
        return _screen(reader, ["panel.none", "panel.offer"], (_act(reader, "subscribe", "join"),))
    spans = [_title(reader), Span(reader.say(headline) + "\n\n"), Span("\n".join(_state(reader, one)))]
    spans.append(Span("\n\n" + reader.say("panel.hint")))
    return Screen(
        tuple(spans),
        (
            (_act(reader, "choose_topics", "open.topics"), _act(reader, "daily", "open.daily")),
            (_switch(reader, "quiet", "quiet", one.quiet), _switch(reader, "text_only", "text", one.text_only)),
            (_switch(reader, "discreet", "discreet", one.discreet),),
            (
                reader.action_button(
                    reader.say("button.update_language", language=_language(reader, one)), "open.lang"
                ),
            ),
            (_act(reader, "unsubscribe", "leave"),),
        ),
    )


def topics(reader: Reader, one: Subscriber) -> Screen:
    everything = one.topics is None
    rows: list[Row] = [(_checked(reader, reader.say("button.every_topic"), everything, "alltopics"),)]
    for topic in reader.campaign.topics:
        on = everything or topic.number in (one.topics or ())
        action = f"topic.{topic.number}.{int(not on)}"
        rows.append((_checked(reader, topic.names[reader.lang], on, action),))
    return _screen(reader, ["panel.choose_topics"], *rows, _back(reader))


def daily(reader: Reader, one: Subscriber, zone: int) -> Screen:
    """The hours, for the zone of this number."""
    chosen = one.daily.hour if one.daily else None
    hours = [_checked(reader, shown_time(reader, hour), hour == chosen, f"daily.{hour}.{zone}") for hour in range(24)]
    rows = [reader.directed_row(hours[at : at + _HOURS_A_ROW]) for at in range(0, 24, _HOURS_A_ROW)]
    where = reader.action_button(reader.say("button.zone", zone=zone_name(reader, ZONES[zone])), "open.zone")
    off: tuple[Row, ...] = ((_act(reader, "daily_off", "daily.off"),),) if one.daily else ()
    return _screen(reader, ["panel.choose_hour"], *rows, (where,), *off, _back(reader))


def zones(reader: Reader, one: Subscriber) -> Screen:
    """The zones; with an hour chosen the daily clause moves at once, else the hours come next."""
    buttons = [
        _checked(
            reader,
            zone_name(reader, zone),
            one.daily is not None and one.daily.zone == zone,
            f"daily.{one.daily.hour}.{number}" if one.daily else f"open.daily.{number}",
        )
        for number, zone in enumerate(ZONES)
    ]
    rows = [reader.directed_row(buttons[at : at + 2]) for at in range(0, len(buttons), 2)]
    return _screen(reader, ["panel.choose_zone"], *rows, (_act(reader, "back", "open.daily"),))


def languages(reader: Reader, one: Subscriber) -> Screen:
    rows = [
        (_checked(reader, language.name, code == one.language, f"lang.{code}"),)
        for code, language in reader.campaign.languages.items()
    ]
    return _screen(reader, ["panel.choose_language"], *rows, _back(reader))


def left(reader: Reader, was_subscribed: bool) -> Screen:
    said = "panel.left" if was_subscribed else "panel.nothing_left"
    return Screen((Span(reader.say(said)),), ((_act(reader, "subscribe", "join"),),))


def my_data(reader: Reader, one: Subscriber | None, user: int, beside: Sequence[str] = ()) -> Screen:
    """All that is stored, in words: the sealed record, line by line, and what is kept `beside` it of admins."""
    if one is None and not beside:
        return Screen((Span(reader.say("mydata.nothing") + "\n"), Span(str(user), Style.CODE)))
    lines = "\n".join([*(_record(reader, one) if one else ()), *beside])
    return Screen(
        (
            Span(reader.say("mydata.title") + "\n\n", Style.BOLD),
            Span(reader.say("mydata.id") + " "),
            Span(str(user), Style.CODE),
            Span("\n" + lines + "\n\n" + reader.say("mydata.nothing_else")),
        ),
        ((_act(reader, "unsubscribe", "leave"),),),
    )


def _record(reader: Reader, one: Subscriber) -> Iterator[str]:
    def line(what: str, value: str) -> str:
        return reader.say(f"mydata.{what}", value=value)

    yield line("language", _language(reader, one))
    yield line("topics", _topics(reader, one))
    yield line("quiet", _yes(reader, one.quiet))
    yield line("discreet", _yes(reader, one.discreet))
    yield line("text_only", _yes(reader, one.text_only))
    yield line("daily", _daily(reader, one, "mydata.daily_value") or reader.say("word.off"))
    yield line("missed", _yes(reader, one.missed))
    yield line("unreached", _yes(reader, one.unreached))


def _state(reader: Reader, one: Subscriber) -> Iterator[str]:
    yield reader.say("panel.topics", topics=_topics(reader, one))
    yield reader.say("panel.quiet" if one.quiet or one.discreet else "panel.sound")
    if one.discreet:
        yield reader.say("panel.discreet")
    if one.text_only:
        yield reader.say("panel.text_only")
    if one.daily:
        yield _daily(reader, one, "panel.daily")


def _topics(reader: Reader, one: Subscriber) -> str:
    """The names of what is chosen; a topic that the campaign has no more is told by its number."""
    if one.topics is None:
        return reader.say("word.all")
    names = {topic.number: topic.names[reader.lang] for topic in reader.campaign.topics}
    shown = [names.get(number) or reader.book.language.number(number) for number in sorted(one.topics)]
    return f"{reader.say('word.comma')} ".join(shown)


def _daily(reader: Reader, one: Subscriber, phrase: str) -> str:
    if not one.daily:
        return ""
    time, zone = shown_time(reader, one.daily.hour), zone_name(reader, one.daily.zone)
    return reader.say(phrase, time=time, zone=zone, number=one.daily.clause)


def _language(reader: Reader, one: Subscriber) -> str:
    """Its own name; one that the campaign has no more is told by its code, with the one that is used instead."""
    languages = reader.campaign.languages
    if one.language in languages:
        return languages[Lang(one.language)].name
    instead = languages[reader.campaign.original].name
    return reader.say("word.former_language", code=one.language, language=instead)


def _yes(reader: Reader, it_is: bool) -> str:
    return reader.say("word.yes" if it_is else "word.no")


def _screen(reader: Reader, said: list[str], *rows: Row) -> Screen:
    text = "\n\n".join(reader.say(one) for one in said)
    return Screen((_title(reader), Span(text)), rows)


def _title(reader: Reader) -> Span:
    return Span(reader.say("panel.title") + "\n\n", Style.BOLD)


def _act(reader: Reader, label: str, action: str) -> ActionButton:
    return reader.action_button(reader.say(f"button.{label}"), action)


def _switch(reader: Reader, label: str, action: str, on: bool) -> ActionButton:
    return _checked(reader, reader.say(f"button.{label}"), on, f"{action}.{int(not on)}")


def _checked(reader: Reader, label: str, on: bool, action: str) -> ActionButton:
    return reader.action_button(reader.say("button.chosen", label=label) if on else label, action)


def _back(reader: Reader) -> Row:
    return (_act(reader, "back", "open.main"),)

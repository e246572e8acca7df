"""Build the pages on which subscribers choose when announcements may arrive, and sentences about this choice."""

from bot.flows.choices import EVERY_DAY
from bot.flows.subscription.screen_parts import back, checkbox, in_columns, title, zone_page
from bot.flows.time_format import format_hour, format_time_now, weekday_name, zone_name, zone_name_at
from bot.model.quiet_hours import MOST_HOURS
from content.screens.reader import Reader
from content.screens.screen import ActionButton, Row, Screen, Span
from storage.subscriptions.subscriber import ZONES, Digest, QuietHours, Subscriber

_USUAL = ((22, 6), (22, 8))  # quiet hours that need a single tap
_HOURS_PER_ROW = 4
_FROM_NOON = (*range(12, 24), *range(12))
_FROM_SIX = (*range(6, 24), *range(6))


def open_button(reader: Reader) -> ActionButton:
    """Return the button that opens the page on which the subscriber chooses when announcements may arrive."""
    return reader.action_button(reader.say("arrival.button"), "open.hours")


def setting(reader: Reader, subscriber: Subscriber) -> str:
    """Return the sentence that says when announcements may arrive."""
    return reader.say("arrival.setting", value=_value(reader, subscriber))


def page(reader: Reader, subscriber: Subscriber, zone: int, now: float) -> Screen:
    """Return the page on which the subscriber chooses when announcements may arrive.

    The four choices are: at once, quiet hours, a daily digest, a weekly digest. `zone` is an index in ZONES. `now` is
    a Unix time; the page shows it in that zone.
    """
    digest, waits = subscriber.digest, bool(subscriber.quiet_hours or subscriber.digest)
    ways = {
        "quiethours.off": ("at_once", not waits),
        f"open.hours.{zone}.quiet": ("quiet", subscriber.quiet_hours is not None),
        f"open.hours.{zone}.{EVERY_DAY}": ("daily", digest is not None and digest.weekday is None),
        f"open.hours.{zone}.week": ("weekly", digest is not None and digest.weekday is not None),
    }
    rows = [
        (checkbox(reader, reader.say(f"arrival.pick_{way}"), is_on, action),) for action, (way, is_on) in ways.items()
    ]
    label = reader.say("button.zone", zone=zone_name_at(reader, zone))
    changed = (reader.say("arrival.changed"),) if waits else ()
    state, time = setting(reader, subscriber), format_time_now(reader, now, zone)
    text = "\n\n".join((reader.say("arrival.choose"), state, *changed, time))
    zone_row = (reader.action_button(label, "open.hourszone"),)
    return Screen((title(reader), Span(text)), (*rows, zone_row, back(reader)))


def quiet(reader: Reader, subscriber: Subscriber, zone: int) -> Screen:
    """Return the page that offers common quiet hours, such as 22 to 6 o'clock, and a choice of other hours."""
    chosen = subscriber.quiet_hours
    usual = [
        checkbox(reader, _span(reader, begin, end), chosen == QuietHours(begin, end, ZONES[zone]), action)
        for begin, end in _USUAL
        for action in (f"quiethours.{begin}.{end}.{zone}",)
    ]
    is_own = chosen is not None and (chosen.begin, chosen.end) not in _USUAL
    own = checkbox(reader, reader.say("arrival.own"), is_own, f"open.hours.{zone}.begin")
    return _page(reader, reader.say("arrival.choose_quiet"), [reader.directed_row(usual), (own,)], f"{zone}")


def begins(reader: Reader, zone: int) -> Screen:
    """Return the page on which the subscriber chooses the begin of quiet hours."""
    hours = [reader.action_button(format_hour(reader, hour), f"open.hours.{zone}.end.{hour}") for hour in _FROM_NOON]
    rows = in_columns(reader, hours, _HOURS_PER_ROW)
    return _page(reader, reader.say("arrival.begin"), rows, f"{zone}.quiet")


def ends(reader: Reader, zone: int, begin: int) -> Screen:
    """Return the page on which the subscriber chooses the end of quiet hours, at most MOST_HOURS after `begin`."""
    hours = [
        reader.action_button(format_hour(reader, end), f"quiethours.{begin}.{end}.{zone}")
        for end in ((begin + length) % 24 for length in range(1, MOST_HOURS + 1))
    ]
    text = reader.say("arrival.end", begin=format_hour(reader, begin), number=MOST_HOURS)
    return _page(reader, text, in_columns(reader, hours, _HOURS_PER_ROW), f"{zone}.begin")


def weekdays(reader: Reader, subscriber: Subscriber, zone: int) -> Screen:
    """Return the page on which the subscriber chooses the day of a weekly digest."""
    chosen = subscriber.digest.weekday if subscriber.digest else None
    days = [
        checkbox(reader, _weekday(reader, day), day == chosen, f"open.hours.{zone}.week.{day}")
        for day in _week(reader)
    ]
    return _page(reader, reader.say("arrival.choose_weekday"), in_columns(reader, days, 2), f"{zone}")


def digest_hours(reader: Reader, subscriber: Subscriber, zone: int, weekday: int | None) -> Screen:
    """Return the page on which the subscriber chooses the hour of a digest, which is daily if `weekday` is None."""
    day = EVERY_DAY if weekday is None else str(weekday)
    hours = [
        checkbox(reader, format_hour(reader, hour), is_on, f"digest.{day}.{hour}.{zone}")
        for hour in _FROM_SIX
        for is_on in (subscriber.digest == Digest(hour, weekday, ZONES[zone]),)
    ]
    text, back_to = reader.say("arrival.choose_daily"), f"{zone}"
    if weekday is not None:
        text, back_to = reader.say("arrival.choose_weekly", weekday=_weekday(reader, weekday)), f"{zone}.week"
    rows = in_columns(reader, hours, _HOURS_PER_ROW)
    return _page(reader, f"{text}\n\n{reader.say('arrival.late')}", rows, back_to)


def zones(reader: Reader, subscriber: Subscriber) -> Screen:
    """Return the page with a button for each time zone.

    For a subscriber with quiet hours or a digest, a button changes their time zone. For other subscribers, it opens
    the page on which they choose when announcements may arrive.
    """
    prefix, zone = "open.hours", ""
    if hours := subscriber.quiet_hours:
        prefix, zone = f"quiethours.{hours.begin}.{hours.end}", hours.zone
    if digest := subscriber.digest:
        day = EVERY_DAY if digest.weekday is None else digest.weekday
        prefix, zone = f"digest.{day}.{digest.hour}", digest.zone
    return zone_page(reader, zone, prefix, back_to="open.hours")


def _page(reader: Reader, text: str, rows: list[Row], back_to: str) -> Screen:
    return Screen((title(reader), Span(text)), (*rows, back(reader, f"open.hours.{back_to}")))


def _week(reader: Reader) -> tuple[int, ...]:
    """Return the numbers of the days of the week, beginning with the first day in the reader's language."""
    first = reader.book.language.first_weekday
    return (*range(first, 7), *range(first))


def _value(reader: Reader, subscriber: Subscriber) -> str:
    if quiet := subscriber.quiet_hours:
        span, zone = _span(reader, quiet.begin, quiet.end), zone_name(reader, quiet.zone)
        return reader.say("arrival.quiet", span=span, zone=zone)
    if digest := subscriber.digest:
        return _digest_value(reader, digest)
    return reader.say("arrival.at_once")


def _digest_value(reader: Reader, digest: Digest) -> str:
    time, zone = format_hour(reader, digest.hour), zone_name(reader, digest.zone)
    if digest.weekday is None:
        return reader.say("arrival.daily", time=time, zone=zone)
    return reader.say("arrival.weekly", weekday=_weekday(reader, digest.weekday), time=time, zone=zone)


def _weekday(reader: Reader, weekday: int) -> str:
    """Return the name of a day of the week, or its number if the language has no names for the days."""
    language = reader.book.language
    return weekday_name(language, weekday) or language.number(weekday + 1)


def _span(reader: Reader, begin: int, end: int) -> str:
    return reader.say("arrival.span", begin=format_hour(reader, begin), end=format_hour(reader, end))

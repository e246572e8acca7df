"""Build the pages on which subscribers choose quiet hours, during which they get no announcements."""

from bot.flows.subscription.screen_parts import back, checkbox, in_columns, title, zone_page
from bot.flows.time_format import format_hour, format_time_now, zone_name, zone_name_at
from bot.model.quiet_hours import MOST_HOURS
from content.screens.reader import Reader
from content.screens.screen import ActionButton, Row, Screen, Span
from storage.subscriptions.subscriber import ZONES, QuietHours, Subscriber

_USUAL = ((22, 6), (22, 8))  # hours that need a single tap
_HOURS_PER_ROW = 4
_FROM_NOON = (*range(12, 24), *range(12))


def open_button(reader: Reader) -> ActionButton:
    """Return the button in the settings that opens the page of quiet hours."""
    return reader.action_button(reader.say("hours.button"), "open.hours")


def setting(reader: Reader, hours: QuietHours) -> str:
    """Return a sentence for the settings that says which quiet hours are chosen."""
    return reader.say("hours.setting", value=_value(reader, hours))


def stored(reader: Reader, hours: QuietHours | None) -> str:
    """Return the line of /mydata that says which quiet hours are chosen, or that there are none."""
    return reader.say("hours.setting", value=_value(reader, hours) if hours else reader.say("word.off"))


def page(reader: Reader, subscriber: Subscriber, zone: int, now: float) -> Screen:
    """Return the page with buttons for common quiet hours, for other hours, and for the time zone.

    The quiet hours that `subscriber` has now are marked. `zone` is the index in ZONES of the time zone of the new
    hours. The page shows the Unix time `now` in that zone.
    """
    chosen = subscriber.quiet_hours
    usual = [
        checkbox(reader, _span(reader, begin, end), chosen == QuietHours(begin, end, ZONES[zone]), action)
        for begin, end in _USUAL
        for action in (f"quiethours.{begin}.{end}.{zone}",)
    ]
    is_own = chosen is not None and (chosen.begin, chosen.end) not in _USUAL
    own = checkbox(reader, reader.say("hours.own"), is_own, f"open.hours.{zone}.begin")
    label = reader.say("button.zone", zone=zone_name_at(reader, zone))
    off: tuple[Row, ...] = ((reader.action_button(reader.say("hours.none"), "quiethours.off"),),) if chosen else ()
    state = setting(reader, chosen) if chosen else reader.say("hours.not_set")
    text = "\n\n".join((reader.say("hours.choose"), state, format_time_now(reader, now, zone)))
    rows = (reader.directed_row(usual), (own,), (reader.action_button(label, "open.hourszone"),), *off)
    return Screen((title(reader), Span(text)), (*rows, back(reader)))


def begins(reader: Reader, zone: int) -> Screen:
    """Return the page on which the subscriber chooses the hour at which quiet hours begin."""
    hours = [reader.action_button(format_hour(reader, hour), f"open.hours.{zone}.end.{hour}") for hour in _FROM_NOON]
    rows = in_columns(reader, hours, _HOURS_PER_ROW)
    return Screen((title(reader), Span(reader.say("hours.begin"))), (*rows, back(reader, f"open.hours.{zone}")))


def ends(reader: Reader, zone: int, begin: int) -> Screen:
    """Return the page on which the subscriber chooses the hour at which quiet hours end.

    `begin` is the hour at which they begin, chosen on the page before. The page offers the next MOST_HOURS hours.
    """
    hours = [
        reader.action_button(format_hour(reader, end), f"quiethours.{begin}.{end}.{zone}")
        for end in ((begin + length) % 24 for length in range(1, MOST_HOURS + 1))
    ]
    text = reader.say("hours.end", begin=format_hour(reader, begin), number=MOST_HOURS)
    rows = in_columns(reader, hours, _HOURS_PER_ROW)
    return Screen((title(reader), Span(text)), (*rows, back(reader, f"open.hours.{zone}.begin")))


def zones(reader: Reader, subscriber: Subscriber) -> Screen:
    """Return the page on which the subscriber chooses the time zone of quiet hours.

    A button changes the zone of existing quiet hours. If there are none, it leads to the page of hours.
    """
    chosen = subscriber.quiet_hours
    prefix = f"quiethours.{chosen.begin}.{chosen.end}" if chosen else "open.hours"
    return zone_page(reader, chosen.zone if chosen else "", prefix, back_to="open.hours")


def _value(reader: Reader, hours: QuietHours) -> str:
    zone = zone_name(reader, hours.zone)
    return reader.say("hours.value", span=_span(reader, hours.begin, hours.end), zone=zone)


def _span(reader: Reader, begin: int, end: int) -> str:
    return reader.say("hours.span", begin=format_hour(reader, begin), end=format_hour(reader, end))

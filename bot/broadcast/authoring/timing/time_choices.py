"""Offer usual times to send an announcement: in an hour, today at 18:00, tomorrow at 09:00. Pure."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.broadcast.authoring.timing.typed_time import local_moment

_HOUR = 3600.0  # seconds
_TODAY_AT, _TOMORROW_AT = 18, 9  # hours


@dataclass(frozen=True, slots=True)
class TimeChoice:
    """A time that a button offers. The button has the action `action` and the phrase `button.{key}` as its label.

    `hour` is shown in the label; 0 if it has none. The action contains the date. So a button that is pressed after
    midnight still means the day that it showed.
    """

    key: str
    action: str
    hour: int = 0


def time_choices(zone: str, now: float) -> Iterator[TimeChoice]:
    """Yield the times to offer at `now`, in Unix time. Leave out 18:00 today once it has passed.

    `zone` is the name of a time zone, such as "Asia/Kabul".
    """
    yield TimeChoice("in_an_hour", "at.hour")
    today = datetime.fromtimestamp(now, ZoneInfo(zone)).date()
    at_today = local_moment(today, time(_TODAY_AT), zone)
    if at_today is not None and at_today > now:
        yield TimeChoice("today_at", f"at.{today.toordinal()}.{_TODAY_AT}", _TODAY_AT)
    tomorrow = today + timedelta(days=1)
    yield TimeChoice("tomorrow_at", f"at.{tomorrow.toordinal()}.{_TOMORROW_AT}", _TOMORROW_AT)


def chosen_time(action: str, zone: str, now: float) -> float | None:
    """Return the Unix time for the action of a TimeChoice; None for any other action."""
    match action.split("."):
        case ["at", "hour"]:
            return math.ceil((now + _HOUR) / 60) * 60.0  # a full minute
        case ["at", day, hour] if day.isdecimal() and hour.isdecimal() and int(hour) < 24:
            try:
                return local_moment(date.fromordinal(int(day)), time(int(hour)), zone)
            except (ValueError, OverflowError):
                return None
        case _:
            return None

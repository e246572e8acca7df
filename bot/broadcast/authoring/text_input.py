"""Parse what an admin types in the editor: link buttons, one a line, or a date and time, in digits of any script."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.model.announcement import LinkButton

_LINK = re.compile(r"(?P<label>.*?\S)\s*[-–—:|]+\s*(?P<url>\S+)")
_URL = re.compile(r"https?://[^\s/]+\.[^\s]+", re.IGNORECASE)
_TIME = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})[\sT،,]+(\d{1,2})[:٫.](\d{2})")
_MAX_AHEAD = 366 * 86400.0  # seconds


@dataclass(frozen=True, slots=True)
class InvalidLine:
    """A line that is not a link button."""

    line: str


def parse_links(text: str) -> tuple[LinkButton, ...] | InvalidLine:
    """Parse lines such as `Label - https://example.org/page`.

    Return the link buttons, or the first line that is not one.
    """
    links = []
    for line in filter(None, map(str.strip, text.splitlines())):
        match = _LINK.fullmatch(line)
        if match is None or not _URL.fullmatch(match["url"]):
            return InvalidLine(line)
        links.append(LinkButton(match["label"], match["url"]))
    return tuple(links)


class TimeError(StrEnum):
    """Why a typed time cannot be used. The phrase for each value has the key `broadcast.moment_{value}`."""

    FORMAT = "form"
    PAST = "past"
    TOO_FAR = "far"
    SKIPPED = "gap"  # the clocks change and skip this hour


def parse_time(text: str, zone: str, now: float) -> float | TimeError:
    """Parse a local time such as `2026-12-01 18:00` in `zone`. Return it as Unix time, or why it cannot be used.

    If the clocks are set back and the hour comes twice, the first one is meant.
    """
    match = _TIME.fullmatch(text.strip())
    if match is None:
        return TimeError.FORMAT
    try:
        local = datetime(*map(int, match.groups()), tzinfo=ZoneInfo(zone))  # type: ignore[misc,arg-type]
        round_trip = local.astimezone(UTC).astimezone(ZoneInfo(zone))
        at = local.timestamp()
    except (ValueError, OverflowError):
        return TimeError.FORMAT
    if round_trip.replace(tzinfo=None) != local.replace(tzinfo=None):
        return TimeError.SKIPPED
    if at <= now:
        return TimeError.PAST
    return TimeError.TOO_FAR if at > now + _MAX_AHEAD else at

"""What an admin types into the composer: link buttons, a line each, and a date with an hour. Any digits do."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.model.announcement import LinkButton

_LINK = re.compile(r"(?P<label>.*?\S)\s*[-–—:|]+\s*(?P<url>\S+)")
_SCHEME = re.compile(r"https?://[^\s/]+\.[^\s]+", re.IGNORECASE)
_MOMENT = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})[\sT،,]+(\d{1,2})[:٫.](\d{2})")
_FARTHEST = 366 * 86400.0  # seconds


def links(text: str) -> tuple[LinkButton, ...] | str:
    """The buttons, or the line that is none: `Label - https://example.org/page`."""
    found = []
    for line in filter(None, map(str.strip, text.splitlines())):
        match = _LINK.fullmatch(line)
        if match is None or not _SCHEME.fullmatch(match["url"]):
            return line
        found.append(LinkButton(match["label"], match["url"]))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class NoMoment:
    """`why` is the end of a phrase's key: form, past, far or gap (an hour that a change of clocks leaves out)."""

    why: str


def moment(text: str, zone: str, now: float) -> float | NoMoment:
    """`2026-12-01 18:00` in `zone` as Unix time; of an hour that comes twice, the first."""
    found = _MOMENT.fullmatch(text.strip())
    if found is None:
        return NoMoment("form")
    try:
        wanted = datetime(*map(int, found.groups()), tzinfo=ZoneInfo(zone))  # type: ignore[misc,arg-type]
        back = wanted.astimezone(UTC).astimezone(ZoneInfo(zone))
        at = wanted.timestamp()
    except (ValueError, OverflowError):
        return NoMoment("form")
    if back.replace(tzinfo=None) != wanted.replace(tzinfo=None):
        return NoMoment("gap")
    if at <= now:
        return NoMoment("past")
    return NoMoment("far") if at > now + _FARTHEST else at

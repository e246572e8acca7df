"""Parse a typed duration from now: "in 2 hours", "half an hour later", «۳۰ دقیقه بعد». Pure."""

import re
from collections.abc import Iterable

from bot.broadcast.authoring.timing.time_words import DURATION_WORDS, with_tokens
from content.model import Language

_DURATION = re.compile(
    r"(?P<before><in>)? ?"
    r"(?:(?P<half><half_an_hour>)"
    r"|(?:(?P<hours>\d{1,4}) ?)?<hours>(?: (?:<and> )?(?P<past>\d{1,2}) ?<minutes>)?"
    r"|(?P<minutes>\d{1,4}) ?<minutes>)"
    r" ?(?P<after><later>)?"
)


def parse_duration(text: str, languages: Iterable[Language]) -> float | None:
    """Return the seconds from now that `text` names, such as 7200.0 for "in 2 hours"; None if it names no duration.

    A word such as "in" or "later" is required: "2 hours" alone is no duration from now.
    """
    match = _DURATION.fullmatch(with_tokens(text, languages, DURATION_WORDS))
    if match is None or not (match["before"] or match["after"]):
        return None
    if match["half"]:
        return 1800.0
    if match["minutes"]:
        return int(match["minutes"]) * 60.0
    if not match["hours"] and not match["before"]:
        return None
    return int(match["hours"] or 1) * 3600.0 + int(match["past"] or 0) * 60.0

"""Parse the link buttons that an admin types in the editor, one a line."""

import re
from dataclasses import dataclass

from bot.model.announcement import LinkButton

_LINK = re.compile(r"(?P<label>.*?\S)\s*[-–—:|]+\s*(?P<url>\S+)")
_URL = re.compile(r"https?://[^\s/]+\.[^\s]+", re.IGNORECASE)


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

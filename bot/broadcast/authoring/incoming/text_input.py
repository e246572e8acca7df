"""Parse the link buttons that an admin types in the editor, one a line."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.broadcast.authoring.checks.addresses import find_addresses
from bot.model.announcement import LinkButton

_LINK = re.compile(r"(?P<label>.*?\S)\s*[-–—:|]+\s*(?P<url>\S+)")
_URL = re.compile(r"https?://[^\s/]+\.[^\s]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class InvalidLine:
    """A line that is not a link button."""

    line: str


def parse_links(text: str, others: Sequence[LinkButton] = ()) -> tuple[LinkButton, ...] | InvalidLine:
    """Parse lines such as `Label - https://example.org/page`.

    A line without an address is the label of the button at the same place in `others`, and gets its address. Return
    the link buttons, or the first line that is not one.
    """
    links = []
    for line in filter(None, map(str.strip, text.splitlines())):
        match = _LINK.fullmatch(line)
        if match is not None and _URL.fullmatch(match["url"]):
            links.append(LinkButton(match["label"], match["url"]))
        elif len(links) < len(others) and not any(find_addresses(line)):
            links.append(LinkButton(line, others[len(links)].url))
        else:
            return InvalidLine(line)
    return tuple(links)

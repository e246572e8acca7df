"""Parse the link buttons that an admin types in the editor, each on a line of its own."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.broadcast.authoring.checks.addresses import find_addresses
from bot.model.announcement import LinkButton

_LINK = re.compile(r"(?P<label>.*?\S)\s*[-–—:|]+\s*(?P<url>\S+)")
_URL = re.compile(r"https?://[^\s/]+\.[^\s]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class InvalidLine:
    """A typed line that cannot be parsed as a link button."""

    line: str


def parse_links(text: str, others: Sequence[LinkButton] = ()) -> tuple[LinkButton, ...] | InvalidLine:
    """Parse typed link buttons, one on each line, such as `Label - https://example.org/page`.

    A line can be a label alone. Then it gets the address of the button at the same position in `others`, which are
    the buttons in another language. Return the link buttons, or the first line that cannot be parsed.
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

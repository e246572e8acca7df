"""Recognize urgent updates before they are parsed. Urgent updates overtake all others in every queue.

Requests to unsubscribe are urgent, and so are an admin's buttons that stop a broadcast. This is a quick test of the
text, so a few other updates count as urgent, too. The flood gate limits how many urgent updates a person can send.
What an update asks for is decided later.
"""

import re
from typing import Any

from bot.model.command_parsing import LEAVING, command_in, mentions_leaving

_BUTTON = re.compile(r"w\.[a-z-]{2,12}\.(?:leave|forget|x\.(?:ask\.)?(?:stop|pause|recall))\.")
_LONGEST = 256  # characters; people who leave write little else


def is_urgent(update: Any) -> bool:
    """Return whether `update` looks like a request to unsubscribe, or like an admin's press to stop a broadcast."""
    match update:
        case {"callback_query": {"data": str(data)}}:
            return _BUTTON.match(data) is not None
        case {"message": {"text": str(text)} | {"caption": str(text)}}:
            return len(text) <= _LONGEST and _is_leaving(text)
        case {"edited_message": {"text": str(text)} | {"caption": str(text)}}:
            return len(text) <= _LONGEST and _is_leaving(text)
        case _:
            return False


def _is_leaving(text: str) -> bool:
    command = command_in(text)
    return mentions_leaving(text) or (command is not None and command.name in LEAVING)
